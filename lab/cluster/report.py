"""What the clients of a run saw, by phase, as a Markdown table for docs/scaling.md."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lab.bench.stats import median, percentile

# What issue and docs promise: seconds that a client may be without results because something broke.
MAX_S = 5.0


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a run: `begin` and `end` in milliseconds of the clients' clock."""

    name: str
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What all clients saw in one phase.

    Attributes:
        rate: results a second.
        p50, p95: age of the results, milliseconds.
        interrupted: clients that were without a connection.
        down: seconds of each interruption, from the last result before it to the first one after it.
        codes: how the connections ended.
    """

    name: str
    rate: float
    p50: float
    p95: float
    interrupted: int
    down: tuple[float, ...]
    codes: Counter[int]


def look(phase: Phase, clients: Sequence[dict[str, Any]]) -> Seen:
    """The part of the clients' records that belongs to a phase; an interruption belongs to where it ended."""
    ages = [age for client in clients for at, age in client["answers"] if phase.begin <= at < phase.end]
    ended = [
        [outage for outage in client["outages"] if phase.begin <= (outage[1] or float("inf")) < phase.end]
        for client in clients
    ]
    outages = [outage for each in ended for outage in each]
    return Seen(
        phase.name,
        1000 * len(ages) / (phase.end - phase.begin),
        percentile(ages, 0.5) if ages else float("nan"),
        percentile(ages, 0.95) if ages else float("nan"),
        sum(bool(each) for each in ended),
        tuple((to - since) / 1000 for since, to, _ in outages),
        Counter(code for _, _, code in outages),
    )


def unanswered(clients: Sequence[dict[str, Any]]) -> int:
    """Frames that had neither an answer nor the end of their connection."""
    return sum(client["sent"] - client["answered"] - client["ended"] for client in clients)


def complaints(clients: Sequence[dict[str, Any]]) -> list[str]:
    """What must not be: lost frames, clients that were down for too long or still are, errors."""
    found = []
    if lost := unanswered(clients):
        found.append(f"{lost} frames were lost: no answer, and their connection went on")
    outages = [outage for client in clients for outage in client["outages"]]
    if still := sum(to is None for _, to, _ in outages):
        found.append(f"{still} clients did not come back")
    late = [(to - since) / 1000 for since, to, _ in outages if to is not None and to - since > 1000 * MAX_S]
    if late:
        found.append(f"{len(late)} interruptions were longer than {MAX_S:g} s, the longest {max(late):.1f} s")
    if errors := sum((Counter(client["errors"]) for client in clients), Counter[str]()):
        found.append(f"frames were answered with errors: {dict(errors)}")
    return found


def table(seen: Sequence[Seen]) -> str:
    """A line for each phase."""
    lines = [
        "| | Results a second | Age p50 / p95 | Clients interrupted | Down for, median / longest | Close codes |",
        "|---|---|---|---|---|---|",
    ]
    for each in seen:
        down = f"{median(each.down):.1f} / {max(each.down):.1f} s" if each.down else ""
        codes = ", ".join(f"{count} × {code}" for code, count in sorted(each.codes.items()))
        lines.append(
            f"| {each.name} | {each.rate:.0f} | {each.p50:.0f} / {each.p95:.0f} ms | "
            f"{each.interrupted or 'none'} | {down} | {codes} |"
        )
    return "\n".join(lines)


def frames(clients: Sequence[dict[str, Any]]) -> str:
    """Where all frames went, in one sentence."""
    total = {name: sum(client[name] for client in clients) for name in ("sent", "answered", "ended")}
    dropped = sum(sum(client["dropped"].values()) for client in clients)
    return (
        f"Of {total['sent']:,} frames {total['answered']:,} were answered ({dropped:,} of them `dropped`), "
        f"{total['ended']:,} ended with their connection, {unanswered(clients):,} were lost."
    )
