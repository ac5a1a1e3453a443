"""What the process is and how it stands at this moment, as Prometheus metrics: read when asked, counted nowhere."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from server import __version__
from server.live.inference_pool import InferencePool
from server.live.scheduler import Scheduler
from server.settings.groups import Settings
from server.vision.expression.manifest import Manifest


class Gauges(Collector):
    """A collector for the same registry as `Metrics`. To be asked in the event loop, where what it reads changes."""

    def __init__(self, settings: Settings, manifest: Manifest, pool: InferencePool, scheduler: Scheduler) -> None:
        """Look at these when asked."""
        self._settings, self._pool, self._scheduler = settings, pool, scheduler
        self._model = {
            "name": manifest.name,
            "sha256": manifest.files[settings.engine].sha256,
            "engine": settings.engine,
            "detector": settings.detector,
        }

    def collect(self) -> Iterator[Metric]:
        """The families, for a registry."""
        yield InfoMetricFamily("emojify_build", "The version that runs.", {"version": __version__})
        yield InfoMetricFamily("emojify_model", "The model that is served, and what runs it.", self._model)
        yield GaugeMetricFamily(
            "emojify_connections_limit", "Connections that are admitted at once.", self._settings.clients
        )
        yield GaugeMetricFamily("emojify_inference_threads", "Inference threads, warm or not.", self._pool.threads)
        yield GaugeMetricFamily(
            "emojify_inference_threads_busy", "Inference threads at work, or not yet warm.", self._pool.busy
        )
        yield CounterMetricFamily(
            "emojify_inference_threads_abandoned",
            "Inference threads that hung and were replaced; the process ends after the second.",
            self._pool.abandoned,
        )
        yield GaugeMetricFamily(
            "emojify_frames_waiting", "Frames that wait for a thread now, one a connection.", self._scheduler.waiting
        )
