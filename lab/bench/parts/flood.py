"""What one flooding client costs ten others that keep the rules."""

from lab.bench.context import Context
from lab.bench.load import Group
from lab.bench.load_run import Outcome, put_load, serving
from lab.bench.stats import median

OTHERS = Group("page", 10, fps=10)
FLOOD = Group("flood", 1)
RUNS = 5


def run(context: Context) -> None:
    """Measure `flood_ratio` as the median of pairs of runs, without and with the flood, on one server."""
    ratios, details = [], []
    with serving() as server:

        def measure(*groups: Group) -> Outcome:
            return put_load(server, groups, context.pictures, 1, context.seconds(6))

        for _ in range(2 if context.quick else RUNS):
            calm, flooded = measure(OTHERS), measure(OTHERS, FLOOD)
            ratios.append(flooded.of("page").age(0.95) / calm.age(0.95))
            details.append(
                {
                    "without": calm.details(),
                    "with": flooded.of("page").details(),
                    "flood": flooded.of("flood").details(),
                }
            )
    context.details["flood"] = {"ratios": ratios, "runs": details}
    context.measured["flood_ratio"] = median(ratios)
