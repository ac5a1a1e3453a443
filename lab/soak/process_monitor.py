"""Memory, descriptors, threads and CPU time of a process, sampled every second."""

import threading
import time
from dataclasses import dataclass
from statistics import median
from typing import Any

import psutil

INTERVAL_S = 1.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample: monotonic seconds, resident bytes, descriptors, threads, CPU seconds since the start."""

    at: float
    memory: int
    descriptors: int
    threads: int
    cpu: float


class ProcessMonitor:
    """Samples one process until it ends or `stop` is called."""

    def __init__(self, pid: int) -> None:
        """Start sampling."""
        self._process = psutil.Process(pid)
        self.samples: list[Sample] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop sampling."""
        self._stopped.set()
        self._thread.join()

    def between(self, start: float, end: float) -> list[Sample]:
        """The samples between two times of the monotonic clock."""
        return [sample for sample in self.samples if start <= sample.at <= end]

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with self._process.oneshot():
                    times = self._process.cpu_times()
                    sample = Sample(
                        time.monotonic(),
                        self._process.memory_info().rss,
                        self._process.num_fds(),
                        self._process.num_threads(),
                        times.user + times.system,
                    )
            except psutil.Error:  # the process has ended
                return
            self.samples.append(sample)
            self._stopped.wait(INTERVAL_S)


def medians(samples: list[Sample]) -> dict[str, Any]:
    """The medians of some samples."""
    return {
        "memory_mb": round(median(sample.memory for sample in samples) / 1e6, 2),
        "descriptors": median(sample.descriptors for sample in samples),
        "threads": median(sample.threads for sample in samples),
    }


def cores(samples: list[Sample]) -> float:
    """The mean number of cores that the process kept busy."""
    first, last = samples[0], samples[-1]
    return round((last.cpu - first.cpu) / (last.at - first.at), 3) if last.at > first.at else 0.0


def slope_per_hour(points: list[tuple[float, float]]) -> float:
    """The slope per hour of a least-squares line through (seconds, value); 0 for fewer than two points."""
    if len(points) < 2:
        return 0.0
    x0 = sum(x for x, _ in points) / len(points)
    y0 = sum(y for _, y in points) / len(points)
    spread = sum((x - x0) ** 2 for x, _ in points)
    return 3600 * sum((x - x0) * (y - y0) for x, y in points) / spread if spread else 0.0
