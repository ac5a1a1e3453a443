"""The page's frame rate and picture size: a mirror of web/static/js/connection/adapt.js. Times in milliseconds.

A test compares RULE and SCALES with those of the page.
"""

from types import SimpleNamespace

RULE = SimpleNamespace(
    periodMs=1000,
    lateMs=150,
    calmMs=75,
    lostShare=0.1,
    backOff=0.8,
    growFps=0.5,
    floorFps=4,
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

    def result(self, age: float, server: float, queue: float, now: float) -> None:
        """A result arrived `age` after the capture of its picture; `server` includes `queue`."""
        rest = max(0.0, age - server)
        self._best_rest = min(self._best_rest, rest)
        self._count(now, results=1, late=queue + rest - self._best_rest, rest=rest)

    def drop(self, now: float) -> None:
        """The server dropped a frame."""
        self._count(now, drops=1)

    def capture(self, blocked: bool) -> None:
        """The camera has a new picture; `blocked` if the previous frame is still in the send buffer."""
        if self._since is not None:
            self._captures += 1
            self._blocked += blocked

    def _count(self, now: float, results: int = 0, drops: int = 0, late: float = 0.0, rest: float = 0.0) -> None:
        if self._since is None:
            self._forget_tally(now)
            return
        self._results += results
        self._drops += drops
        self._late += late
        self._rest += rest
        if now - self._since >= RULE.periodMs:
            self._best_rest += RULE.forgetMs
            self._judge(now - self._since)
            self._forget_tally(now)

    def _forget_tally(self, since: float | None) -> None:
        self._since = since
        self._results = self._drops = self._captures = self._blocked = 0
        self._late = self._rest = 0.0

    def _judge(self, elapsed: float) -> None:
        late, rest = (sum_ / self._results if self._results else 0.0 for sum_ in (self._late, self._rest))
        slow_way = rest > RULE.farMs or self._blocked > self._captures / 2
        busy = late > RULE.lateMs or self._drops > RULE.lostShare * (self._results + self._drops)
        if slow_way and self.step < len(SCALES) - 1:
            self._smaller()
        elif busy:
            self._slower(self._results * 1000 / elapsed)
        elif self._drops > 0 or late > RULE.calmMs:
            self._calm = 0
        else:
            self._calm += 1
            self._grow(near=rest < RULE.nearMs)

    def _slower(self, got: float) -> None:
        floor = min(RULE.floorFps, self._limit)
        if self.fps <= floor:
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
