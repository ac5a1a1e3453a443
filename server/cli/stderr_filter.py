"""Child process of `native_stderr`: copies lines from standard input to standard error, without known noise.

Runs as a script with nothing but the standard library, so that it starts in some 10 ms. It ends at end of file, that
is, when the last process that can write to the pipe has ended, and so it still passes on what a process wrote just
before it aborted. Signals of the terminal and of supervisors are ignored: they are meant for the server.
"""

import collections
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator

# Information that LiteRT and TensorFlow (absl) print while they load a model.
LOADING = re.compile(
    rb"INFO: Created TensorFlow Lite XNNPACK delegate for CPU"
    rb"|WARNING: All log messages before absl::InitializeLog|I\d{4} [\d:.]+ +\d+ \S+\.cc:\d+\] "
)
# Warnings of libjpeg (jerror.h), at most one for each damaged JPEG.
JPEG_WARNINGS = re.compile(
    rb"Corrupt JPEG data: |Premature end of JPEG file|Invalid SOS parameters for sequential JPEG"
    rb"|Inconsistent progression sequence for component |Warning: unknown JFIF revision number "
    rb"|Application transferred too (many|few) scanlines|Unknown Adobe color transform code "
)
# Other lines pass at this rate at most, so that no library can fill a disk: about 20 kB/min.
MAX_LINES, PERIOD_S = 20, 10.0
LAST_LINES = 20  # of those over the rate, passed on at the end: the message of an abort is among them
MAX_LINE_BYTES = 64 * 1024


class LineFilter:
    """Says which lines pass."""

    def __init__(self, debug: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        """`debug` passes everything but LOADING; `clock` gives seconds."""
        self._debug, self._clock = debug, clock
        self._period_began, self._passed = float("-inf"), 0
        self._held: collections.deque[bytes] = collections.deque(maxlen=LAST_LINES)

    def passes(self, line: bytes) -> bool:
        """Whether to pass on this line now."""
        if LOADING.match(line):
            return False
        if self._debug:
            return True
        if JPEG_WARNINGS.match(line):
            return False
        now = self._clock()
        if now - self._period_began >= PERIOD_S:
            self._period_began, self._passed = now, 0
        self._passed += 1
        if self._passed > MAX_LINES:
            self._held.append(line)
            return False
        self._held.clear()
        return True

    def held(self) -> list[bytes]:
        """The last lines over the rate that no line has followed, for the end."""
        return list(self._held)


def lines(source: int) -> Iterator[bytes]:
    """The lines of a file descriptor as they arrive, until its end; one that is too long arrives in pieces."""
    rest = b""
    while chunk := os.read(source, MAX_LINE_BYTES):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole)
        if len(rest) >= MAX_LINE_BYTES:
            yield rest
            rest = b""
    if rest:
        yield rest + b"\n"


def main(debug: bool) -> None:
    """Copy standard input to standard error until its end."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    line_filter = LineFilter(debug)
    for line in lines(0):
        if line_filter.passes(line):
            os.write(2, line)
    for line in line_filter.held():
        os.write(2, line)


if __name__ == "__main__":
    main(debug=sys.argv[1:] == ["debug"])
