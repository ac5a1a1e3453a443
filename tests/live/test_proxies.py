"""The server behind nginx and Caddy, with the configurations of deploy/."""

import http.client
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import psutil
import pytest
import trustme
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.live.proxies import CONFIGS, Proxy, find, free_port
from tests.support.running_server import TIMEOUT, Client, RunningServer


@dataclass
class Site:
    """A server behind a proxy; requests go to the proxy."""

    server: RunningServer
    port: int
    trusting: ssl.SSLContext

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.port}"

    def socket(self, origin: str | None = None) -> Client:
        given = Origin(origin or self.origin)
        return Client(connect(f"wss://localhost:{self.port}/ws", ssl=self.trusting, origin=given))

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        address: str = "127.0.0.1",
    ) -> tuple[int, dict[str, str], bytes]:
        """One request from one of this machine's addresses."""
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=TIMEOUT, context=self.trusting)
        raw = socket.create_connection((address, self.port), TIMEOUT)
        connection.sock = self.trusting.wrap_socket(raw, server_hostname="localhost")
        with closing(connection):
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


@pytest.fixture(scope="module", params=list(CONFIGS))
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    program = find(request.param)
    if program is None:
        pytest.skip(f"{request.param} is not installed, and there is no Debian package to be had here")
    folder = tmp_path_factory.mktemp(request.param)
    authority = trustme.CA()
    certificate = folder / "localhost.pem"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(certificate)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    port = free_port()
    options = ("--public-url", f"https://localhost:{port}", "--trusted-proxy", "127.0.0.1")
    server = RunningServer(*options)
    try:
        proxy = Proxy(program, CONFIGS[request.param](folder, port, server.port, certificate), port, folder)
        try:
            yield (site := Site(server, port, trusting))
            site.server.end()
        finally:
            proxy.end()
    finally:
        server.end()


def test_the_page_has_its_headers(site: Site) -> None:
    status, headers, body = site.ask("GET", "/")
    assert status == 200 and b"<video" in body
    assert "default-src" in headers["content-security-policy"]
    assert not any(sign in headers.get("server", "") for sign in ("/", "Caddy", "uvicorn"))


def test_a_frame_is_answered(site: Site, smiling_jpeg: bytes) -> None:
    with site.socket() as client:
        client.expect("hello")
        assert client.ask(smiling_jpeg)["faces"][0]["label"] == "happy"


@pytest.mark.parametrize("origin", ["https://evil.example", "https://localhost", "http://localhost:{port}", "null"])
def test_a_page_of_another_origin_is_refused(site: Site, origin: str) -> None:
    headers = {"Origin": origin.format(port=site.port)}
    # By hand: the client of websockets waits for ever, once in a while, when a proxy refuses under TLS.
    handshake = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    assert site.ask("GET", "/ws", None, headers | handshake | key)[0] == 403
    assert site.ask("POST", "/api/classify", b"x", headers | {"Content-Type": "image/jpeg"})[0] == 403


def test_an_upload_is_answered_and_limited(site: Site, smiling_jpeg: bytes) -> None:
    def post(body: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": "image/jpeg", "Origin": site.origin}
        status, _, answer = site.ask("POST", "/api/classify", body, headers)
        return status, answer

    assert post(smiling_jpeg)[0] == 200
    status, answer = post(bytes(13 * 2**20))
    assert status == 413 and b"too_many_bytes" in answer, "the server's own words"
    length = {"Content-Type": "image/jpeg", "Content-Length": str(2**30), "Expect": "100-continue"}
    # The head of the picture, which is read to name all limits that it breaks.
    assert site.ask("POST", "/api/classify", bytes(2**19), headers=length)[0] == 413


def test_other_clients_are_not_taken_for_this_machine(site: Site) -> None:
    """The server knows the proxy's clients by address, whatever they claim in headers."""
    addresses = [each for every in psutil.net_if_addrs().values() for each in every if each.family == socket.AF_INET]
    address = next((each.address for each in addresses if not each.address.startswith("127.")), None)
    if address is None:
        pytest.skip("this machine has no address but 127.0.0.1")
    assert site.ask("GET", "/metrics")[0] == 200
    assert site.ask("GET", "/metrics", address=address)[0] == 403
    assert site.ask("GET", "/metrics", None, {"X-Forwarded-For": "127.0.0.1"}, address=address)[0] == 403


def test_a_restart_closes_connections_with_1012_and_then_serves_again(site: Site, smiling_jpeg: bytes) -> None:
    with site.socket() as client:
        client.expect("hello")
        site.server.process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed) as caught:
            client.receive()
        assert caught.value.rcvd is not None and caught.value.rcvd.code == 1012
    site.server.process.wait(TIMEOUT)
    assert site.ask("GET", "/")[0] == 502
    options = ("--public-url", site.origin, "--trusted-proxy", "127.0.0.1")
    old, site.server = site.server, RunningServer(*options, port=site.server.port)
    old.end()
    with site.socket() as client:
        client.expect("hello")
        assert client.ask(smiling_jpeg)["type"] == "result"
