"""`/ca.pem`: the certificate of the local certificate authority, for devices that must trust it."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import Response

# Phones and browsers recognise a certificate by this media type, Android by the ending of the file name.
MEDIA_TYPE = "application/x-x509-ca-cert"
FILE_NAME = "emojify-ca.crt"


def add_ca_certificate(app: FastAPI, certificate: Path) -> None:
    """Serve this file as it is now. It is public: every TLS handshake shows who signed."""
    pem = certificate.read_bytes()

    @app.get("/ca.pem", include_in_schema=False)
    async def ca_certificate() -> Response:
        return Response(pem, media_type=MEDIA_TYPE, headers={"content-disposition": f'inline; filename="{FILE_NAME}"'})
