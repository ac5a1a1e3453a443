"""The addresses of this computer in local networks."""

import ipaddress
import socket

import psutil

# Private networks (RFC 1918, RFC 4193) and carrier-grade NAT (RFC 6598), which mesh VPNs use. Link-local addresses are
# excluded, because a URL in a browser cannot contain their zone.
LOCAL_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


def local_addresses() -> list[str]:
    """Addresses at which devices in the same networks reach this computer, IPv4 first; without loopback."""
    found = [
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family in (socket.AF_INET, socket.AF_INET6) and is_local(address.address)
    ]
    return sorted(dict.fromkeys(found), key=lambda address: ":" in address)


def is_local(address: str) -> bool:
    """Whether an address is in a local network."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in LOCAL_NETWORKS)
