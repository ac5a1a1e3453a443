"""`/ca.pem`: the public part of the local certificate authority, for devices that are to trust it."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import Response

# What phones and browsers know a certificate by, and a file name by whose ending Android does.
MEDIA_TYPE = "application/x-x509-ca-cert"
FILE_NAME = "emojify-ca.crt"


def add_authority(app: FastAPI, certificate: Path) -> None:
    """Serve the certificate in this file, as it is now. It is no secret: every https connection shows who signed."""
    pem = certificate.read_bytes()

    @app.get("/ca.pem", include_in_schema=False)
    async def authority() -> Response:
        return Response(pem, media_type=MEDIA_TYPE, headers={"content-disposition": f'inline; filename="{FILE_NAME}"'})
