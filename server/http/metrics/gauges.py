"""The state of the process as Prometheus metrics, read at each scrape."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from server import __version__
from server.live.inference_pool import InferencePool
from server.live.scheduler import Scheduler
from server.settings import Settings
from server.vision.expression.manifest import Manifest


class Gauges(Collector):
    """A collector for the registry of `Metrics`. Call it in the event loop, which changes what it reads."""

    def __init__(self, settings: Settings, manifest: Manifest, pool: InferencePool, scheduler: Scheduler) -> None:
        """Read these at each scrape."""
        self._settings, self._pool, self._scheduler = settings, pool, scheduler
        self._model = {
            "name": manifest.name,
            "sha256": manifest.files[settings.engine].sha256,
            "engine": settings.engine,
            "detector": settings.detector,
        }

    def collect(self) -> Iterator[Metric]:
        """The families, for a registry."""
        yield InfoMetricFamily("emojify_build", "The version of the server.", {"version": __version__})
        yield InfoMetricFamily("emojify_model", "The model that is served, its engine and detector.", self._model)
        yield GaugeMetricFamily(
            "emojify_connections_limit", "Maximum of open connections.", self._settings.clients
        )
        yield GaugeMetricFamily("emojify_inference_threads", "Inference threads.", self._pool.threads)
        yield GaugeMetricFamily(
            "emojify_inference_threads_busy", "Inference threads that run a job or are not yet warm.", self._pool.busy
        )
        yield CounterMetricFamily(
            "emojify_inference_threads_abandoned",
            "Inference threads that hung and were replaced; the process ends after the second.",
            self._pool.abandoned,
        )
        yield GaugeMetricFamily(
            "emojify_frames_waiting",
            "Frames that wait for a thread, at most one for each connection.",
            self._scheduler.waiting,
        )
