"""The messages of the server when it is ready: its address, access from other devices, and warnings."""

from typing import TYPE_CHECKING

from server.loopback import ALL_INTERFACES, is_loopback
from server.settings import Settings
from server.tls.addresses import local_addresses

if TYPE_CHECKING:  # loads cryptography, which only --tls needs
    from server.tls.local_certificate import LocalCertificate


def ready_line(settings: Settings, port: int, link_token: str | None) -> str:
    """The line with the URL to open; with the token if it was generated, because it is shown nowhere else."""
    note = "press Ctrl-C to stop"
    address = _address(settings, port)
    if settings.public_url:
        address, note = settings.public_url, f"listening on {settings.host} port {port}; {note}"
    if link_token:
        address += f"/?token={link_token}"
    elif settings.token is not None:
        note = f"add /?token= and your token the first time; {note}"
    return f"Emojify is ready: {address} ({note})"


def access_lines(
    settings: Settings, port: int, link_token: str | None, certificate: "LocalCertificate | None"
) -> list[str]:
    """The URLs for other devices, or why there are none, and the certificate that they must trust first."""
    lines = []
    if links := _phone_links(settings, port, link_token):
        if not settings.public_url:
            lines.append(f"On other devices: {', '.join(links)}")
    elif settings.tls and is_loopback(settings.host):
        lines.append(f"Other devices cannot connect: --host is {settings.host}. --host 0.0.0.0 lets them.")
    elif settings.host in ALL_INTERFACES and not settings.public_url:
        lines.append(
            "Other devices cannot connect: this computer has no address in a network. Connect it and start again, or "
            "name its address with --host."
        )
    if certificate:
        lines.append(
            f"Each device must trust this computer's certificate authority once: {certificate.authority}, or /ca.pem "
            "at the URL above. Steps: docs/hosting.md"
        )
        if certificate.left_out:
            lines.append(
                f"The certificate does not cover {', '.join(certificate.left_out)}: the authority is not permitted to. "
                f"To make a new authority, delete {certificate.authority.parent}; devices must then trust that one."
            )
    return lines


def phone_link(settings: Settings, port: int, link_token: str | None) -> str | None:
    """The link to show as a QR code: complete, and with https, since browsers give the camera to no other page."""
    if settings.token is not None and link_token is None:  # chosen by the operator, and not to be shown
        return None
    links = _phone_links(settings, port, link_token)
    return links[0] if links and links[0].startswith("https:") else None


def _phone_links(settings: Settings, port: int, link_token: str | None) -> list[str]:
    """The URLs at which other devices reach the server, the most likely first; none if it listens on loopback only."""
    query = "" if link_token is None else f"/?token={link_token}"
    if settings.public_url:
        return [settings.public_url + query]
    if is_loopback(settings.host):
        return []
    own = _reachable_addresses(settings.host) if settings.host in ALL_INTERFACES else [settings.host]
    return [_url(settings, address, port) + query for address in own]


def warning(settings: Settings) -> str | None:
    """A warning if others can reach the server without a token or encryption, or None."""
    if is_loopback(settings.host):
        return None
    encrypted = settings.encrypted or (settings.public_url or "").startswith("https:")
    if encrypted:
        return None
    if settings.token is None:
        return (
            f"warning: --host {settings.host} lets everybody in the network use this server, and pictures are sent "
            "unencrypted. Add --token auto and --tls, or omit --host to serve only this computer; see docs/hosting.md."
        )
    return (
        f"warning: --host {settings.host} without TLS: the token and the pictures are sent unencrypted. "
        "Add --tls, or --public-url https://... if a reverse proxy handles TLS; see docs/hosting.md."
    )


def _reachable_addresses(bind: str) -> list[str]:
    """The addresses at which other devices reach a server that listens on all interfaces."""
    return [address for address in local_addresses() if bind == "::" or (bind == "0.0.0.0" and ":" not in address)]


def _address(settings: Settings, port: int) -> str:
    local = settings.host in ALL_INTERFACES or is_loopback(settings.host)
    return _url(settings, "localhost" if local else settings.host, port)


def _url(settings: Settings, host: str, port: int) -> str:
    return f"{'https' if settings.encrypted else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
