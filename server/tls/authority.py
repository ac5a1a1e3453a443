"""A certificate authority of the user's own, which may vouch for nothing but this machine's local names and addresses.

A device that trusts an authority trusts it for every site, and its key lies on a disk. So this one is limited by its
own certificate (name constraints, RFC 5280, 4.2.1.10): whoever stole the key could not pose as a bank with it. trustme
makes no such authority, so it is made here, and trustme signs with it.
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
from server.tls.addresses import LOCAL_NETWORKS

# Trusted once on every device, so it lives long: ten years, as the machine may.
AUTHORITY_LIFE = datetime.timedelta(days=3650)
DAY = datetime.timedelta(days=1)

# Endings of names that are local everywhere, and whatever the machine is called besides.
LOCAL_NAMES = ("localhost", "local", "lan", "home", "home.arpa", "internal", "fritz.box", "test")


def make_authority(machine: str, names: tuple[str, ...], now: datetime.datetime) -> tuple[bytes, bytes]:
    """A new authority.

    Args:
        machine: what it is called by, for people who see it in a list.
        names: names it may vouch for besides local ones.
        now: the time.

    Returns:
        Its certificate and its private key (P-256), both PEM.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Emojify"),
        x509.NameAttribute(NameOID.COMMON_NAME, f"Emojify on {machine}"[:64]),  # 64 is all that X.520 allows
    ])  # fmt: skip
    allowed: list[x509.GeneralName] = [x509.DNSName(name) for name in dict.fromkeys((*LOCAL_NAMES, *names))]
    allowed += [x509.IPAddress(network) for network in (*LOOPBACK_NETWORKS, *LOCAL_NETWORKS)]
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - DAY)  # devices whose clocks are behind
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


def may_vouch_for(authority: x509.Certificate, host: str) -> bool:
    """Whether the authority's limits allow a name or an address."""
    if not is_writable(host):
        return False
    try:
        limits = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    except x509.ExtensionNotFound:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        names = [limit.value for limit in limits if isinstance(limit, x509.DNSName)]
        return any(host == name or host.endswith(f".{name}") for name in names)
    networks = [ipaddress.ip_network(str(limit.value)) for limit in limits if isinstance(limit, x509.IPAddress)]
    return any(address in network for network in networks)


def is_writable(host: str) -> bool:
    """Whether a host can stand in a certificate: an address, or a name as the rules for host names want it."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        try:
            idna.encode(host, uts46=True)
        except idna.IDNAError:
            return False
    return True


def issue(ca: trustme.CA, hosts: tuple[str, ...], now: datetime.datetime, life: datetime.timedelta) -> bytes:
    """A certificate for these names and addresses with its key, PEM, signed by the authority."""
    leaf = ca.issue_cert(*hosts, organization_name="Emojify", not_before=now - DAY, not_after=now + life)
    return leaf.private_key_and_cert_chain_pem.bytes()
