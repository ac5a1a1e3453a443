"""TLS: the local authority, its certificate for other devices, and given certificates."""

import contextlib
import http.client
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from tests.live.http_client import ask, ask_raw
from tests.live.test_lifecycle import refuse_to_start
from tests.support.running_server import TIMEOUT, RunningServer


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def secure(state: Path) -> Iterator[RunningServer]:
    running = RunningServer("--tls", "--host", "0.0.0.0", "--token", "auto", environment={"XDG_STATE_HOME": str(state)})
    yield running
    running.end()


@pytest.fixture
def trusting(secure: RunningServer, state: Path) -> ssl.SSLContext:
    """Trusts the local authority only."""
    return ssl.create_default_context(cafile=str(state / "emojify" / "tls" / "ca.pem"))


def get(server: RunningServer, path: str, context: ssl.SSLContext, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPSConnection("localhost", server.port, timeout=TIMEOUT, context=context)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def test_a_client_that_trusts_the_authority_connects(secure: RunningServer, trusting: ssl.SSLContext) -> None:
    assert secure.link.startswith(f"https://localhost:{secure.port}/?token=")
    status, headers, _ = get(secure, secure.link.partition(f"{secure.port}")[2], trusting)
    assert status == 303 and "; Secure" in headers["set-cookie"] and "; HttpOnly" in headers["set-cookie"]
    assert "strict-transport-security" not in headers, "not for an authority of one's own"
    given = {"Cookie": headers["set-cookie"].partition(";")[0], "Origin": secure.url}
    assert get(secure, "/", trusting, **given)[0] == 200
    with secure.connect(ssl=trusting, additional_headers=given) as client:
        client.expect("hello")


def test_a_client_that_does_not_trust_it_does_not_connect(secure: RunningServer) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        get(secure, "/healthz", ssl.create_default_context())


def test_the_certificate_of_the_authority_needs_no_token(
    secure: RunningServer, trusting: ssl.SSLContext, state: Path
) -> None:
    status, headers, body = get(secure, "/ca.pem", trusting)
    assert status == 200 and headers["content-type"] == "application/x-x509-ca-cert"
    assert body == (state / "emojify" / "tls" / "ca.pem").read_bytes() and b"PRIVATE" not in body
    assert "emojify-ca.crt" in headers["content-disposition"]


def test_plain_http_on_the_tls_port_is_redirected(secure: RunningServer, trusting: ssl.SSLContext) -> None:
    for method, path in (("GET", "/privacy?a=b%20c"), ("POST", "/api/classify"), ("GET", "/healthz")):
        answer = ask(secure, path, method, headers={"Host": f"localhost:{secure.port}"})
        assert (answer.status, answer.headers["location"]) == (307, f"https://localhost:{secure.port}{path}")
    target = answer.headers["location"].partition(str(secure.port))[2]
    assert get(secure, target, trusting)[0] == 200
    assert secure.errors == "", "no warning either: there are a token and TLS"


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.0\r\n\r\n",  # no Host
        b"CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
    ],
)
def test_what_has_no_address_is_not_redirected(secure: RunningServer, request_: bytes) -> None:
    answer = ask_raw(secure, request_)
    assert answer.startswith(b"HTTP/1.1 400 ") and b"ocation:" not in answer


def test_a_redirect_leads_to_this_server_only(secure: RunningServer) -> None:
    answer = ask_raw(secure, b"GET http://elsewhere.example/x HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert b"\nlocation: https://localhost/x\r\n" in answer


def test_connections_that_do_not_begin_keep_nobody_waiting(secure: RunningServer, trusting: ssl.SSLContext) -> None:
    """Neither silent ones, nor those that stop within the TLS handshake, nor those that leave at once."""
    with contextlib.ExitStack() as open_ones:
        for sent in (b"", b"\x16", b"\x16\x03\x01\x02\x00") * 20:
            raw = open_ones.enter_context(socket.create_connection(("127.0.0.1", secure.port), timeout=TIMEOUT))
            raw.sendall(sent)
        socket.create_connection(("127.0.0.1", secure.port), timeout=TIMEOUT).close()
        assert get(secure, "/healthz", trusting)[0] == 200
        assert ask(secure, "/").status == 307


def test_a_shutdown_does_not_wait_for_connections_that_do_not_begin(
    start_server: Callable[..., RunningServer], state: Path
) -> None:
    server = start_server("--tls", environment={"XDG_STATE_HOME": str(state)})
    with socket.create_connection(("127.0.0.1", server.port), timeout=TIMEOUT):
        assert server.interrupt() == 0


def test_the_next_start_uses_the_same_authority(
    secure: RunningServer, state: Path, start_server: Callable[..., RunningServer]
) -> None:
    folder = state / "emojify" / "tls"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    start_server("--tls", environment={"XDG_STATE_HOME": str(state)})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Authority, certificate and key of another authority."""
    folder = tmp_path_factory.mktemp("given")
    ca = trustme.CA()
    leaf = ca.issue_cert("localhost", "faces.example.org")
    ca.cert_pem.write_to_path(folder / "ca.pem")
    leaf.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    leaf.private_key_pem.write_to_path(folder / "key.pem")
    return folder / "ca.pem", folder / "cert.pem", folder / "key.pem"


def test_a_given_certificate_is_served(
    start_server: Callable[..., RunningServer], files: tuple[Path, Path, Path]
) -> None:
    ca, certfile, keyfile = files
    server = start_server("--certfile", str(certfile), "--keyfile", str(keyfile), "--allow-host", "faces.example.org")
    context = ssl.create_default_context(cafile=str(ca))
    assert server.link == f"https://localhost:{server.port}"
    status, headers, _ = get(server, "/", context, Host="faces.example.org")
    assert status == 200 and "max-age" in headers["strict-transport-security"]
    assert "strict-transport-security" not in get(server, "/", context)[1], "localhost is shared by all projects"
    assert get(server, "/ca.pem", context)[0] == 404


def test_a_key_of_another_certificate_is_one_clear_line(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """tests/unit/test_certificates.py has more invalid files."""
    trustme.CA().issue_cert("localhost").private_key_pem.write_to_path(tmp_path / "other.pem")
    line = refuse_to_start("--port", "0", "--certfile", str(files[1]), "--keyfile", str(tmp_path / "other.pem"))
    assert "the key does not belong to the certificate" in line
