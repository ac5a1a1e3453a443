"""Simulated users: the page with camera, credits and rate control, and the benchmark's saturating client."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from simpy import Environment

from lab.bench.adapt import Pace
from lab.bench.flow import Flow
from lab.simulate.cores import Runs, after
from lab.simulate.replica import Line, Replica


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of user.

    Attributes:
        fps: pictures a second of the camera; 0 has no camera and sends whenever it has a credit (saturating).
        adaptive: whether the rate and the size are lowered as the page does.
        network: seconds from the page to the server, and from the server to the page.
        send, read: CPU seconds of the user's process for a frame and for an answer; see `User`.
        look: the same for a picture of the camera that is not sent.
    """

    fps: float
    adaptive: bool
    network: float = 0.0
    send: float = 0.0
    read: float = 0.0
    look: float = 0.0


@dataclass(slots=True)
class Tally:
    """What happened to the frames of some users, with the times in seconds.

    Attributes:
        sent: frames.
        lost: frames whose connection ended before their answer.
        answered_at, ages: of each result, seconds.
        dropped_at: of each drop, seconds.
        reasons: of the drops.
        by_user: results of each.
    """

    sent: int = 0
    lost: int = 0
    answered_at: list[float] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)
    dropped_at: list[float] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    by_user: Counter[int] = field(default_factory=Counter)
    open: int = 0


class User:
    """One user, with one connection after the other. `process` does its work if it shares the server's cores.

    The bench's load generator is such a process for all its clients; real users have computers of their own.
    """

    def __init__(self, env: Environment, kind: Kind, tally: Tally, rng: Random, process: Runs | None = None) -> None:
        """Prepare a user that is not connected yet."""
        self._env, self._kind, self._tally, self._rng, self._process = env, kind, tally, rng, process
        self._line: Line | None = None
        self._ticking = False
        self._taken: dict[int, float] = {}

    def connect(self, replica: Replica) -> None:
        """Start to send: the server has admitted the user."""
        limits = {"fps": replica.limits.fps, "credits": replica.limits.credits}
        self._flow, self._pace = Flow(limits), Pace(replica.limits.fps)
        self._number = 0
        self._line = replica.connect(self)
        if not self._kind.fps:
            for _ in range(replica.limits.credits):
                self._work(self._kind.send, self._send)
        elif not self._ticking:
            self._ticking = True
            after(self._env, self._rng.random() / self._kind.fps, self._tick)

    def leave(self) -> None:
        """End the connection."""
        if self._line is not None:
            line, self._line = self._line, None
            line.end()

    def lost(self, frames: int) -> None:
        """Count received frames and frames in the network as unanswered."""
        self._tally.lost += len(self._taken)
        self._tally.open -= len(self._taken)
        self._taken = {}

    def answered(self, frame: int, kind: str, server: float, queue: float, retry_ms: int) -> None:
        """The server has sent an answer."""
        line = self._line
        after(
            self._env,
            self._kind.network,
            lambda: self._work(self._kind.read, lambda: self._heard(line, frame, kind, server, queue, retry_ms)),
        )

    def _tick(self) -> None:
        self._ticking = self._line is not None
        if self._ticking:
            after(self._env, 1 / self._kind.fps, self._tick)
            now = 1000 * self._env.now
            if self._kind.adaptive:
                self._pace.capture(blocked=False)
                self._flow.interval = 1000 / self._pace.fps
            if self._flow.may_send(now):
                self._flow.frame_sent(now)
                self._work(self._kind.send, self._send)
            elif self._kind.look:
                self._work(self._kind.look, lambda: None)

    def _send(self) -> None:
        line = self._line
        if line is None:
            return
        self._number += 1
        self._taken[self._number] = self._env.now
        self._tally.sent += 1
        self._tally.open += 1
        jpeg = bytes([self._pace.step if self._kind.adaptive else 0])

        def arrive() -> None:
            if self._line is line:
                line.send(jpeg)

        after(self._env, self._kind.network, arrive)

    def _heard(
        self, line: Line | None, frame: int, kind: str, server: float, queue: float, retry_ms: int
    ) -> None:
        if line is not self._line or frame not in self._taken:
            return
        now, tally = self._env.now, self._tally
        age = now - self._taken.pop(frame)
        tally.open -= 1
        if kind == "result":
            tally.answered_at.append(now)
            tally.ages.append(age)
            tally.by_user[id(self)] += 1
        else:
            tally.dropped_at.append(now)
            tally.reasons[kind] += 1
        if self._kind.fps:
            self._learn(frame, kind, age, server, queue, retry_ms)
        elif kind == "result" or not self._taken:
            after(self._env, retry_ms / 1000, lambda: self._work(self._kind.send, self._send))

    def _learn(self, frame: int, kind: str, age: float, server: float, queue: float, retry_ms: int) -> None:
        now = 1000 * self._env.now
        if kind != "result":
            self._flow.dropped(frame, retry_ms, now)
            self._pace.drop(now)
            return
        self._flow.answered(frame, 1000 * server, now)
        self._pace.result(1000 * age, 1000 * server, 1000 * queue, now)

    def _work(self, seconds: float, done: Callable[[], None]) -> None:
        if self._process is None:
            done()
        else:
            self._process.run(seconds, done)
