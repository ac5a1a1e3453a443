"""What native libraries say past Python, hidden while they are loaded."""

import contextlib
import os
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Hide what is written to standard error past Python: LiteRT greets once with a line that tells a user nothing.

    Only while no other thread runs, since it redirects the standard error of the whole process.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
