"""Places for so many, and for fewer of one address: counters without clock or I/O (pure)."""

import ipaddress
from collections import Counter
from typing import Literal

# This machine itself, or a proxy on it that was not named as one: all of the world may come from there.
HERE = frozenset({"127.0.0.1", "::1"})
# What one subscriber is given of IPv6, who may change the rest of the address at will (RFC 6177).
IPV6_PREFIX = 64

Refusal = Literal["clients", "per_address"]


class ConnectionLimits:
    """Who is inside, by address."""

    def __init__(self, most: int, per_address: int) -> None:
        """Allow `most` at once, and `per_address` of one address other than this machine's own."""
        self.most, self.per_address = most, per_address
        self.taken = 0
        self._by_address: Counter[str] = Counter()

    def refusal(self, address: str) -> Refusal | None:
        """The limit that keeps one more of this address out; None if it may come in."""
        if self.taken >= self.most:
            return "clients"
        group = group_of(address)
        if group not in HERE and self._by_address[group] >= self.per_address:
            return "per_address"
        return None

    def enter(self, address: str) -> None:
        """Take a place; ask `refusal` first."""
        self.taken += 1
        self._by_address[group_of(address)] += 1

    def leave(self, address: str) -> None:
        """Give a place back."""
        self.taken -= 1
        group = group_of(address)
        self._by_address[group] -= 1
        if self._by_address[group] <= 0:
            del self._by_address[group]  # or every address that ever came would be kept


def group_of(address: str) -> str:
    """What is counted as one address: an IPv4 address, the /64 of an IPv6 one; anything else is its own group."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        if str(parsed) not in HERE:
            return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed)
