"""Origins and hosts as browsers write them, parsed strictly and compared exactly. Pure."""

import ipaddress
import re
from dataclasses import dataclass

DEFAULT_PORTS = {"http": 80, "https": 443}

# The scheme of an origin (RFC 3986, 3.1), and those whose pages have no origin of their own or never send it: allowing
# one of these would do nothing.
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_WITHOUT_ORIGIN = frozenset({"about", "blob", "data", "file", "ftp", "javascript", "mailto", "ws", "wss"})

# A DNS name (home networks also use underscores), an IPv4 address or an IPv6 address in brackets; then perhaps a port.
_HOST = re.compile(r"(?P<name>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE)

# Endings of local names, which belong to nobody: they mean another machine in every network.
_LOCAL_ENDINGS = (".local", ".localhost", ".lan", ".home", ".internal", ".home.arpa", ".test")


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port. Two origins are the same if they are equal.

    Attributes:
        scheme: `http`, `https`, or that of an app shell, such as `capacitor`, `ionic` or `tauri`.
        host: lower case; IPv6 in brackets and in its shortest form.
        port: 1 to 65535; that of the scheme if none was written, None if the scheme has none.
    """

    scheme: str
    host: str
    port: int | None

    def __str__(self) -> str:
        """As a browser sends it: without the default port."""
        return f"{self.scheme}://{self.host}" + (
            "" if self.port == DEFAULT_PORTS.get(self.scheme) else f":{self.port}"
        )

    @property
    def is_web(self) -> bool:
        """Whether its pages come from a web server, not from an app."""
        return self.scheme in DEFAULT_PORTS


def parse_origin(text: str) -> Origin | None:
    """Parse `scheme://host[:port]`; None for anything else, also for `null`."""
    scheme, separator, authority = text.partition("://")
    return origin_of(scheme.lower(), authority) if separator else None


def origin_of(scheme: str, authority: str) -> Origin | None:
    """The origin of a page that was requested with this scheme and Host header; None if either is invalid."""
    host_and_port = split_host(authority)
    if not _SCHEME.fullmatch(scheme) or scheme in _WITHOUT_ORIGIN or host_and_port is None:
        return None
    host, port = host_and_port
    return Origin(scheme, host, DEFAULT_PORTS.get(scheme) if port is None else port)


def split_host(authority: str) -> tuple[str, int | None] | None:
    """Host (lower case) and port of a Host header; None if it is invalid."""
    found = _HOST.fullmatch(authority)
    if found is None:
        return None
    host, port = found["name"].lower(), found["port"]
    if host.startswith("["):
        try:
            host = f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]"
        except ValueError:
            return None
    if port is not None and not 0 < int(port) <= 65535:
        return None
    return host, None if port is None else int(port)


def host_name(authority: str) -> str:
    """The host of a Host header: `localhost` of `LOCALHOST:8000`, `[::1]` of `[::1]:8000`; `""` if it is invalid."""
    host_and_port = split_host(authority)
    return host_and_port[0] if host_and_port else ""


def as_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address if the host is one; None for a name."""
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def is_public_name(host: str) -> bool:
    """Whether a host is a name of the public DNS: no address, not `localhost`, not `mybox.local`."""
    return "." in host and as_address(host) is None and not host.endswith(_LOCAL_ENDINGS)
