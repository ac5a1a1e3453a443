"""Checks the files of `--certfile` and `--keyfile` before anything is loaded."""

import ssl
from pathlib import Path

from server.errors import StartError


def check_files(certfile: Path, keyfile: Path) -> None:
    """Check that the files can be read and belong together.

    Raises:
        StartError: they do not; the message says why.
    """
    for option, path in (("--certfile", certfile), ("--keyfile", keyfile)):
        try:
            path.read_bytes()
        except OSError as error:
            raise StartError(f"{option} {path}: cannot be read: {error.strerror}") from error
    has_passphrase = False

    def passphrase() -> bytes:
        """Called if the key has a passphrase; without it, OpenSSL would prompt on a terminal."""
        nonlocal has_passphrase
        has_passphrase = True
        return b""

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certfile, keyfile, passphrase)
    except ssl.SSLError as error:
        if has_passphrase:
            reason = "the key has a passphrase; remove it with openssl pkey -in KEY -out PLAIN"
        elif error.reason == "KEY_VALUES_MISMATCH":
            reason = "the key does not belong to the certificate"
        else:
            reason = "they are not PEM files with BEGIN CERTIFICATE and BEGIN PRIVATE KEY"
        raise StartError(f"--certfile {certfile} and --keyfile {keyfile}: {reason}") from error
