"""What has happened on the wire since the start, as Prometheus metrics.

Counting is on the path of every frame, and six `prometheus_client.Histogram.observe` cost six locks, 5 us here. All
of it happens in the event loop, so plain numbers do (a sixth of that), and the library is asked at scrape time only.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import get_args

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from server.live.observer import Limit, LossReason, Subject
from server.vision.types import STAGES, Timing

REASONS: tuple[LossReason, ...] = ("superseded", "rate", "overload", "disconnected")

# Upper limits in seconds: a warm stage takes a few tenths of a millisecond, a late answer up to a second.
BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
BUCKET_NAMES = (*(str(limit) for limit in BUCKETS), "+Inf")


class Distribution:
    """A histogram: how many values fell into each bucket, and their sum."""

    __slots__ = ("counts", "sum")

    def __init__(self) -> None:
        """Start empty."""
        self.counts = [0] * len(BUCKET_NAMES)
        self.sum = 0.0

    def add(self, value: float) -> None:
        """Count one value, in the unit of BUCKETS: seconds."""
        self.counts[bisect_left(BUCKETS, value)] += 1
        self.sum += value


class Metrics(Collector):
    """An `Observer` that counts, and a collector that a Prometheus registry can read."""

    def __init__(self) -> None:
        """Start at zero. Every label value that is known beforehand shows from the start, as Prometheus wants it."""
        self.connections = 0
        self.frames = self.answers = self.faces = 0
        self.losses: Counter[str] = Counter(dict.fromkeys(REASONS, 0))
        self.errors: Counter[tuple[str, str]] = Counter()
        self.closes: Counter[int] = Counter()
        self.limits: Counter[str] = Counter(dict.fromkeys(get_args(Limit), 0))
        self.stages = {stage: Distribution() for stage in ("queue", *STAGES)}
        self.whole = Distribution()

    def opened(self) -> None:
        """A connection was admitted."""
        self.connections += 1

    def closed(self, code: int) -> None:
        """An admitted connection has ended."""
        self.connections -= 1
        self.closes[code] += 1

    def refused(self, code: int) -> None:
        """A connection was turned away."""
        self.closes[code] += 1

    def limited(self, limit: Limit) -> None:
        """A connection or a request was refused or ended for this limit."""
        self.limits[limit] += 1

    def received(self) -> None:
        """A frame has come."""
        self.frames += 1

    def answered(self, faces: int, timing: Timing, queue_ms: float, total_ms: float) -> None:
        """A frame was answered; times in milliseconds."""
        self.answers += 1
        self.faces += faces
        stages = self.stages
        stages["queue"].add(queue_ms / 1000)
        for stage in STAGES:
            stages[stage].add(timing[stage] / 1000)
        self.whole.add(total_ms / 1000)

    def lost(self, reason: LossReason) -> None:
        """A frame was not looked at."""
        self.losses[reason] += 1

    def error(self, subject: Subject, code: str) -> None:
        """A client was sent an error."""
        self.errors[subject, code] += 1

    def collect(self) -> Iterator[Metric]:
        """The families, for a registry; everything that changes by itself only grows, but for the open connections."""
        yield CounterMetricFamily("emojify_frames_received", "Frames that came.", self.frames)
        yield CounterMetricFamily("emojify_frames_answered", "Frames answered with their faces.", self.answers)
        dropped = CounterMetricFamily(
            "emojify_frames_dropped",
            "Frames not looked at: superseded by a newer one, over the rate limit, too old under overload, or their "
            "client disconnected.",
            labels=["reason"],
        )
        for reason, count in self.losses.items():
            dropped.add_metric([reason], count)
        yield dropped
        errors = CounterMetricFamily(
            "emojify_errors",
            "Errors sent, by code and by what they were about: a frame, a text message or the connection.",
            labels=["subject", "code"],
        )
        for (subject, code), count in self.errors.items():
            errors.add_metric([subject, code], count)
        yield errors
        yield CounterMetricFamily("emojify_faces", "Faces in the answers.", self.faces)
        yield self._stage_seconds()
        whole = HistogramMetricFamily("emojify_frame_seconds", "Seconds from the receipt of a frame to its answer.")
        whole.add_metric([], *exposed(self.whole))
        yield whole
        yield GaugeMetricFamily("emojify_connections_open", "Connections admitted and not ended.", self.connections)
        closes = CounterMetricFamily(
            "emojify_connections_closed",
            "Connections that ended or were refused, by WebSocket close code; 403: handshake refused for Origin or "
            "Host.",
            labels=["code"],
        )
        for close, count in self.closes.items():
            closes.add_metric([str(close)], count)
        yield closes
        limits = CounterMetricFamily(
            "emojify_limits_reached",
            "Connections and requests that were refused or ended, by the setting whose limit they reached.",
            labels=["limit"],
        )
        for limit, count in self.limits.items():
            limits.add_metric([limit], count)
        yield limits

    def _stage_seconds(self) -> HistogramMetricFamily:
        family = HistogramMetricFamily(
            "emojify_stage_seconds",
            "Seconds that an answered frame spent in each stage; queue: waiting for a thread.",
            labels=["stage"],
        )
        for stage, seen in self.stages.items():
            family.add_metric([stage], *exposed(seen))
        return family


def exposed(seen: Distribution) -> tuple[list[tuple[str, float]], float]:
    """Buckets, each with all that is below its limit, and the sum: what a histogram family is given."""
    return [(name, float(count)) for name, count in zip(BUCKET_NAMES, accumulate(seen.counts), strict=True)], seen.sum


def make_registry(metrics: Metrics, *more: Collector) -> CollectorRegistry:
    """A registry of this application's own, so that a process can hold several: its metrics, memory and CPU time."""
    registry = CollectorRegistry()
    for collector in (metrics, *more):
        registry.register(collector)
    ProcessCollector(registry=registry)  # Linux only; elsewhere it adds nothing
    return registry
