"""Load of twice the server's capacity, from pages that adapt."""

import math

from lab.bench.context import Context
from lab.bench.load import Group
from lab.bench.load_run import put_load, serving
from lab.bench.parts.throughput import capacity

FPS = 10


def run(context: Context) -> None:
    """Measure `twice_p95` and `twice_fewest` after the pages have settled on a rate."""
    carries = capacity(context)
    count = math.ceil(2 * carries / FPS)
    with serving("--clients", str(count)) as server:
        outcome = put_load(
            server, [Group("adaptive", count, fps=FPS)], context.pictures, context.seconds(8), context.seconds(20)
        )
    context.details["twice"] = {**outcome.details(), "capacity": carries, "offered": count * FPS}
    context.measured["twice_p95"] = outcome.age(0.95)
    context.measured["twice_fewest"] = min(record.results for record in outcome.records) / outcome.seconds
