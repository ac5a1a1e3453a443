"""Under which names the server may be called: what stops DNS rebinding.

A page of evil.example can have its own name point to this server's address, and the browser then takes our answers
for its own. What it cannot do is change the Host header: that still says evil.example.
"""

import socket
from collections.abc import Iterable
from dataclasses import dataclass

from server.loopback import LOOPBACK_NAMES, is_loopback
from server.origins import as_address, host_name


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The hosts of the Host header that are this server's.

    Attributes:
        names: hosts, lower case.
        any_address: whether every IP address is one too. They cannot be rebound: no name is looked up for them.
    """

    names: frozenset[str]
    any_address: bool = False

    def __contains__(self, authority: str) -> bool:
        """Whether a Host header, with or without port, is one of these."""
        host = host_name(authority)
        return host in self.names or (self.any_address and as_address(host) is not None)


def own_names(bind: str, *more: str) -> AllowedHosts:
    """The names of a server that listens on `bind`, and `more`.

    On loopback those of loopback. Elsewhere any address (forwarded ports and containers make it one that the server
    does not know), and what the machine is called: `mybox`, and `mybox.local` as other devices of the network say.
    """
    names = LOOPBACK_NAMES | {name.lower() for name in more}
    if is_loopback(bind):
        return AllowedHosts(names)
    bound = () if as_address(bind) else (bind.lower(),)
    return AllowedHosts(names.union(machine_names(), bound), any_address=True)


def machine_names() -> Iterable[str]:
    """What this machine is called: its name, and that name in the local network (multicast DNS)."""
    name = host_name(socket.gethostname())
    if not name or name in LOOPBACK_NAMES:
        return ()
    short = name.partition(".")[0]
    return dict.fromkeys((name, short, f"{short}.local"))
