"""Twice the load that the server can carry, from pages that adapt."""

import math

from lab.bench.context import Context
from lab.bench.load import Group
from lab.bench.parts.throughput import capacity
from lab.bench.running import put_load, serving

FPS = 10


def run(context: Context) -> None:
    """Measure `twice_p95` and `twice_fewest`, once the pages have found their rate."""
    carries = capacity(context)
    count = math.ceil(2 * carries / FPS)
    with serving("--clients", str(count)) as server:
        outcome = put_load(
            server, [Group("adaptive", count, fps=FPS)], context.pictures, context.seconds(8), context.seconds(20)
        )
    context.details["twice"] = {**outcome.details(), "capacity": carries, "offered": count * FPS}
    context.measured["twice_p95"] = outcome.age(0.95)
    context.measured["twice_fewest"] = min(record.results for record in outcome.records) / outcome.seconds
