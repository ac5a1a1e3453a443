"""The age of results with twenty clients at ten frames a second."""

from lab.bench.context import Context
from lab.bench.load import Group
from lab.bench.load_run import put_load, serving


def run(context: Context) -> None:
    """Measure `clients20_p50` and `clients20_p95`."""
    with serving() as server:
        outcome = put_load(server, [Group("page", 20, fps=10)], context.pictures, 2, context.seconds(20))
    context.details["clients20"] = outcome.details()
    context.measured["clients20_p50"] = outcome.age(0.5)
    context.measured["clients20_p95"] = outcome.age(0.95)
