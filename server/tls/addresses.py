"""The addresses at which other devices reach this computer."""

import ipaddress
import socket

import psutil

# Private networks (RFC 1918, RFC 4193) and carrier-grade NAT (RFC 6598), which mesh VPNs use. Link-local addresses are
# excluded, because a URL in a browser cannot contain their zone.
LOCAL_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


# Beginnings of the names of interfaces that lead to containers, virtual machines and VPNs. Phones rarely reach those.
VIRTUAL = (
    "docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "vethernet", "podman", "cni", "lxc", "tun", "utun", "tap",
    "wg", "zt", "tailscale",
)  # fmt: skip


def local_addresses() -> list[str]:
    """Addresses at which devices in the same networks reach this computer, the most likely first; without loopback.

    Where no real interface has a private IPv4 address, as at some universities, its public ones take their place.
    Public IPv6 addresses are excluded: computers change them daily.
    """
    real: list[str] = []
    virtual: list[str] = []
    for name, addresses in psutil.net_if_addrs().items():
        found = [each.address for each in addresses if each.family in (socket.AF_INET, socket.AF_INET6)]
        (virtual if name.lower().startswith(VIRTUAL) else real).extend(found)
    private, more = [each for each in real if is_local(each)], [each for each in virtual if is_local(each)]
    ipv4 = [each for each in private if not _is_ipv6(each)] or [each for each in real if _is_public_ipv4(each)]
    ipv6 = [each for each in private if _is_ipv6(each)]
    return list(dict.fromkeys([*ipv4, *ipv6, *sorted(more, key=_is_ipv6)]))


def is_local(address: str) -> bool:
    """Whether an address is in a local network."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in LOCAL_NETWORKS)


def _is_ipv6(address: str) -> bool:
    return ":" in address


def _is_public_ipv4(address: str) -> bool:
    if _is_ipv6(address):
        return False
    ip = ipaddress.IPv4Address(address)
    return not (ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified)
