"""How many results one server gives at most over real sockets, and what each costs it beyond the pipeline."""

from lab.bench.context import Context
from lab.bench.load import Group
from lab.bench.parts.pipeline import cpu_per_frame
from lab.bench.running import put_load, serving

# Enough that no thread waits for a frame, few enough that no frame is too old when its turn comes.
CLIENTS = 8

# A greedy client sends its next frame as soon as it has an answer; the server's limit of frames a second is for people.
UNLIMITED = ("--fps", "1000")


def run(context: Context) -> None:
    """Measure `throughput` and `server_overhead`."""
    pipeline_ms = cpu_per_frame(context)
    with serving(*UNLIMITED) as server:
        outcome = put_load(server, [Group("greedy", CLIENTS)], context.pictures, 2, context.seconds(15))
    server_ms = 1000 * outcome.cpu_seconds / outcome.results
    context.details["throughput"] = {
        **outcome.details(),
        "server_cpu_ms_per_result": server_ms,
        "pipeline_cpu_ms": pipeline_ms,
    }
    context.measured["throughput"] = outcome.results / outcome.seconds
    context.measured["server_overhead"] = server_ms - pipeline_ms


def capacity(context: Context) -> float:
    """Results a second that the server can give, measured once in a run of the bench."""
    if "throughput" not in context.measured:
        run(context)
    return context.measured["throughput"]
