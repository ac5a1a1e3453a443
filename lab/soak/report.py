"""The guarantees that a soak test checks, and its table."""

from collections.abc import Mapping
from statistics import median
from typing import Any

# Maximum ratio of the polite clients' p95 with abuse to that without (SECURITY.md).
MAX_RATIO = 2.0
# Maximum growth between two phases with the same clients. Pictures of several sizes leave holes of changing sizes in an
# allocator; a leak of one frame of 30 kB in a hundred would exceed the maximum in minutes.
MAX_GROWTH_MB = 10.0
MAX_GROWTH_DESCRIPTORS = 2
# Seconds from SIGTERM to the end of the process (SECURITY.md).
MAX_END_S = 10.0


def ratios(report: Mapping[str, Any]) -> list[float]:
    """The ratio of p95 with abuse to p95 without, for each pair of phases."""
    return [round(pair["with"]["age_ms"]["p95"] / pair["without"]["age_ms"]["p95"], 3) for pair in report["pairs"]]


def guarantees(report: Mapping[str, Any]) -> dict[str, bool]:
    """Each guarantee and whether the run kept it."""
    good, bad, hang, restart = (report[name] for name in ("good", "bad", "hang", "restart"))
    start, end = report["held"]["start"], report["held"]["end"]
    return {
        "no frame lost": good["lost"] == 0 and bad["lost"] == 0,
        "no frame answered twice": good["unexpected"] == 0 and bad["unexpected"] == 0,
        "polite clients were disconnected by the restart only": set(good["codes"]) <= {"1012"},
        "no exception in the server's log": report["faults"] == 0,
        "the frame of the hung thread was answered": hang["answer"] not in ("result", "dropped")
        and not hang["answer"].startswith("closed"),
        "other clients were served meanwhile": hang["others"]["results"] > 0,
        f"the server ended within {MAX_END_S:g} s of SIGTERM, with exit code 0": restart["ended_s"] <= MAX_END_S
        and restart["exit_code"] == 0,
        "every client reconnected": restart["back_s"] is not None,
        f"memory grew by at most {MAX_GROWTH_MB:g} MB": end["memory_mb"] - start["memory_mb"] <= MAX_GROWTH_MB,
        f"descriptors grew by at most {MAX_GROWTH_DESCRIPTORS}": end["descriptors"] - start["descriptors"]
        <= MAX_GROWTH_DESCRIPTORS,
        "no additional thread": end["threads"] <= start["threads"],
        f"p95 with abuse is at most {MAX_RATIO:g} times that without": median(ratios(report)) <= MAX_RATIO,
    }


def table(report: Mapping[str, Any]) -> str:
    """The report as text."""
    good, bad, start, end = report["good"], report["bad"], report["held"]["start"], report["held"]["end"]
    rows = [
        ("", "polite clients", "abusive clients"),
        ("connections", good["connections"], bad["connections"]),
        ("frames sent", good["sent"], bad["sent"]),
        ("frames answered", good["answered"], bad["answered"]),
        ("frames whose connection ended first", good["aborted"], bad["aborted"]),
        ("frames lost", good["lost"], bad["lost"]),
        ("frames answered twice", good["unexpected"], bad["unexpected"]),
        ("connections ended by the server", _counts(good["codes"]), _counts(bad["codes"])),
    ]
    lines = [f"{name:<36} {a!s:>14} {b!s:>14}" for name, a, b in rows[:-1]]
    lines += [f"{rows[-1][0]}: polite {rows[-1][1]}; abusive {rows[-1][2]}", ""]
    totals = report["totals"]
    lines += [
        f"polite clients: {totals['results']} results, dropped {_counts(totals['dropped'])}, "
        f"errors {_counts(totals['errors'])}",
        f"events of the abusive clients: {_counts(bad['other'])}",
        f"exceptions in the server's log: {report['faults']}",
        "",
        f"{'server':<20} {'at the start':>14} {'before restart':>14} {'per hour':>10}",
    ]
    lines += [
        f"{name:<20} {start[key]:>14g} {end[key]:>14g} {report['held']['per_hour'][key]:>+10.1f}"
        for name, key in (("memory, MB", "memory_mb"), ("descriptors", "descriptors"), ("threads", "threads"))
    ]
    hang, restart = report["hang"], report["restart"]
    lines += [
        f"maximum: {report['held']['most']}",
        "",
        f"hung thread: its frame was answered {hang['answer']!r} after {hang['seconds']} s; "
        f"other clients got {hang['others']['results']} results meanwhile, p95 {hang['others']['age_ms']['p95']} ms",
        f"restart: ended {restart['ended_s']} s after SIGTERM (exit code {restart['exit_code']}), "
        f"all clients served again {restart['back_s']} s after it",
        "",
        f"{'age of results, ms':<20} {'p50':>8} {'p95':>8} {'p99':>8} {'results':>9} {'cores: server':>14} "
        f"{'polite':>6} {'abusive':>8}",
    ]
    for number, pair in enumerate(report["pairs"], 1):
        for name in ("without", "with"):
            phase = pair[name]
            age, used = phase["age_ms"], phase["cores"]
            lines.append(
                f"{f'{number} {name}':<20} {age['p50']:>8.1f} {age['p95']:>8.1f} {age['p99']:>8.1f} "
                f"{phase['results']:>9} {used['server']:>14.2f} {used['good']:>6.2f} {used['bad']:>8.2f}"
            )
    found = ratios(report)
    lines.append(f"p95 with : without = {', '.join(f'{ratio:.2f}' for ratio in found)}; median {median(found):.2f}")
    lines.append("")
    lines += [f"{'kept' if kept else 'BROKEN':<7} {guarantee}" for guarantee, kept in report["guarantees"].items()]
    return "\n".join(lines)


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"
