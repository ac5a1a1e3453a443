"""nginx as users set it up: what the page is told when its WebSocket does not open, and that a path works."""

import json
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.live.proxies import Proxy, find, free_port, plain_nginx_config
from tests.live.test_proxies import Site
from tests.support.running_server import Client, RunningServer

UPGRADE = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'
HANDSHAKE = {
    "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip

MakeSite = Callable[..., Site]


@pytest.fixture
def site_of(start_server: Callable[..., RunningServer], tmp_path: Path, request: pytest.FixtureRequest) -> MakeSite:
    """Starts a server, and nginx with these locations; PORT in them, and in the options, is that of server or site."""
    program = find("nginx")
    if program is None:
        pytest.skip("nginx is not installed, and there is no Debian package to be had here")

    def make(locations: str, *options: str) -> Site:
        authority, certificate, port = trustme.CA(), tmp_path / "localhost.pem", free_port()
        authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(certificate)
        server = start_server(*(option.replace("PORT", str(port)) for option in options))
        context = ssl.create_default_context()
        authority.configure_trust(context)
        config = plain_nginx_config(tmp_path, port, certificate, locations.replace("PORT", str(server.port)))
        proxy = Proxy(program, config, port, tmp_path)
        request.addfinalizer(proxy.end)
        return Site(server, port, context)

    return make


def page_asks(site: Site, path: str = "/ws", fetched_by_page: bool = True) -> tuple[int, dict[str, object]]:
    """Like the page after its WebSocket did not open: the handshake, then the question over HTTP."""
    assert site.ask("GET", path, None, {**HANDSHAKE, "Origin": site.origin})[0] != 101
    headers = {"Origin": site.origin, **({"Sec-Fetch-Site": "same-origin"} if fetched_by_page else {})}
    status, _, body = site.ask("POST", path, b"", headers)
    return status, json.loads(body)


def log_of(site: Site) -> str:
    assert site.server.interrupt() == 0
    site.server.end()
    return site.server.errors


def test_the_default_of_nginx_and_no_option(site_of: MakeSite) -> None:
    """Host is that of proxy_pass, and there are no Upgrade headers. The page loads, so it can ask."""
    site = site_of("location / { proxy_pass http://127.0.0.1:PORT; }")
    assert site.ask("GET", "/")[0] == 200
    status, problem = page_asks(site)
    assert status == 403 and problem["option"] == f"--public-url {site.origin}"
    log = log_of(site)
    assert "reason=upgrade" in log and f"--public-url {site.origin}" in log


def test_the_default_of_nginx_and_public_url(site_of: MakeSite) -> None:
    """What follows after the first remedy: now the second one is named."""
    site = site_of("location / { proxy_pass http://127.0.0.1:PORT; }", "--public-url", "https://localhost:PORT")
    assert page_asks(site) == (200, {"accepts": True, "not_upgraded": True, "authority": False})


def test_the_upgrade_over_http_1_0(site_of: MakeSite) -> None:
    """Both headers are set, but not proxy_http_version."""
    headers = UPGRADE.replace("proxy_http_version 1.1;", "")
    site = site_of(f"location / {{ proxy_pass http://127.0.0.1:PORT; {headers} }}", "--public-url", "https://localhost:PORT")
    assert page_asks(site) == (200, {"accepts": True, "not_upgraded": True, "authority": False})


@pytest.mark.parametrize("name", ["$http_host", "$host"])
def test_a_name_that_is_passed_on_and_allow_host(site_of: MakeSite, name: str) -> None:
    """As our documentation advised. `$host` has no port."""
    location = f"location / {{ proxy_pass http://127.0.0.1:PORT; proxy_set_header Host {name}; {UPGRADE} }}"
    site = site_of(location, "--allow-host", "localhost")
    status, problem = page_asks(site)
    assert status == 403 and problem["option"] == f"--public-url {site.origin}"
    assert f"--public-url {site.origin}" in log_of(site)


def test_headers_of_the_page_that_the_location_of_the_socket_does_not_inherit(site_of: MakeSite) -> None:
    """A location with proxy_set_header of its own drops those of the server block: Host arrives for the page only."""
    locations = (
        "proxy_set_header Host $http_host; location / { proxy_pass http://127.0.0.1:PORT; } "
        f"location /ws {{ proxy_pass http://127.0.0.1:PORT; {UPGRADE} }}"
    )
    status, problem = page_asks(site_of(locations))
    assert status == 403 and problem["reason"] == "origin" and "--public-url" in str(problem["option"])


def test_a_socket_that_is_not_forwarded_is_answered_by_the_proxy(site_of: MakeSite) -> None:
    """The page understands any answer that is not the server's: web/static/js/connection/handshake-check.js."""
    to_server = "{ proxy_pass http://127.0.0.1:PORT; }"
    site = site_of(f"location = / {to_server} location /static/ {to_server}")
    status, _, body = site.ask("POST", "/ws", b"", {"Origin": site.origin})
    assert status == 404 and b"nginx" in body


@pytest.mark.parametrize("rest", ["/", ""], ids=["removed by the proxy", "left in place"])
def test_below_a_path_everything_works(site_of: MakeSite, rest: str, smiling_jpeg: bytes) -> None:
    location = f"location /emojify/ {{ proxy_pass http://127.0.0.1:PORT{rest}; {UPGRADE} }}"
    site = site_of(location, "--public-url", "https://localhost:PORT/emojify", "--token", "correct-horse-battery")
    status, headers, _ = site.ask("GET", "/emojify/?token=correct-horse-battery")
    assert (status, headers["location"]) == (303, "./") and "Path=/emojify;" in headers["set-cookie"]
    cookie = {"Cookie": headers["set-cookie"].partition(";")[0]}
    status, _, page = site.ask("GET", "/emojify/", None, cookie)
    assert status == 200
    config = json.loads(page.decode().split('id="config">')[1].split("</script>")[0])
    picture = config["packs"]["packs"][0]["emojis"]["happy"]
    for address in ("static/js/main.js", "api/emojis", "privacy", "docs", "static/manifest.webmanifest", picture):
        assert site.ask("GET", f"/emojify/{address.removeprefix('./')}", None, cookie)[0] == 200, address
    listed = json.loads(site.ask("GET", "/emojify/api/emojis", None, cookie)[2])
    assert site.ask("GET", listed["packs"][0]["emojis"]["sad"], None, cookie)[0] == 200
    with Client(
        connect(f"wss://localhost:{site.port}/emojify/ws", ssl=site.trusting, origin=Origin(site.origin),
                additional_headers=cookie)
    ) as client:  # fmt: skip
        client.expect("hello")
        assert client.ask(smiling_jpeg)["faces"][0]["label"] == "happy"
