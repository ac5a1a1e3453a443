"""The maximum results a second of one server over real sockets, and the CPU of each beyond the pipeline."""

from lab.bench.context import Context
from lab.bench.load import Group
from lab.bench.load_run import put_load, serving
from lab.bench.parts.pipeline import cpu_per_frame

# Enough that no thread waits for a frame, and few enough that no frame is dropped as too old.
CLIENTS = 8

# Saturating clients must not meet the server's limit of frames a second.
UNLIMITED = ("--fps", "1000")


def run(context: Context) -> None:
    """Measure `throughput` and `server_overhead`."""
    pipeline_ms = cpu_per_frame(context)
    with serving(*UNLIMITED) as server:
        outcome = put_load(server, [Group("saturating", CLIENTS)], context.pictures, 2, context.seconds(15))
    server_ms = 1000 * outcome.cpu_seconds / outcome.results
    context.details["throughput"] = {
        **outcome.details(),
        "server_cpu_ms_per_result": server_ms,
        "pipeline_cpu_ms": pipeline_ms,
    }
    context.measured["throughput"] = outcome.results / outcome.seconds
    context.measured["server_overhead"] = server_ms - pipeline_ms


def capacity(context: Context) -> float:
    """The maximum results a second of the server, measured once in a run."""
    if "throughput" not in context.measured:
        run(context)
    return context.measured["throughput"]
