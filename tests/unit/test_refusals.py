"""What a refused Host or Origin is told: the option that helps behind a proxy, and another one for a foreign page."""

import logging

import pytest
from starlette.datastructures import Headers

from server.http.access.refusals import RefusalReport, refusal_of_host, refusal_of_origin
from server.origins import origin_of, parse_origin

NAME = "faces.example.org"
PUBLIC = f"--public-url https://{NAME}"


def of_host(host: str, scheme: str = "http", **headers: str) -> tuple[str, str]:
    """Option and detail."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    refusal = refusal_of_host(Headers({"host": host, **given}), scheme)
    return refusal.option, refusal.detail


def of_origin(origin: str, host: str, scheme: str = "http", **headers: str) -> tuple[str, str]:
    """Option and detail."""
    given = Headers({name.replace("_", "-"): value for name, value in headers.items()})
    refusal = refusal_of_origin(origin, parse_origin(origin), origin_of(scheme, host), given)
    return refusal.option, refusal.detail


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "none"},  # Browsers send it to secure addresses only.
        {"sec_fetch_site": "cross-site"},
        {"origin": f"https://{NAME}"},
        {"x_forwarded_proto": "https"},
    ],
)
def test_an_unknown_name_that_the_browser_reached_over_https_needs_public_url(headers: dict[str, str]) -> None:
    option, detail = of_host(NAME, **headers)
    assert option == PUBLIC and option in detail and repr(NAME) in detail
    assert of_host(f"{NAME}:8443", **headers)[0] == f"{PUBLIC}:8443"


@pytest.mark.parametrize(("scheme", "headers"), [("http", {}), ("https", {"sec_fetch_site": "none"}), ("wss", {})])
def test_an_unknown_name_without_a_proxy_needs_allow_host(scheme: str, headers: dict[str, str]) -> None:
    option, detail = of_host("box.example:8000", scheme, **headers)
    assert option == "--allow-host box.example" and "--allow-host" in detail


@pytest.mark.parametrize("host", ["", "a b", "evil.example/", "\x00", "x" * 300 + " "])
def test_an_invalid_name_is_quoted_and_no_option_is_made_of_it(host: str) -> None:
    option, detail = of_host(host, sec_fetch_site="none")
    assert option == "" and len(detail) < 400


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        (NAME, {}),  # --allow-host NAME, as our documentation advised, behind TLS
        ("127.0.0.1:8000", {"sec_fetch_site": "same-origin"}),  # nginx's default: it changes the Host header
        ("localhost:8000", {"x_forwarded_host": NAME}),  # Apache's default, GitHub Codespaces
        ("upstream", {"sec_fetch_site": "same-origin", "x_forwarded_host": "other.example"}),
    ],
)
def test_the_servers_own_page_behind_a_proxy_needs_public_url(host: str, headers: dict[str, str]) -> None:
    option, detail = of_origin(f"https://{NAME}", host, **headers)
    assert option == PUBLIC and f"Start it with {option}." in detail and "--allow-origin" not in detail


def test_a_proxy_that_passes_on_the_name_without_its_port_is_recognised() -> None:
    """nginx: proxy_set_header Host $host."""
    assert of_origin(f"https://{NAME}:8443", NAME)[0] == f"{PUBLIC}:8443"
    assert of_origin(f"http://{NAME}:8080", NAME, sec_fetch_site="same-origin")[0] == f"--public-url http://{NAME}:8080"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_is_never_told_public_url(site: str) -> None:
    option, detail = of_origin("https://evil.example", "localhost:8000", sec_fetch_site=site)
    assert option == "--allow-origin https://evil.example" and "--public-url" not in detail


def test_a_page_of_another_project_on_this_machine_is_another_site() -> None:
    for origin in ("https://localhost:3000", "http://localhost:3000"):
        assert of_origin(origin, "localhost:8000")[0] == f"--allow-origin {origin}"
    assert of_origin("https://localhost:8443", "localhost:8443")[0] == "--public-url https://localhost:8443"


def test_where_the_browser_says_nothing_both_options_are_named() -> None:
    option, detail = of_origin(f"https://{NAME}", "127.0.0.1:8000")
    assert option == f"--allow-origin https://{NAME}" and PUBLIC in detail


def test_an_app_is_told_allow_origin_and_null_no_option() -> None:
    assert of_origin("capacitor://localhost", "localhost", sec_fetch_site="same-origin")[0] == (
        "--allow-origin capacitor://localhost"
    )
    assert of_origin("null", "localhost")[0] == ""


def test_the_first_refusal_of_each_kind_is_logged_and_each_connection_counted(caplog: pytest.LogCaptureFixture) -> None:
    counted: list[str] = []
    report = RefusalReport(counted.append)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            report.connection("origin", "start it with --public-url https://a.example")
            report.request("host", "start it with --allow-host a.example")
    assert counted == ["origin"] * 3, "requests are not connections"
    details = [record.fields["detail"] for record in caplog.records]  # type: ignore[attr-defined]
    assert len(details) == 2 and "--public-url" in details[0] and "--allow-host" in details[1]
