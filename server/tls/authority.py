"""The user's own certificate authority, limited to local names and addresses.

A device that trusts an authority trusts it for every site, and the key of this one is a file on a disk. Its certificate
therefore has name constraints (RFC 5280, 4.2.1.10): a stolen key cannot impersonate a bank. trustme cannot create such
an authority, so it is created here; trustme signs with it.
"""

import datetime
import ipaddress

import idna
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.loopback import LOOPBACK_NETWORKS
from server.origins import as_address
from server.tls.addresses import LOCAL_NETWORKS

# Ten years, about the life of a computer, because each device must be told to trust the authority.
AUTHORITY_LIFE = datetime.timedelta(days=3650)
DAY = datetime.timedelta(days=1)

# Top-level names that are never public sites; the names of the computer are added.
LOCAL_NAMES = ("localhost", "local", "lan", "home", "home.arpa", "internal", "fritz.box", "test")


def make_authority(machine: str, hosts: tuple[str, ...], now: datetime.datetime) -> tuple[bytes, bytes]:
    """Create an authority.

    Args:
        machine: the name of this computer, which devices show in their list of authorities.
        hosts: names and addresses to permit besides LOCAL_NAMES and local networks, such as the public address of a
            computer at a university.
        now: the time.

    Returns:
        Its certificate and its private key (P-256), both PEM.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Emojify"),
        x509.NameAttribute(NameOID.COMMON_NAME, f"Emojify on {machine}"[:64]),  # X.520 allows 64 characters
    ])  # fmt: skip
    names = [host for host in hosts if as_address(host) is None]
    addresses = [ipaddress.ip_address(host) for host in hosts if as_address(host)]
    networks = [*LOOPBACK_NETWORKS, *LOCAL_NETWORKS]
    for address in addresses:
        if not any(address in network for network in networks):
            networks.append(ipaddress.ip_network(address))  # this one alone
    allowed: list[x509.GeneralName] = [x509.DNSName(name) for name in dict.fromkeys((*LOCAL_NAMES, *names))]
    allowed += [x509.IPAddress(network) for network in networks]
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - DAY)  # for devices whose clocks are slow
        .not_valid_after(now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.NameConstraints(allowed, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM), private


def permits(authority: x509.Certificate, host: str) -> bool:
    """Whether the authority's name constraints permit a host name or address."""
    if not is_valid_host(host):
        return False
    try:
        permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    except x509.ExtensionNotFound:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        names = [limit.value for limit in permitted if isinstance(limit, x509.DNSName)]
        return any(host == name or host.endswith(f".{name}") for name in names)
    networks = [ipaddress.ip_network(str(limit.value)) for limit in permitted if isinstance(limit, x509.IPAddress)]
    return any(address in network for network in networks)


def is_valid_host(host: str) -> bool:
    """Whether a certificate can contain a host: an IP address, or a name that IDNA allows."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        try:
            idna.encode(host, uts46=True)
        except idna.IDNAError:
            return False
    return True


def issue(ca: trustme.CA, hosts: tuple[str, ...], now: datetime.datetime, life: datetime.timedelta) -> bytes:
    """Issue a certificate for these hosts; returns its private key and chain, PEM."""
    leaf = ca.issue_cert(*hosts, organization_name="Emojify", not_before=now - DAY, not_after=now + life)
    return leaf.private_key_and_cert_chain_pem.bytes()
