"""`--certfile`, `--keyfile`: looked at before anything is loaded, so that what is wrong shows at once."""

import ssl
from pathlib import Path

from server.errors import StartError


def check_files(certfile: Path, keyfile: Path) -> None:
    """See that the files can be read and belong together.

    Raises:
        StartError: they cannot or do not; says which and why.
    """
    for option, path in (("--certfile", certfile), ("--keyfile", keyfile)):
        try:
            path.read_bytes()
        except OSError as error:
            raise StartError(f"{option} {path}: cannot be read: {error.strerror}") from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # Without a password function OpenSSL would ask at the terminal, which a service does not have.
        context.load_cert_chain(certfile, keyfile, password=lambda: b"")
    except ssl.SSLError as error:
        raise StartError(f"--certfile {certfile} and --keyfile {keyfile}: {_reason(error)}") from error


def _reason(error: ssl.SSLError) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return "the key is not the one of the certificate"
    if error.reason in ("BAD_DECRYPT", "BAD_PASSWORD_READ", "EMPTY_PASSWORD") or "password" in str(error).lower():
        return "the key has a passphrase; write it without: openssl pkey -in KEY -out PLAIN"
    return "they are no certificate and key in PEM, with BEGIN CERTIFICATE and BEGIN PRIVATE KEY"
