"""Runs one BlazeFace network on a window of a frame.

The weights (Google, Apache-2.0) are files of a package (see `PackagedFile`).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from server.vision.arrays import Floats, Grey
from server.vision.detectors.blazeface.anchors import make_anchors, read_candidates
from server.vision.detectors.blazeface.windows import Window
from server.vision.model_files import PackagedFile, find_packaged


@dataclass(frozen=True, slots=True)
class Variant(PackagedFile):
    """One of the published networks: its file, the side of its input in pixels, and its grids (see make_anchors)."""

    size: int
    grids: tuple[tuple[int, int], ...]


# Finds faces from 15 % of its window's width up to the whole of it.
SHORT_RANGE = Variant(
    "face_detection_short_range.tflite",
    "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633",
    128,
    ((16, 2), (8, 6)),
)
# Finds faces from 6 % of its window's width and hardly ever takes an animal for one; three times as slow; misses close
# faces.
FULL_RANGE = Variant(
    "face_detection_full_range.tflite",
    "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3",
    192,
    ((48, 1),),
)


class BlazeFaceNetwork:
    """Finds candidates in windows of frames. Not thread-safe: it owns an interpreter."""

    def __init__(self, variant: Variant, size: int = 0) -> None:
        """Loads the weights.

        Args:
            variant: which network.
            size: side of its input in pixels, a multiple of 16; 0 for the one it was trained with. It is fully
                convolutional: the cost grows with the square of the size.

        Raises:
            ModelFilesError: the weights are missing or damaged.
        """
        size = size or variant.size
        self._network = Interpreter(model_path=str(find_packaged(variant)), num_threads=1)
        self._input = self._network.get_input_details()[0]["index"]
        if size != variant.size:
            self._network.resize_tensor_input(self._input, (1, size, size, 3))
        self._network.allocate_tensors()
        # The last dimension tells the outputs apart: 1 score, or 16 numbers of a box and its landmarks.
        outputs = {detail["shape"][-1]: detail["index"] for detail in self._network.get_output_details()}
        self._logits, self._offsets = outputs[1], outputs[16]
        self._size = size
        self._anchors = make_anchors([(cells * size // variant.size, each) for cells, each in variant.grids])
        self._canvas = np.zeros((size, size), np.uint8)
        self._pixels = np.zeros((1, size, size, 3), np.float32)

    def infer(self, grey: Grey, window: Window, threshold: float) -> tuple[Floats, Floats]:
        """The candidates in a window.

        Args:
            grey: uint8 [height, width], the frame.
            window: a part of the frame. It may reach beyond it; the edge of the frame is repeated there.
            threshold: minimum score, above 0 and below 1.

        Returns:
            Scores float32 [n] and points float32 [n, 8, 2] as from read_candidates, but in pixels of the frame;
            several candidates for each face (see merge).
        """
        left, top, width, height = window
        scale = self._size / max(width, height)
        columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
        x, y = (self._size - columns) // 2, (self._size - rows) // 2
        self._canvas.fill(0)
        self._canvas[y : y + rows, x : x + columns] = _resized(grey, window, columns, rows)
        # The input is RGB from -1 to 1; grey in all three channels finds as many faces as colour.
        cv2.cvtColor(self._canvas * np.float32(2 / 255) - np.float32(1), cv2.COLOR_GRAY2RGB, dst=self._pixels[0])
        self._network.set_tensor(self._input, self._pixels)
        self._network.invoke()
        logits = self._network.get_tensor(self._logits)[0, :, 0]
        offsets = self._network.get_tensor(self._offsets)[0]
        scores, points = read_candidates(self._anchors, self._size, logits, offsets, threshold)
        points -= np.array((x, y), np.float32)
        points *= np.array((width / columns, height / rows), np.float32)
        points += np.array((left, top), np.float32)
        return scores, points


def _resized(grey: Grey, window: Window, columns: int, rows: int) -> Grey:
    """The pixels of a window, uint8 [rows, columns]."""
    left, top, width, height = window
    part = grey[max(top, 0) : top + height, max(left, 0) : left + width]
    inner_columns = max(1, round(part.shape[1] * columns / width))
    inner_rows = max(1, round(part.shape[0] * rows / height))
    # INTER_AREA averages: landmarks jitter up to a quarter less than with INTER_LINEAR, for 0.1 ms.
    pixels = cv2.resize(part, (inner_columns, inner_rows), interpolation=cv2.INTER_AREA)
    if (inner_columns, inner_rows) != (columns, rows):
        x = min(round(max(-left, 0) * columns / width), columns - inner_columns)
        y = min(round(max(-top, 0) * rows / height), rows - inner_rows)
        right, bottom = columns - inner_columns - x, rows - inner_rows - y
        pixels = cv2.copyMakeBorder(pixels, y, bottom, x, right, cv2.BORDER_REPLICATE)
    return pixels  # type: ignore[return-value]  # cv2's stubs have no dtype; it is that of the frame
