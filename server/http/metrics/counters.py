"""Counts what the observer is told, as Prometheus metrics."""

from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, disable_created_metrics
from websockets.frames import CloseCode

from server.http.metrics.histograms import Histograms
from server.live.observer import Limit, LossReason, Refusal, Source, Subject, TextKind
from server.vision.types import STAGES, Timing

# The `_created` series of each counter would double the number of series, and nothing reads them.
disable_created_metrics()  # type: ignore[no-untyped-call]

LOSS_REASONS: tuple[LossReason, ...] = ("superseded", "rate", "overload", "disconnected")
# Clients may close with any code from 1000 to 4999. Only the registered ones become label values; the rest is "other".
CLOSE_CODES = frozenset(CloseCode)
SOURCES: dict[Subject, Source] = {"text": "socket", "connection": "socket", "request": "http"}


class Metrics:
    """An `Observer` whose counts are in a Prometheus registry of its own.

    Label values that are known beforehand start at 0, as Prometheus recommends.
    """

    def __init__(self) -> None:
        """Start at 0."""
        self.registry = registry = CollectorRegistry()
        self.received = Counter("emojify_frames_received", "Frames received.", ["source"], registry=registry)
        self.answered = Counter("emojify_frames_answered", "Frames answered with faces.", ["source"], registry=registry)
        self.dropped = Counter(
            "emojify_frames_dropped",
            "Frames not analysed: superseded by a newer one, over the rate limit, too old under overload, or "
            "unanswered when their client disconnected.",
            ["source", "reason"],
            registry=registry,
        )
        self.faces = Counter("emojify_faces", "Faces in the answers.", ["source"], registry=registry)
        self.errors = Counter(
            "emojify_errors",
            "Errors sent, by code and by subject: a frame, a text message, a connection or a request.",
            ["source", "subject", "code"],
            registry=registry,
        )
        self.texts = Counter(
            "emojify_texts_received", "Valid text messages received, by type.", ["type"], registry=registry
        )
        self.stages = Histograms(
            "emojify_stage_seconds",
            "Seconds that an answered frame spent in each stage; queue is the wait for an inference thread.",
            ["source", "stage"],
        )
        self.frame_seconds = Histograms(
            "emojify_frame_seconds", "Seconds from the receipt of a frame to its answer.", ["source"]
        )
        registry.register(self.stages)
        registry.register(self.frame_seconds)
        self.open = Gauge("emojify_connections_open", "Connections admitted and not ended.", registry=registry)
        self.closes = Counter(
            "emojify_connections_closed",
            "Admitted connections that ended, by WebSocket close code; other: a code that is not registered.",
            ["code"],
            registry=registry,
        )
        self.refusals = Counter(
            "emojify_connections_refused",
            "Connections refused, by reason: Host, Origin, access token, or the limit on connections.",
            ["reason"],
            registry=registry,
        )
        self.limits = Counter(
            "emojify_limits_reached",
            "Connections and requests refused or ended, by the setting whose limit they reached.",
            ["limit"],
            registry=registry,
        )
        for kind in get_args(TextKind):
            self.texts.labels(kind)
        for limit in get_args(Limit):
            self.limits.labels(limit)
        for reason in get_args(Refusal):
            self.refusals.labels(reason)
        self._frames = {source: FrameMetrics(self, source) for source in get_args(Source)}

    def frames(self, source: Source) -> "FrameMetrics":
        """The counts of one source."""
        return self._frames[source]

    def opened(self) -> None:
        """A connection was admitted."""
        self.open.inc()

    def closed(self, code: int) -> None:
        """An admitted connection has ended with this close code."""
        self.open.dec()
        self.closes.labels(str(int(code)) if code in CLOSE_CODES else "other").inc()

    def refused(self, reason: Refusal) -> None:
        """A connection was refused."""
        self.refusals.labels(reason).inc()

    def limited(self, limit: Limit) -> None:
        """A connection or a request was refused or ended because of this limit."""
        self.limits.labels(limit).inc()

    def text(self, kind: TextKind) -> None:
        """A valid text message of this type was received."""
        self.texts.labels(kind).inc()

    def error(self, subject: Subject, code: str) -> None:
        """A client was sent an error that was not about a frame."""
        self.errors.labels(SOURCES[subject], subject, code).inc()


class FrameMetrics:
    """The `FrameObserver` of one source. It looks up each labelled metric once, not for every frame."""

    def __init__(self, metrics: Metrics, source: Source) -> None:
        """Count the frames of `source`."""
        self._errors, self._source = metrics.errors, source
        self._received = metrics.received.labels(source)
        self._answered = metrics.answered.labels(source)
        self._faces = metrics.faces.labels(source)
        self._lost = {reason: metrics.dropped.labels(source, reason) for reason in LOSS_REASONS}
        self._queue = metrics.stages.labels(source, "queue")
        self._stages = [(stage, metrics.stages.labels(source, stage)) for stage in STAGES]
        self._total = metrics.frame_seconds.labels(source)

    def received(self) -> None:
        """A frame was received."""
        self._received.inc()

    def answered(self, faces: int, timing: Timing, queue_ms: float, total_ms: float) -> None:
        """A frame was answered with its faces."""
        self._answered.inc()
        self._faces.inc(faces)
        self._queue.observe(queue_ms / 1000)
        for stage, histogram in self._stages:
            histogram.observe(timing[stage] / 1000)
        self._total.observe(total_ms / 1000)

    def lost(self, reason: LossReason) -> None:
        """A frame was not analysed."""
        self._lost[reason].inc()

    def failed(self, code: str) -> None:
        """A frame was answered with an error."""
        self._errors.labels(self._source, "frame", code).inc()
