"""Derives the simulation's times from measurements of this machine under load.

CPU times come from the load with many users: with few, each frame wakes the event loop and the load generator, which
costs them half as much again. The spread between cheap and expensive frames comes from the load with few users, where
frames hardly ever delay each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from lab.bench.load_run import Outcome
from lab.bench.stats import median
from lab.capacity.costs import load_costs
from lab.simulate.crowded import simulate
from lab.simulate.replica import Service
from lab.simulate.scenarios import sizes_of
from lab.simulate.user import Kind
from server.settings import load_settings
from server.vision.detectors.blazeface.detector import SEARCH_INTERVAL_S

# CPU seconds below this are too small to measure in clock ticks.
LEAST = 20e-6
# Steps of the bisection that fits the time in which threads hold Python's lock, and simulated seconds of each.
STEPS, STEP_S = 10, 10.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured load: the number of users, the pictures a second of each, and the outcome."""

    users: int
    fps: float
    outcome: Outcome

    @property
    def searches(self) -> float:
        """The share of the frames that are searched for new faces."""
        return 1 / (self.fps * SEARCH_INTERVAL_S)

    @property
    def loop(self) -> float:
        """CPU seconds of the event loop a frame."""
        return max(LEAST, self.outcome.loop_cpu_seconds / self.outcome.results)

    @property
    def pipeline(self) -> float:
        """CPU seconds of the rest of the server a frame."""
        return (self.outcome.cpu_seconds - self.outcome.loop_cpu_seconds) / self.outcome.results

    @property
    def user(self) -> float:
        """CPU seconds of the load generator a frame."""
        return max(LEAST, self.outcome.clients_cpu_seconds / self.sent)

    @property
    def sent(self) -> int:
        """Frames sent by all users."""
        return sum(record.sent for record in self.outcome.records)


def together(loads: Sequence[Measured]) -> Measured:
    """Combine several measurements of one load; the memory is the maximum."""
    outcomes = [load.outcome for load in loads]
    return replace(
        loads[0],
        outcome=Outcome(
            records=tuple(chain.from_iterable(outcome.records for outcome in outcomes)),
            seconds=sum(outcome.seconds for outcome in outcomes),
            cpu_seconds=sum(outcome.cpu_seconds for outcome in outcomes),
            resident_bytes=max(outcome.resident_bytes for outcome in outcomes),
            loop_cpu_seconds=sum(outcome.loop_cpu_seconds for outcome in outcomes),
            clients_cpu_seconds=sum(outcome.clients_cpu_seconds for outcome in outcomes),
        ),
    )


def service_from(few: Measured, many: Measured, saturating: Measured, cores: int) -> Service:
    """Derive the server's times.

    Args:
        few: gives the spread of the frames' times, the CPU of a frame that runs alone, and the time to hand a frame on
            (four equal steps from the page to a thread and back).
        many: gives the CPU of a frame among others.
        saturating: gives the maximum throughput, to which the time in which threads hold Python's lock is fitted.
        cores: cores of the machine.
    """
    records = few.outcome.records
    worked = sorted(work / 1000 for record in records for work in record.worked)
    searches = max(1, round(few.searches * len(worked)))
    usual, search = worked[:-searches], worked[-searches:]

    def factor(load: Measured) -> float:
        """The CPU of a frame of this load, relative to the mean time of a frame with few users."""
        mean = (1 - load.searches) * sum(usual) / len(usual) + load.searches * sum(search) / searches
        return load.pipeline / mean

    warm = factor(many)
    ways = [age - work for record in records for age, work in zip(record.ages, record.worked, strict=True)]
    costs = load_costs()
    sizes, search_sizes = sizes_of(costs, 640, 480)  # the bench's frame
    service = Service(
        usual=tuple(warm * seconds for seconds in usual),
        search=tuple(warm * seconds for seconds in search),
        first=costs.frame(1, 640, 480).first_ms / 1000,
        receive=many.loop / 2,
        answer=many.loop / 2,
        # Of the user's work only reading is part of the age: a picture is captured when it is sent.
        hop=max(0.0, median(ways) / 1000 - many.loop - many.user / 2) / 4,
        cold=max(1.0, factor(few) / warm),
        sizes=sizes,
        search_sizes=search_sizes,
    )
    return replace(service, python=_python(service, saturating, cores))


def _python(service: Service, saturating: Measured, cores: int) -> float:
    """The share of its work in which a thread holds Python's lock, by bisection; 0 if even that is too slow."""
    kind = Kind(0.0, False, network=service.hop, send=saturating.user / 2, read=saturating.user / 2)
    service = replace(service, receive=saturating.loop / 2, answer=saturating.loop / 2)
    settings = load_settings({"fps": saturating.fps}, {})
    measured = saturating.outcome.results / saturating.outcome.seconds
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        python = (low + high) / 2
        _, simulated = simulate(
            kind, saturating.users, replace(service, python=python), settings, seconds=STEP_S, warm_up=1, cores=cores
        )
        low, high = (python, high) if simulated.results_per_s > measured else (low, python)
    return low


def user_from(few: Measured, many: Measured, lookers: Measured, network: float) -> Kind:
    """A user's own CPU seconds for a frame sent, an answer read, and a picture that is not sent."""
    pictures = lookers.users * lookers.fps * lookers.outcome.seconds
    # They send even fewer frames than the few users, so a frame costs about the same.
    look = max(0.0, lookers.outcome.clients_cpu_seconds - lookers.sent * few.user) / (pictures - lookers.sent)
    return Kind(many.fps, False, network=network, send=many.user / 2, read=many.user / 2, look=look)


def figures(service: Service, users: Mapping[str, Kind]) -> dict[str, object]:
    """The calibrated values in milliseconds, for JSON."""
    return {
        "usual_ms": 1000 * sum(service.usual) / len(service.usual),
        "search_ms": 1000 * sum(service.search) / len(service.search),
        "loop_ms": 1000 * (service.receive + service.answer),
        "hop_ms": 1000 * service.hop,
        "python": service.python,
        "cold": service.cold,
        "user_ms": {kind: 1000 * (user.send + user.read) for kind, user in users.items()},
        "look_ms": {kind: 1000 * user.look for kind, user in users.items()},
    }
