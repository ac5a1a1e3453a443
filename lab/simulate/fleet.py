"""Simulates the connections of all viewers to all replicas.

Frames do not come into it. A connection goes through the door (the balancer, which makes so many handshakes a second,
in order of arrival), then to the next replica in turn that is up, which takes it unless it is full (1013). Whoever is
refused, cut off or kept waiting for longer than the page waits for a hello comes back as
web/static/js/connection/backoff.js says.
What frames then meet is simulated apart, for a few replicas in every detail (`detail`), since replicas share nothing.
"""

import heapq
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from lab.bench.backoff import FIRST_S, FULL_FIRST_ATTEMPT, LIMIT_S
from lab.bench.backoff import delay as page_delay

# The page's values (web/static/js/connection/reconnecting-socket.js); a test compares.
HELLO_S = 10.0

Waits = Literal["page", "exact", "spread"]
Balancer = Literal["turns", "two"]


@dataclass(frozen=True, slots=True)
class Fleet:
    """The viewers, the replicas and their limits.

    Attributes:
        viewers: who want to be connected.
        replicas: servers behind the balancer.
        most: connections that a replica admits.
        door_per_s: handshakes that the balancer makes in a second.
        waits: how the page waits between attempts: `page` wavers by a quarter as the page does, `exact` does not, and
            `spread` is anything up to twice as long, what the page could do.
        balancer: who gets a new connection: `turns` is round robin, `two` the emptier one of two by chance.
    """

    viewers: int
    replicas: int
    most: int
    door_per_s: float
    waits: Waits = "page"
    balancer: Balancer = "turns"


@dataclass(frozen=True, slots=True)
class Events:
    """The events, at seconds of the simulation.

    Attributes:
        arrivals: at which second which part of the viewers comes, one after the other: (from, to, part).
        failure: when a part of the replicas dies: (at, back at, part); their viewers are cut off.
        cut: when the balancer loses every connection at once.
    """

    arrivals: tuple[tuple[float, float, float], ...]
    failure: tuple[float, float, float] | None = None
    cut: float | None = None


@dataclass(slots=True)
class Course:
    """The outcome; lists have an entry for each second.

    Attributes:
        connected: viewers with a connection at the end of each second.
        tried, refused, late: attempts; those met by a full replica; those given up at the door.
        logs: of the replicas that are watched: (second, viewer, whether he comes).
        down: of each viewer who was cut off and came back, seconds without a connection.
    """

    connected: list[int]
    tried: list[int]
    refused: list[int]
    late: list[int]
    logs: dict[int, list[tuple[float, int, bool]]]
    down: list[float] = field(default_factory=list)


def delay(attempt: int, rng: Random, waits: Waits) -> float:
    """Seconds until the next attempt after `attempt` failed ones in a row."""
    if waits == "spread":
        return min(LIMIT_S, FIRST_S * 2.0 ** min(attempt, 10)) * 2 * rng.random()
    return page_delay(attempt, rng.random() if waits == "page" else 0.5)


