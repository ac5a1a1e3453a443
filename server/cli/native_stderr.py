"""What native libraries say past Python, hidden while they are loaded."""

import contextlib
import faulthandler
import logging
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


@contextlib.contextmanager
def hush(wanted: bool = True) -> Iterator[None]:
    """Keep what native libraries say past Python out of the log, if wanted: for as long as the server runs.

    libjpeg writes a line for each damaged JPEG, and nothing can tell it not to: strangers could fill a disk with them.
    Python's own standard error goes on, and tells of a crash by a native library too (faulthandler). To be entered
    before there are threads.
    """
    if not wanted:
        yield
        return
    sys.stderr.flush()
    kept, ours = sys.stderr, os.fdopen(os.dup(2), "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    handlers = [each for each in logging.getLogger().handlers if isinstance(each, logging.StreamHandler)]
    with ours, quiet():
        sys.stderr = ours
        for handler in handlers:
            handler.setStream(ours)
        faulthandler.enable(ours)
        try:
            yield
        finally:
            faulthandler.disable()
            for handler in handlers:
                handler.setStream(kept)
            sys.stderr = kept
