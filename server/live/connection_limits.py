"""Places for so many, and for fewer of one address: counters without clock or I/O (pure)."""

import ipaddress
from collections import Counter
from typing import Literal

from server.loopback import is_loopback, without_mapping

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
        # A proxy on this machine that is not a trusted one shows all of its clients under a loopback address.
        if not is_loopback(address) and self._by_address[group_of(address)] >= self.per_address:
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
    plain = without_mapping(parsed)
    return str(plain if plain.version == 4 else ipaddress.ip_network((plain, IPV6_PREFIX), strict=False))
