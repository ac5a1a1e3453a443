"""What the server holds: memory, descriptors and threads, looked at every second while the soak goes on."""

import threading
import time
from dataclasses import dataclass
from statistics import median
from typing import Any

import psutil

EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One look: seconds of the monotonic clock, bytes resident, descriptors, threads, CPU seconds so far."""

    at: float
    memory: int
    descriptors: int
    threads: int
    cpu: float


class Watch:
    """Looks at one process until it ends or `stop` is called."""

    def __init__(self, pid: int) -> None:
        """Begin."""
        self._process = psutil.Process(pid)
        self.samples: list[Sample] = []
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._enough.set()
        self._thread.join()

    def between(self, start: float, end: float) -> list[Sample]:
        """The samples of a span of the monotonic clock."""
        return [sample for sample in self.samples if start <= sample.at <= end]

    def _run(self) -> None:
        while not self._enough.is_set():
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
            except psutil.Error:  # it has ended
                return
            self.samples.append(sample)
            self._enough.wait(EVERY_S)


def held(samples: list[Sample]) -> dict[str, Any]:
    """The middle of some samples."""
    return {
        "memory_mb": round(median(sample.memory for sample in samples) / 1e6, 2),
        "descriptors": median(sample.descriptors for sample in samples),
        "threads": median(sample.threads for sample in samples),
    }


def cores(samples: list[Sample]) -> float:
    """Of the processor, on average."""
    first, last = samples[0], samples[-1]
    return round((last.cpu - first.cpu) / (last.at - first.at), 3) if last.at > first.at else 0.0


def slope_per_hour(points: list[tuple[float, float]]) -> float:
    """Of a line through points (seconds, value), by least squares; 0 for fewer than two."""
    if len(points) < 2:
        return 0.0
    x0 = sum(x for x, _ in points) / len(points)
    y0 = sum(y for _, y in points) / len(points)
    spread = sum((x - x0) ** 2 for x, _ in points)
    return 3600 * sum((x - x0) * (y - y0) for x, y in points) / spread if spread else 0.0
