"""What the parts of the benchmark share: the picture in its sizes, durations, and the results."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from lab.bench.adapt import SCALES
from tests.support.pictures import astronaut_frame, to_jpeg

QUALITY = 80


@dataclass
class Context:
    """One run of the benchmark.

    Attributes:
        quick: whether to measure briefly, to show that everything works; the figures mean little.
        measured: the figures so far, by their keys in `figures.TARGETS`.
        details: further results, by part.
        folder: a temporary folder of this run.
    """

    quick: bool
    folder: Path
    measured: dict[str, float] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)

    def seconds(self, full: float) -> float:
        """The duration of a measurement that takes `full` seconds in a full run."""
        return min(full, 3.0) if self.quick else full

    def rounds(self, full: int) -> int:
        """The number of repetitions where a full run has `full`."""
        return max(2, full // 10) if self.quick else full

    @property
    def frame(self) -> bytes:
        """The astronaut on a 640x480 canvas, a JPEG of quality 80."""
        return self.pictures[0].read_bytes()

    @property
    def pictures(self) -> tuple[Path, ...]:
        """Files of the frame in the sizes that an adaptive page uses; other clients send the first."""
        files = tuple(self.folder / f"astronaut-{share:.2f}.jpg" for share in SCALES)
        if not files[0].exists():
            image = astronaut_frame()
            for file, share in zip(files, SCALES, strict=True):
                small = np.asarray(cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)
                file.write_bytes(to_jpeg(small, QUALITY))
        return files
