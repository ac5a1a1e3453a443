"""The host names that the server answers to, as a defence against DNS rebinding.

A page of evil.example can make its own name resolve to this server's address. The browser then lets the page read our
responses. But the Host header still says evil.example, and the page cannot change it.
"""

import socket
from collections.abc import Iterable
from dataclasses import dataclass

from server.loopback import LOOPBACK_NAMES, is_loopback
from server.origins import as_address, host_name


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The hosts that a Host header may name.

    Attributes:
        names: hosts, lower case.
        any_address: whether every IP address is allowed too. Addresses cannot be rebound, since they are not resolved.
    """

    names: frozenset[str]
    any_address: bool = False

    def __contains__(self, authority: str) -> bool:
        """Whether a Host header, with or without a port, names an allowed host."""
        host = host_name(authority)
        return host in self.names or (self.any_address and as_address(host) is not None)


def own_names(bind: str, *more: str) -> AllowedHosts:
    """The allowed hosts of a server that listens on `bind`, and `more`.

    On loopback these are the names of loopback. Elsewhere they are all addresses, since the server does not know its
    own behind a forwarded port or in a container, and the names of the machine: `mybox`, and `mybox.local` in the
    local network.
    """
    names = LOOPBACK_NAMES | {name.lower() for name in more}
    if is_loopback(bind):
        return AllowedHosts(names)
    bound = () if as_address(bind) else (bind.lower(),)
    return AllowedHosts(names.union(machine_names(), bound), any_address=True)


def machine_names() -> Iterable[str]:
    """The names of this machine: its host name, and that name in the local network (multicast DNS)."""
    name = host_name(socket.gethostname())
    if not name or name in LOOPBACK_NAMES:
        return ()
    short = name.partition(".")[0]
    return dict.fromkeys((name, short, f"{short}.local"))
