"""What the server says when it is ready: where it is, who else can come, and what to mind."""

from typing import TYPE_CHECKING

from server.loopback import ALL_INTERFACES, is_loopback
from server.settings.groups import Settings
from server.tls.addresses import local_addresses

if TYPE_CHECKING:  # loads cryptography, which only --tls needs
    from server.tls.local_certificate import LocalCertificate


def ready_line(settings: Settings, port: int, link_token: str | None) -> str:
    """The line with the address to open; with the token in it if it was made just now, as that is the way in."""
    ends = "Ctrl-C ends it"
    address = _address(settings, port)
    if settings.public_url:
        address, ends = settings.public_url, f"listening on {settings.host} port {port}; {ends}"
    if link_token:
        address += f"/?token={link_token}"
    elif settings.token is not None:
        ends = f"the first time with /?token= and your token; {ends}"
    return f"Emojify is ready: {address} ({ends})"


def more_lines(
    settings: Settings, port: int, link_token: str | None, certificate: "LocalCertificate | None"
) -> list[str]:
    """How other devices come in, where they can, and what they must trust before."""
    lines = []
    there = "" if link_token is None else f"/?token={link_token}"
    addresses = [] if settings.public_url else _others(settings.host)
    if addresses:
        shown = ", ".join(_url(settings, address, port) + there for address in addresses)
        lines.append(f"On other devices: {shown}")
    if certificate:
        lines.append(
            f"Devices must trust this computer's certificate authority once: {certificate.authority}, on a phone "
            "/ca.pem under the address above. The steps: docs/hosting.md"
        )
        if certificate.left_out:
            lines.append(
                f"The certificate is not for {', '.join(certificate.left_out)}: this authority may not vouch for that. "
                f"For one that may, remove {certificate.authority.parent}, and trust the new one."
            )
    return lines


def warning(settings: Settings) -> str | None:
    """What is unsafe about how this server can be reached; None if nothing is."""
    if is_loopback(settings.host):
        return None
    encrypted = settings.encrypted or (settings.public_url or "").startswith("https:")
    if encrypted:
        return None
    if settings.token is None:
        return (
            f"warning: with --host {settings.host} everybody in the network can use this server, and the pictures "
            "travel unencrypted. Add --token auto and --tls, or leave out --host to keep it to this machine; "
            "see docs/hosting.md."
        )
    return (
        f"warning: with --host {settings.host} and no TLS the token and the pictures travel unencrypted. "
        "Add --tls, or --public-url https://... if a proxy does it; see docs/hosting.md."
    )


def _others(bind: str) -> list[str]:
    """Addresses under which other devices reach a server that listens on `bind`, where the ready line has another."""
    return [address for address in local_addresses() if bind == "::" or (bind == "0.0.0.0" and ":" not in address)]


def _address(settings: Settings, port: int) -> str:
    local = settings.host in ALL_INTERFACES or is_loopback(settings.host)
    return _url(settings, "localhost" if local else settings.host, port)


def _url(settings: Settings, host: str, port: int) -> str:
    return f"{'https' if settings.encrypted else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
