"""The local authority (constrained, private, kept), its certificate (renewed), and the files of --certfile."""

import datetime
import os
import ssl
import stat
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from server.errors import StartError
from server.tls.certificate_files import check_files
from server.tls.local_certificate import LocalCertificate, local_certificate

NOW = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
HOSTS = ["localhost", "127.0.0.1", "::1", "mybox", "mybox.local", "192.168.1.20"]


def make(folder: Path, *hosts: str, days: int = 0) -> LocalCertificate:
    return local_certificate(folder, hosts or HOSTS, "mybox", NOW + datetime.timedelta(days=days))


def is_accepted(authority: Path, pem: bytes, host: str) -> bool:
    """Whether a client that trusts only this authority accepts the certificate for a host; no network is needed."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file = authority.parent / "presented.pem"
    file.write_bytes(pem)
    server_context.load_cert_chain(file)
    client_context = ssl.create_default_context(cafile=str(authority))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=host)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for end in (client, server):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError:
                return False
    return True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "tls"


def test_the_certificate_covers_the_hosts_and_no_others(folder: Path) -> None:
    made = local_certificate(folder, HOSTS, "mybox")
    assert made.hosts == tuple(HOSTS) and made.left_out == ()
    for host in HOSTS:
        assert is_accepted(made.authority, made.file.read_bytes(), host), host
    for host in ("evil.example", "192.168.1.21", "other.local"):
        assert not is_accepted(made.authority, made.file.read_bytes(), host), host


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions")
def test_only_the_owner_can_read_the_keys(folder: Path) -> None:
    made = make(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in (made.file, folder / "ca-key.pem"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert b"PRIVATE" not in made.authority.read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == ["ca-key.pem", "ca.pem", "server.pem"], "nothing left over"


def test_a_stolen_authority_key_cannot_impersonate_other_sites(folder: Path) -> None:
    """A device that trusts an authority trusts it for every site, unless its certificate has name constraints."""
    made = local_certificate(folder, HOSTS, "mybox")
    stolen = trustme.CA.from_pem(made.authority.read_bytes(), (folder / "ca-key.pem").read_bytes())
    for host, accepted in (("bank.example", False), ("8.8.8.8", False), ("printer.local", True), ("10.1.2.3", True)):
        forged = stolen.issue_cert(host).private_key_and_cert_chain_pem.bytes()
        assert is_accepted(made.authority, forged, host) is accepted, host


def test_hosts_that_the_authority_may_not_certify_are_left_out_and_listed(folder: Path) -> None:
    make(folder)
    made = make(folder, *HOSTS, "faces.example.org", "203.0.113.7", "no_such-.name")
    assert made.left_out == ("faces.example.org", "203.0.113.7", "no_such-.name") and made.hosts == tuple(HOSTS)


def test_a_name_requested_when_the_authority_was_made_is_permitted(folder: Path) -> None:
    made = local_certificate(folder, [*HOSTS, "faces.example.org"], "mybox")
    assert is_accepted(made.authority, made.file.read_bytes(), "faces.example.org")


def test_a_public_address_when_the_authority_was_made_is_permitted_and_no_other_one(folder: Path) -> None:
    """At a university, computers have public addresses."""
    made = local_certificate(folder, ["localhost", "203.0.113.7"], "mybox")
    assert is_accepted(made.authority, made.file.read_bytes(), "203.0.113.7") and made.left_out == ()
    stolen = trustme.CA.from_pem(made.authority.read_bytes(), (folder / "ca-key.pem").read_bytes())
    for host, accepted in (("203.0.113.8", False), ("8.8.8.8", False), ("203.0.113.7", True), ("10.1.2.3", True)):
        forged = stolen.issue_cert(host).private_key_and_cert_chain_pem.bytes()
        assert is_accepted(made.authority, forged, host) is accepted, host


def test_both_certificates_are_reused_while_valid(folder: Path) -> None:
    first = make(folder)
    before = [first.file.read_bytes(), first.authority.read_bytes()]
    again = make(folder, *HOSTS[:-1], days=300)  # one address less is no reason
    assert [again.file.read_bytes(), again.authority.read_bytes()] == before


@pytest.mark.parametrize(
    ("hosts", "days"), [((*HOSTS, "192.168.1.21"), 0), (tuple(HOSTS), 380)], ids=["another address", "nearly expired"]
)
def test_the_certificate_is_renewed_and_the_authority_stays(folder: Path, hosts: tuple[str, ...], days: int) -> None:
    """Devices need not be told to trust it again."""
    first = make(folder)
    certificate, authority = first.file.read_bytes(), first.authority.read_bytes()
    again = make(folder, *hosts, days=days)
    assert again.file.read_bytes() != certificate and again.authority.read_bytes() == authority


@pytest.mark.parametrize("damage", [b"", b"junk", b"-----BEGIN CERTIFICATE-----\njunk\n-----END CERTIFICATE-----\n"])
@pytest.mark.parametrize("name", ["server.pem", "ca.pem", "ca-key.pem"])
def test_damaged_files_are_replaced(folder: Path, name: str, damage: bytes) -> None:
    make(folder)
    (folder / name).write_bytes(damage)
    made = local_certificate(folder, HOSTS, "mybox")
    assert is_accepted(made.authority, made.file.read_bytes(), "localhost")


def test_an_authority_that_ends_before_its_certificates_is_replaced(folder: Path) -> None:
    authority = make(folder).authority.read_bytes()
    assert make(folder, days=3650 - 398).authority.read_bytes() == authority
    assert make(folder, days=3650 - 396).authority.read_bytes() != authority


def test_an_unusable_folder_gives_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartError, match="--tls stores certificates in"):
        make(tmp_path / "file" / "tls")


@pytest.fixture
def given(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate and its key, in two files."""
    leaf = trustme.CA().issue_cert("localhost")
    leaf.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    leaf.private_key_pem.write_to_path(tmp_path / "key.pem")
    return tmp_path / "cert.pem", tmp_path / "key.pem"


def test_matching_files_are_accepted(given: tuple[Path, Path]) -> None:
    check_files(*given)


def test_files_that_do_not_match_give_one_line(given: tuple[Path, Path], tmp_path: Path) -> None:
    certfile, keyfile = given
    other = tmp_path / "other.pem"
    trustme.CA().issue_cert("localhost").private_key_pem.write_to_path(other)
    for certificate, key, words in (
        (certfile, other, "the key does not belong to the certificate"),
        (certfile, tmp_path / "nothing.pem", "--keyfile .*nothing.pem: cannot be read"),
        (tmp_path, keyfile, "--certfile .*: cannot be read"),
        (keyfile, certfile, "they are not PEM files"),
    ):
        with pytest.raises(StartError, match=words):
            check_files(certificate, key)


def test_a_key_with_a_passphrase_is_refused_without_a_prompt(given: tuple[Path, Path]) -> None:
    certfile, keyfile = given
    key = serialization.load_pem_private_key(keyfile.read_bytes(), None)
    locked = serialization.BestAvailableEncryption(b"secret")
    keyfile.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
    )
    with pytest.raises(StartError, match="has a passphrase; remove it with"):
        check_files(certfile, keyfile)