class _Run:
    """The state of one simulation."""

    def __init__(self, fleet: Fleet, events: Events, seconds: int, watched: frozenset[int], rng: Random) -> None:
        self.fleet, self.rng = fleet, rng
        self.seconds = seconds
        self.attempt = bytearray(fleet.viewers)
        self.lost_at: dict[int, float] = {}
        self.members: list[set[int]] = [set() for _ in range(fleet.replicas)]
        self.up = bytearray(b"\1") * fleet.replicas
        self.turn = 0
        self.door_free = 0.0
        self.open = 0
        logs: dict[int, list[tuple[float, int, bool]]] = {number: [] for number in watched}
        self.course = Course([], [0] * seconds, [0] * seconds, [0] * seconds, logs)
        self.queue: list[tuple[float, int, int]] = []  # second, kind of event, viewer or replica
        self._plan(events)

    def _plan(self, events: Events) -> None:
        fleet, viewer = self.fleet, 0
        for begin, end, part in events.arrivals:
            count = min(fleet.viewers - viewer, round(part * fleet.viewers))
            for number in range(count):
                self.queue.append((begin + (end - begin) * number / max(1, count), ATTEMPT, viewer))
                viewer += 1
        if events.failure:
            at, back, part = events.failure
            for replica in range(round(part * fleet.replicas)):
                self.queue += [(at, DIE, replica), (back, REVIVE, replica)]
        if events.cut is not None:
            self.queue += [(events.cut, LOSE, replica) for replica in range(fleet.replicas)]
        self.queue += [(second + 1 - 1e-9, SECOND, 0) for second in range(self.seconds)]
        heapq.heapify(self.queue)

    def run(self) -> Course:
        """Run all events."""
        acts = {ATTEMPT: self._attempt, ADMIT: self._admit, LATE: self._late, DIE: self._die, LOSE: self._lose}
        while self.queue:
            now, kind, number = heapq.heappop(self.queue)
            if now >= self.seconds:
                break
            if kind == SECOND:
                self.course.connected.append(self.open)
            elif kind == REVIVE:
                self.up[number] = 1
            else:
                acts[kind](now, number)
        return self.course

    def _attempt(self, now: float, viewer: int) -> None:
        """Queue a handshake at the balancer; a viewer that would wait too long gives up and costs no work."""
        self.course.tried[int(now)] += 1
        turn = max(self.door_free, now) + 1 / self.fleet.door_per_s
        if turn - now > HELLO_S:
            self._push(now + HELLO_S, LATE, viewer)
        else:
            self.door_free = turn
            self._push(turn, ADMIT, viewer)

    def _late(self, now: float, viewer: int) -> None:
        self.course.late[int(now)] += 1
        self._again(now, viewer)

    def _admit(self, now: float, viewer: int) -> None:
        replica = self._next_replica()
        if replica is None:
            self._again(now, viewer)
        elif len(self.members[replica]) >= self.fleet.most:
            self.course.refused[int(now)] += 1
            self.attempt[viewer] = max(self.attempt[viewer], FULL_FIRST_ATTEMPT)
            self._again(now, viewer)
        else:
            self.members[replica].add(viewer)
            self.attempt[viewer] = 0  # at the first result, which a server that admits gives within a second
            self.open += 1
            if viewer in self.lost_at:
                self.course.down.append(now - self.lost_at.pop(viewer))
            self._log(now, replica, viewer, True)

    def _next_replica(self) -> int | None:
        """A replica that the balancer believes to be up, or None."""
        if self.fleet.balancer == "two":
            up = [replica for replica in (self._by_chance(), self._by_chance()) if replica is not None]
            return min(up, key=lambda replica: len(self.members[replica]), default=None)
        for _ in range(self.fleet.replicas):
            self.turn = (self.turn + 1) % self.fleet.replicas
            if self.up[self.turn]:
                return self.turn
        return None

    def _by_chance(self) -> int | None:
        for _ in range(20 * self.fleet.replicas):
            replica = self.rng.randrange(self.fleet.replicas)
            if self.up[replica]:
                return replica
        return None

    def _die(self, now: float, replica: int) -> None:
        self.up[replica] = 0
        self._lose(now, replica)

    def _lose(self, now: float, replica: int) -> None:
        for viewer in sorted(self.members[replica]):
            self.open -= 1
            self.lost_at[viewer] = now
            self._log(now, replica, viewer, False)
            self._again(now, viewer)
        self.members[replica] = set()

    def _again(self, now: float, viewer: int) -> None:
        wait = delay(self.attempt[viewer], self.rng, self.fleet.waits)
        self.attempt[viewer] = min(self.attempt[viewer] + 1, 100)
        self._push(now + wait, ATTEMPT, viewer)

    def _push(self, at: float, kind: int, number: int) -> None:
        heapq.heappush(self.queue, (at, kind, number))

    def _log(self, now: float, replica: int, viewer: int, comes: bool) -> None:
        log = self.course.logs.get(replica)
        if log is not None:
            log.append((now, viewer, comes))


# The order of simultaneous events: a replica dies before a viewer is sent to it.
DIE, LOSE, REVIVE, ATTEMPT, ADMIT, LATE, SECOND = range(7)


def follow(fleet: Fleet, events: Events, seconds: int, watched: frozenset[int], seed: int = 0) -> Course:
    """Simulate all connections for some seconds; logs are kept of the replicas in `watched`."""
    return _Run(fleet, events, seconds, watched, Random(seed)).run()
