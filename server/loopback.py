"""Which hosts are this machine itself, and which addresses mean all of its network interfaces. Pure."""

import ipaddress

from server.origins import as_address

LOOPBACK_NETWORKS = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
# As a browser on this machine writes them in the Host header.
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
# A server that listens on one of these can be reached from other machines.
ALL_INTERFACES = frozenset({"0.0.0.0", "::"})


def is_loopback(host: str) -> bool:
    """Whether a host is `localhost` or a loopback address (with or without brackets, also as `::ffff:127.0.0.1`)."""
    address = as_address(host)
    if address is None:
        return host.lower() == "localhost"
    return without_mapping(address).is_loopback


def without_mapping(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address of `::ffff:192.0.2.1`, which is how a socket for both families shows it; others unchanged."""
    return getattr(address, "ipv4_mapped", None) or address
