"""Plots a scenario over time: connected users, age of the results, dropped frames."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt

from lab.simulate.scenarios import Outcome, Scenario

COLOURS = ("#0b6e4f", "#c8553d", "#3d5a98")


def draw(scenario: Scenario, outcomes: Mapping[str, Outcome], file: Path) -> None:
    """Write a PNG with the outcomes of one scenario under all its policies."""
    figure, rows = plt.subplots(4, 1, figsize=(9, 9), sharex=True, constrained_layout=True)
    for colour, (name, outcome) in zip(COLOURS, outcomes.items(), strict=False):
        met, course = outcome.met, outcome.course
        seconds = range(len(course.connected))
        users = outcome.fleet.users
        rows[0].plot(seconds, [100 * count / users for count in course.connected], color=colour, label=name)
        rows[1].plot(seconds, [max(count, 0.5) for count in course.tried], color=colour)
        turned = [a + b for a, b in zip(course.refused, course.late, strict=True)]
        rows[1].plot(seconds, [max(count, 0.5) for count in turned], color=colour, linestyle=":")
        rows[2].plot(seconds, met.p95, color=colour)
        rows[2].plot(seconds, met.p50, color=colour, linestyle="--")
        whole = [a + b for a, b in zip(met.answered, met.dropped, strict=True)]
        share = [100 * drop / all_ if all_ else 0.0 for drop, all_ in zip(met.dropped, whole, strict=True)]
        rows[3].plot(seconds, share, color=colour)
    rows[0].set(ylabel="connected, %", ylim=(0, 105))
    rows[1].set(ylabel="connections tried,\ndotted: refused, /s", yscale="log", ylim=(0.8, None))
    rows[2].set(ylabel="age of answers, ms\np95, dashed: p50", ylim=(0, None))
    rows[3].set(ylabel="frames dropped, %", xlabel="seconds", ylim=(0, max(1.0, rows[3].get_ylim()[1])))
    for row in rows:
        row.grid(alpha=0.3)
    rows[0].legend(fontsize="small", frameon=False)
    first = next(iter(outcomes.values()))
    figure.suptitle(
        f"{scenario.title}\n{first.fleet.users:,} users, {first.fleet.replicas:,} replicas of two cores",
        fontsize=10,
    )
    figure.savefig(file, dpi=80)
    plt.close(figure)
