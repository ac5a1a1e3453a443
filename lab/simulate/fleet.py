"""Simulates the connections of all users to all replicas.

The balancer makes a fixed number of handshakes a second, in the order of arrival, and passes each connection to the
next replica that is up. A full replica refuses it (1013). A user who is refused or disconnected, or gets no `hello`
in time, tries again after the delay of web/static/js/connection/backoff.js.
Frames are simulated separately (`detail`), for a few replicas only, because replicas share nothing.
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
    """The users, the replicas and their limits.

    Attributes:
        users: number of users.
        replicas: servers behind the balancer.
        max_connections: connections that a replica admits.
        handshakes_per_s: maximum handshakes of the balancer per second.
        waits: the delay between attempts: `page` has the page's jitter of a quarter, `exact` has none, and `spread` is
            uniform between zero and twice the delay.
        balancer: the choice of the replica: `turns` is round robin, `two` takes the emptier of two random replicas.
    """

    users: int
    replicas: int
    max_connections: int
    handshakes_per_s: float
    waits: Waits = "page"
    balancer: Balancer = "turns"


@dataclass(frozen=True, slots=True)
class Events:
    """The events, at seconds of the simulation.

    Attributes:
        arrivals: (from, to, part): this part of the users arrives evenly between these seconds.
        failure: (at, back at, part): this part of the replicas dies, and its users are disconnected.
        cut: second at which the balancer loses every connection.
    """

    arrivals: tuple[tuple[float, float, float], ...]
    failure: tuple[float, float, float] | None = None
    cut: float | None = None


@dataclass(slots=True)
class Course:
    """The outcome; lists have an entry for each second.

    Attributes:
        connected: users with a connection at the end of each second.
        tried, refused, late: attempts; those refused by a full replica; those that timed out before their handshake.
        logs: of each watched replica: (second, user, True for connected or False for disconnected).
        down: seconds without a connection, for each user who was disconnected and reconnected.
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
        self.attempt = bytearray(fleet.users)
        self.lost_at: dict[int, float] = {}
        self.members: list[set[int]] = [set() for _ in range(fleet.replicas)]
        self.up = bytearray(b"\1") * fleet.replicas
        self.turn = 0
        self.balancer_free_at = 0.0
        self.open = 0
        logs: dict[int, list[tuple[float, int, bool]]] = {number: [] for number in watched}
        self.course = Course([], [0] * seconds, [0] * seconds, [0] * seconds, logs)
        self.queue: list[tuple[float, int, int]] = []  # second, kind of event, user or replica
        self._plan(events)

    def _plan(self, events: Events) -> None:
        fleet, user = self.fleet, 0
        for begin, end, part in events.arrivals:
            count = min(fleet.users - user, round(part * fleet.users))
            for number in range(count):
                self.queue.append((begin + (end - begin) * number / max(1, count), ATTEMPT, user))
                user += 1
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

    def _attempt(self, now: float, user: int) -> None:
        """Queue a handshake at the balancer; a user who would wait too long gives up and costs no work."""
        self.course.tried[int(now)] += 1
        turn = max(self.balancer_free_at, now) + 1 / self.fleet.handshakes_per_s
        if turn - now > HELLO_S:
            self._push(now + HELLO_S, LATE, user)
        else:
            self.balancer_free_at = turn
            self._push(turn, ADMIT, user)

    def _late(self, now: float, user: int) -> None:
        self.course.late[int(now)] += 1
        self._again(now, user)

    def _admit(self, now: float, user: int) -> None:
        replica = self._next_replica()
        if replica is None:
            self._again(now, user)
        elif len(self.members[replica]) >= self.fleet.max_connections:
            self.course.refused[int(now)] += 1
            self.attempt[user] = max(self.attempt[user], FULL_FIRST_ATTEMPT)
            self._again(now, user)
        else:
            self.members[replica].add(user)
            self.attempt[user] = 0  # at the first result, which a server that admits gives within a second
            self.open += 1
            if user in self.lost_at:
                self.course.down.append(now - self.lost_at.pop(user))
            self._log(now, replica, user, True)

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
        for user in sorted(self.members[replica]):
            self.open -= 1
            self.lost_at[user] = now
            self._log(now, replica, user, False)
            self._again(now, user)
        self.members[replica] = set()

    def _again(self, now: float, user: int) -> None:
        wait = delay(self.attempt[user], self.rng, self.fleet.waits)
        self.attempt[user] = min(self.attempt[user] + 1, 100)
        self._push(now + wait, ATTEMPT, user)

    def _push(self, at: float, kind: int, number: int) -> None:
        heapq.heappush(self.queue, (at, kind, number))

    def _log(self, now: float, replica: int, user: int, connected: bool) -> None:
        log = self.course.logs.get(replica)
        if log is not None:
            log.append((now, user, connected))


# The order of simultaneous events: a replica dies before a user is sent to it.
DIE, LOSE, REVIVE, ATTEMPT, ADMIT, LATE, SECOND = range(7)


def follow(fleet: Fleet, events: Events, seconds: int, watched: frozenset[int], seed: int = 0) -> Course:
    """Simulate all connections for some seconds; logs are kept of the replicas in `watched`."""
    return _Run(fleet, events, seconds, watched, Random(seed)).run()
