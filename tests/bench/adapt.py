"""How a page that adapts chooses its frame rate and size: down when the server has too much, slowly back up.

Times are milliseconds of one clock.
"""

# Answers older than this, smoothed, say that frames wait somewhere; a server with room answers in a tenth of it.
OLD_MS = 200.0
WEIGHT = 0.2
# One bad sign is answered at once, further ones within this time are still about the same load.
REACT_MS = 1000.0
SLOWER = 0.75
# Fewer answers than this and the emoji no longer follows the face; from here on pictures get smaller instead.
LEAST_FPS = 3.0
# So long without a bad sign before a step back up; with many pages on one server they must not all come back at once.
CALM_MS = 3000.0
FASTER_FPS = 1.0


class Adapt:
    """The frame rate and the size (steps below the full one) in force."""

    def __init__(self, full_fps: float, sizes: int) -> None:
        """Begin with everything: `full_fps` pictures a second of the largest of `sizes` sizes."""
        self._full, self._sizes = full_fps, sizes
        self.fps, self.step = full_fps, 0
        self._age: float | None = None
        self._changed_at = float("-inf")

    def answered(self, age: float, now: float) -> None:
        """A result came, `age` after its picture was taken."""
        self._age = age if self._age is None else self._age + WEIGHT * (age - self._age)
        if self._age > OLD_MS:
            self._down(now)
        elif now - self._changed_at > CALM_MS:
            self._up(now)

    def dropped(self, now: float) -> None:
        """The server had no time for a frame."""
        self._down(now)

    def _down(self, now: float) -> None:
        if now - self._changed_at < REACT_MS:
            return
        self._changed_at = now
        if self.fps > LEAST_FPS:
            self.fps = max(LEAST_FPS, self.fps * SLOWER)
        else:
            self.step = min(self._sizes - 1, self.step + 1)

    def _up(self, now: float) -> None:
        self._changed_at = now
        if self.step > 0:
            self.step -= 1
        else:
            self.fps = min(self._full, self.fps + FASTER_FPS)
