"""What the clients saw in each phase, as a Markdown table for docs/scaling.md."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lab.bench.stats import median, percentile

# Maximum seconds that a client may be without results after a failure, as docs/scaling.md guarantees.
MAX_OUTAGE_S = 5.0


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a run; `begin` and `end` are milliseconds of the clients' clock."""

    name: str
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What all clients saw in one phase.

    Attributes:
        rate: results a second.
        p50, p95: age of the results, milliseconds.
        interrupted: clients that lost their connection.
        down: seconds of each outage, from the last result before it to the first one after it.
        codes: close codes by number of connections.
    """

    name: str
    rate: float
    p50: float
    p95: float
    interrupted: int
    down: tuple[float, ...]
    codes: Counter[int]


def summarise(phase: Phase, clients: Sequence[dict[str, Any]]) -> Seen:
    """Summarise the clients' records of one phase; an outage belongs to the phase in which it ended."""
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
    """The number of frames that were not answered although their connection did not end."""
    return sum(client["sent"] - client["answered"] - client["ended"] for client in clients)


def violations(clients: Sequence[dict[str, Any]]) -> list[str]:
    """Violations of the guarantees: lost frames, too long or unfinished outages, errors."""
    found = []
    if lost := unanswered(clients):
        found.append(f"{lost} frames were lost: not answered on a connection that stayed open")
    outages = [outage for client in clients for outage in client["outages"]]
    if still := sum(to is None for _, to, _ in outages):
        found.append(f"{still} clients did not reconnect")
    late = [(to - since) / 1000 for since, to, _ in outages if to is not None and to - since > 1000 * MAX_OUTAGE_S]
    if late:
        found.append(f"{len(late)} outages were longer than {MAX_OUTAGE_S:g} s, the longest {max(late):.1f} s")
    if errors := sum((Counter(client["errors"]) for client in clients), Counter[str]()):
        found.append(f"frames were answered with errors: {dict(errors)}")
    return found


def table(seen: Sequence[Seen]) -> str:
    """The Markdown table, with a row for each phase."""
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
    """The numbers of answered, ended and lost frames in one sentence."""
    total = {name: sum(client[name] for client in clients) for name in ("sent", "answered", "ended")}
    dropped = sum(sum(client["dropped"].values()) for client in clients)
    return (
        f"Of {total['sent']:,} frames {total['answered']:,} were answered ({dropped:,} of them `dropped`), "
        f"{total['ended']:,} ended with their connection, {unanswered(clients):,} were lost."
    )
