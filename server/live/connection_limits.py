"""Limits on connections, in all and for each client address: counters without clock or I/O (pure)."""

import ipaddress
from collections import Counter
from typing import Literal

from server.loopback import is_loopback, without_mapping

# A network provider gives each subscriber a /64 of IPv6, in which the subscriber chooses addresses freely (RFC 6177).
IPV6_PREFIX = 64

LimitReached = Literal["clients", "per_address"]


class ConnectionLimits:
    """Counts the open connections, in all and by address."""

    def __init__(self, max_connections: int, per_address: int) -> None:
        """Allow `max_connections` at once, `per_address` of them from one address.

        Loopback addresses count in all only: a proxy on this machine that is not a trusted one shows all of its clients
        under a loopback address.
        """
        self.max_connections, self.per_address = max_connections, per_address
        self.open = 0
        self._by_address: Counter[str] = Counter()

    def reached(self, address: str) -> LimitReached | None:
        """The limit that another connection from this address would exceed; None if it may be admitted."""
        if self.open >= self.max_connections:
            return "clients"
        if not is_loopback(address) and self._by_address[group_of(address)] >= self.per_address:
            return "per_address"
        return None

    def add(self, address: str) -> None:
        """Count a connection; call `reached` first."""
        self.open += 1
        self._by_address[group_of(address)] += 1

    def remove(self, address: str) -> None:
        """The connection has ended."""
        self.open -= 1
        group = group_of(address)
        self._by_address[group] -= 1
        if self._by_address[group] <= 0:
            del self._by_address[group]  # else every address that ever connected would stay in memory


def group_of(address: str) -> str:
    """What counts as one address: an IPv4 address, the /64 of an IPv6 address, any other text itself."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    plain = without_mapping(parsed)
    return str(plain if plain.version == 4 else ipaddress.ip_network((plain, IPV6_PREFIX), strict=False))
