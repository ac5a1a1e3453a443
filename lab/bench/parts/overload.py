"""A hundred clients at ten frames a second, more than the machine can do: fairness, and age of the results."""

from lab.bench.context import Context
from lab.bench.load import Group
from lab.bench.load_run import put_load, serving


def run(context: Context) -> None:
    """Measure `overload_fairness`, `overload_p95` and `memory`.

    These clients obey credits and `retry_after_ms` but do not lower their frame rate, so fairness depends on the server
    alone.
    """
    with serving() as server:
        outcome = put_load(server, [Group("page", 100, fps=10)], context.pictures, 3, context.seconds(20))
    context.details["overload"] = outcome.details()
    context.measured["overload_fairness"] = outcome.fairness
    context.measured["overload_p95"] = outcome.age(0.95)
    context.measured["memory"] = outcome.resident_bytes / 1e6
