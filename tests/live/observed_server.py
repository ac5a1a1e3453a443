"""The server with an audit of its network use: `python -m tests.live.observed_server`, options as `server`.

Python tells of each connection that is opened and each program that is started (PEP 578); here each becomes a line of
standard error, but for loopback. At the end there is a line with what was imported.
"""

import atexit
import ipaddress
import sys
from typing import Any

NETWORK = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname")
PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn")
TOLD = (*NETWORK, *PROGRAMS, "urllib.Request", "ftplib.connect", "smtplib.connect")
OUTSIDE, IMPORTED = "OUTSIDE", "IMPORTED"


def tell(event: str, arguments: tuple[Any, ...]) -> None:
    """Report an event of the interpreter."""
    if event in TOLD and not _at_home(event, arguments):
        print(OUTSIDE, event, arguments, file=sys.stderr, flush=True)


def _at_home(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an address is on this machine. A socket between parts of one process may have none."""
    if not event.startswith("socket."):
        return False
    place = arguments[0] if event in ("socket.getaddrinfo", "socket.gethostbyname") else arguments[-1]
    host = place[0] if isinstance(place, tuple) else place
    try:
        return host in ("localhost", None, "") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    sys.addaudithook(tell)
    atexit.register(lambda: print(IMPORTED, *sorted(sys.modules), file=sys.stderr, flush=True))
    from server.__main__ import main

    sys.exit(main())
