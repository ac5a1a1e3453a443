"""Prometheus histograms that are cheap to observe.

Every answered frame is counted in six histograms. `prometheus_client.Histogram` takes 1.8 us to observe a value (two
locks and a search through the buckets), this one 0.2 us. It takes no lock: observe and collect in one thread.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

# Upper bounds in seconds. A warm stage takes a few tenths of a millisecond, a late answer up to a second.
BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
_BOUNDS = (*(str(bound) for bound in BUCKETS), "+Inf")


class Histogram:
    """How many values fell into each bucket, and their sum."""

    __slots__ = ("counts", "sum")

    def __init__(self) -> None:
        """Start empty."""
        self.counts = [0] * len(_BOUNDS)
        self.sum = 0.0

    def observe(self, seconds: float) -> None:
        """Count one value."""
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.sum += seconds


class Histograms(Collector):
    """A family of histograms, one for each combination of label values."""

    def __init__(self, name: str, documentation: str, labels: Sequence[str]) -> None:
        """Start without any."""
        self._name, self._documentation, self._labels = name, documentation, labels
        self._histograms: dict[tuple[str, ...], Histogram] = {}

    def labels(self, *values: str) -> Histogram:
        """The histogram of these label values; it is exposed from now on."""
        return self._histograms.setdefault(values, Histogram())

    def collect(self) -> Iterator[Metric]:
        """The family, for a registry."""
        family = HistogramMetricFamily(self._name, self._documentation, labels=self._labels)
        for values, histogram in self._histograms.items():
            counts = zip(_BOUNDS, map(float, accumulate(histogram.counts)), strict=True)
            family.add_metric(values, list(counts), histogram.sum)
        yield family
