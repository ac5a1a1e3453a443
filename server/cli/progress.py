"""How far a long job is: a bar in a terminal, nothing where standard error is a file."""

import sys
import time

BAR = 24  # characters
REDRAW_S = 0.1


class Progress:
    """Tells of a video: share done, speed as a multiple of real time, time left."""

    def __init__(self, duration: float | None) -> None:
        """Begin; `duration` in seconds, None where there is no telling."""
        self._duration, self._began, self._drawn = duration, time.monotonic(), float("-inf")
        self._shown = sys.stderr.isatty()

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    def show(self, at: float) -> None:
        """`at` seconds of the video are done."""
        if self._shown and self.elapsed - self._drawn >= REDRAW_S:
            self._drawn = self.elapsed
            print(f"\r{line(at, self._duration, self.elapsed)}\x1b[K", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the bar away, for the last words."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def line(at: float, duration: float | None, elapsed: float) -> str:
    """`[######------]  50 %  6.0 of 12.0 s  4.1x  1 s left`."""
    speed = f"{at / elapsed:.1f}x" if elapsed > 0 else ""
    if not duration:
        return f"{at:.1f} s  {speed}"
    share = min(1.0, at / duration)
    done = round(share * BAR)
    left = f"{_clock(elapsed * (1 - share) / share)} left" if share > 0 else ""
    return f"[{'#' * done}{'-' * (BAR - done)}] {100 * share:3.0f} %  {at:.1f} of {duration:.1f} s  {speed}  {left}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
