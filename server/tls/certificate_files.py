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
    is_locked = False

    def passphrase() -> bytes:
        """Asked for where a key has one; without this, OpenSSL would ask at the terminal, which a service has not."""
        nonlocal is_locked
        is_locked = True
        return b""

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certfile, keyfile, passphrase)
    except ssl.SSLError as error:
        if is_locked:
            reason = "the key has a passphrase; write it without: openssl pkey -in KEY -out PLAIN"
        elif error.reason == "KEY_VALUES_MISMATCH":
            reason = "the key is not the one of the certificate"
        else:
            reason = "they are no certificate and key in PEM, with BEGIN CERTIFICATE and BEGIN PRIVATE KEY"
        raise StartError(f"--certfile {certfile} and --keyfile {keyfile}: {reason}") from error
