"""The certificate of `--tls` and its local authority, kept in the user's folder and renewed when necessary.

The authority stays the same, so that devices continue to trust it; the certificate changes with the addresses.
"""

import datetime
import os
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import platformdirs
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from server.errors import StartError
from server.tls.authority import is_valid_host, issue, make_authority, permits

# Apple's devices reject server certificates that are valid for more than 825 days; 397 was the limit of public ones.
CERTIFICATE_LIFE = datetime.timedelta(days=397)
# A certificate is renewed at a start within this time of its end, so a server can run for a month without a restart.
# An authority is replaced before it would end within the life of a certificate.
RENEW_BEFORE = datetime.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LocalCertificate:
    """A certificate that was found or made.

    Attributes:
        file: certificate and private key, PEM.
        authority: certificate of the authority, PEM, which other devices must trust.
        hosts: names and addresses that it covers.
        left_out: requested hosts that the authority is not permitted to certify.
    """

    file: Path
    authority: Path
    hosts: tuple[str, ...]
    left_out: tuple[str, ...]


def default_folder() -> Path:
    """The folder of the certificates: on Linux ~/.local/state/emojify/tls, or under XDG_STATE_HOME."""
    return Path(platformdirs.user_state_dir("emojify", appauthor=False)) / "tls"


def local_certificate(
    folder: Path, wanted: Iterable[str], machine: str, now: datetime.datetime | None = None
) -> LocalCertificate:
    """The certificate for these names and addresses: the one in the folder, or a new one.

    Raises:
        StartError: the folder cannot be used.
    """
    now = now or datetime.datetime.now(datetime.UTC)
    hosts = tuple(dict.fromkeys(host.lower() for host in wanted))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        ca = _authority(folder, machine, hosts, now)
        root = x509.load_pem_x509_certificate(ca.cert_pem.bytes())
        allowed = tuple(host for host in hosts if permits(root, host))
        file = folder / "server.pem"
        if not _is_usable(file, folder / "ca.pem", allowed, now):
            _write(file, issue(ca, allowed, now, CERTIFICATE_LIFE), secret=True)
    except OSError as error:
        raise StartError(f"--tls stores certificates in {folder}, which cannot be used: {error.strerror}") from error
    left_out = tuple(host for host in hosts if host not in allowed)
    return LocalCertificate(file, folder / "ca.pem", allowed, left_out)


def _authority(folder: Path, machine: str, hosts: tuple[str, ...], now: datetime.datetime) -> trustme.CA:
    public, private = folder / "ca.pem", folder / "ca-key.pem"
    try:
        certificate, key = public.read_bytes(), private.read_bytes()
        root, signer = x509.load_pem_x509_certificate(certificate), load_pem_private_key(key, None)
        fits = root.public_key() == signer.public_key()
        if fits and root.not_valid_after_utc > now + CERTIFICATE_LIFE:
            return trustme.CA.from_pem(certificate, key)
    except (FileNotFoundError, ValueError, TypeError):
        pass  # none yet, or damaged
    certificate, key = make_authority(machine, tuple(host for host in hosts if is_valid_host(host)), now)
    _write(private, key, secret=True)
    _write(public, certificate, secret=False)
    return trustme.CA.from_pem(certificate, key)


def _is_usable(file: Path, authority: Path, hosts: tuple[str, ...], now: datetime.datetime) -> bool:
    """Whether a certificate is signed by this authority, covers these hosts and need not be renewed yet."""
    try:
        pem = file.read_bytes()
        leaf, root = x509.load_pem_x509_certificate(pem), x509.load_pem_x509_certificate(authority.read_bytes())
        leaf.verify_directly_issued_by(root)
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(file)
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except Exception:  # whatever is wrong with it, a new one replaces it
        return False
    known = {*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))}
    return known >= set(hosts) and leaf.not_valid_after_utc > now + RENEW_BEFORE


def _write(path: Path, content: bytes, secret: bool) -> None:
    """Write the complete file or nothing, never with wider permissions than intended."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644), "wb") as file:
        file.write(content)
    temporary.replace(path)

