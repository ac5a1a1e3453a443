"""The page's frame rate and picture size: a mirror of web/static/js/connection/adapt.js. Times in milliseconds.

Without the page's own time: simulated clients and those of the load generator do not encode. A test compares RULE and
SCALES with those of the page.
"""

from statistics import median_high
from types import SimpleNamespace

RULE = SimpleNamespace(
    periodMs=1000,
    lateMs=150,
    calmMs=75,
    lostShare=0.1,
    backOff=0.8,
    growFps=0.5,
    floorFps=8,
    overloadFps=4,
    farMs=250,
    nearMs=150,
    sizeCalm=5,
    forgetMs=2,
)
SCALES = (1, 5 / 6, 2 / 3)


class Pace:
    """The target frame rate, and the picture size as an index of SCALES."""

    def __init__(self, limit_fps: float) -> None:
        """Start at the highest rate that the server allows and at full size."""
        self._limit = self.fps = limit_fps
        self.step = 0
        self._calm = 0
        self._best_rest = float("inf")
        self._since: float | None = None  # None before the answer that begins the first period
        self._forget_tally(None)

    def result(self, trip: float, server: float, queue: float, now: float) -> None:
        """A result arrived `trip` after its frame was sent; `server` includes `queue`."""
        rest = max(0.0, trip - server)
        self._best_rest = min(self._best_rest, rest)
        self._count(now, answer=(queue, rest))

    def drop(self, now: float) -> None:
        """The server dropped a frame."""
        self._count(now, answer=None)

    def capture(self, blocked: bool) -> None:
        """The camera has a new picture; `blocked` if the previous frame is still in the send buffer."""
        if self._since is not None:
            self._captures += 1
            self._blocked += blocked

    def _count(self, now: float, answer: tuple[float, float] | None) -> None:
        """Count a result by its time in the queue and its rest, or a drop."""
        if self._since is None:
            self._forget_tally(now)
            return
        if answer is None:
            self._drops += 1
        else:
            self._answers.append(answer)
        if now - self._since >= RULE.periodMs:
            self._best_rest += RULE.forgetMs
            self._judge(now - self._since)
            self._forget_tally(now)

    def _forget_tally(self, since: float | None) -> None:
        self._since = since
        self._drops = self._captures = self._blocked = 0
        self._answers: list[tuple[float, float]] = []

    def _judge(self, elapsed: float) -> None:
        results = len(self._answers)
        queue, rest = (median_high(times) for times in zip(*self._answers, strict=True)) if results else (0.0, 0.0)
        late = queue + rest - self._best_rest if results else 0.0
        slow_network = rest > RULE.farMs or self._blocked > self._captures / 2
        overload = queue > RULE.lateMs or self._drops > RULE.lostShare * (results + self._drops)
        if slow_network and self.step < len(SCALES) - 1:
            self._smaller()
        elif overload or late > RULE.lateMs:
            self._slower(results * 1000 / elapsed, RULE.overloadFps if overload else RULE.floorFps)
        elif self._drops > 0 or late > RULE.calmMs:
            self._calm = 0
        else:
            self._calm += 1
            self._grow(near=rest < RULE.nearMs)

    def _slower(self, got: float, floor: float) -> None:
        floor = min(floor, self._limit)
        if self.fps <= floor:
            self.fps = floor
            self._smaller()
        else:
            self.fps, self._calm = max(floor, RULE.backOff * min(self.fps, got)), 0

    def _smaller(self) -> None:
        self.step, self._calm = min(self.step + 1, len(SCALES) - 1), 0

    def _grow(self, near: bool) -> None:
        if self.fps < self._limit:
            self.fps = min(self._limit, self.fps + RULE.growFps * self._calm)
        elif self.step > 0 and near and self._calm >= RULE.sizeCalm:
            self.step, self._calm = self.step - 1, 0
