"""A wink, a tongue put out and a kiss, made of a photograph: expressions that the model lacks.

Made, because nobody of whom we may show pictures has posed them.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from server.vision.arrays import Floats, Grey
from server.vision.types import Mesh
from tests.support.eyelids import Eyelids

# Indices of points (MediaPipe's canonical face model): corners, inner and outer edges of the lips, and the chin.
CORNERS, LIPS_INSIDE, LIPS_OUTSIDE, CHIN = (61, 291), (13, 14), (0, 17), 152
UPPER_SIDES, LOWER_SIDES = (40, 270), (91, 321)


def own_expressions(grey: Grey, mesh: Mesh) -> dict[str, Grey]:
    """The photograph with each expression; `rest` is the photograph itself."""
    points = mesh.points[:, :2] * np.array(grey.shape[::-1], np.float32)
    return {
        "rest": grey,
        "wink": Eyelids(grey, mesh).closed(1.0, 0.0),
        "tongue": _tongue(grey, points),
        "kiss": _kiss(grey, points),
    }


def _kiss(grey: Grey, points: Floats) -> Grey:
    """The mouth narrow and high."""
    middle, width = points[list(LIPS_INSIDE)].mean(axis=0), _mouth_width(points)
    moved = (*CORNERS, *UPPER_SIDES, *LOWER_SIDES, *LIPS_OUTSIDE)
    factors = np.array([0.55] * 2 + [0.7] * 4 + [1.35] * 2, np.float32)[:, None]
    source = points[list(moved)]
    return _moved(grey, source, middle + (source - middle) * factors, 0.2 * width)


def _tongue(grey: Grey, points: Floats) -> Grey:
    """The mouth open, dark inside, with a tongue over the lower lip."""
    middle, width = points[list(LIPS_INSIDE)].mean(axis=0), _mouth_width(points)
    down = points[CHIN] - points[LIPS_OUTSIDE[0]]
    down /= np.linalg.norm(down)
    jaw = points[[LIPS_INSIDE[1], LIPS_OUTSIDE[1], CHIN, *LOWER_SIDES]]
    picture = _moved(grey, jaw, jaw + 0.22 * width * down, 0.28 * width)
    x, y = points[LIPS_OUTSIDE[1]].astype(int)
    lip = int(np.median(grey[y - 3 : y + 4, x - 5 : x + 6]))
    _ellipse(picture, middle + 0.1 * width * down, (0.3 * width, 0.13 * width), 30)
    _ellipse(picture, middle + 0.38 * width * down, (0.22 * width, 0.3 * width), lip)
    return cv2.GaussianBlur(picture, (0, 0), 0.7).astype(np.uint8)


def _ellipse(picture: Grey, middle: Floats, axes: tuple[float, float], level: int) -> None:
    centre, half = (int(middle[0]), int(middle[1])), (int(axes[0]), int(axes[1]))
    cv2.ellipse(picture, centre, half, 0, 0, 360, (level,), -1, cv2.LINE_AA)


def _moved(grey: Grey, source: Floats, target: Floats, reach: float) -> Grey:
    """Pixels at `source` moved to `target`, and those within about `reach` pixels with them."""
    y, x = np.mgrid[: grey.shape[0], : grey.shape[1]].astype(np.float32)
    shift, total = np.zeros((2, *grey.shape), np.float32), np.zeros(grey.shape, np.float32)
    pairs: Sequence[tuple[Floats, Floats]] = list(zip(source, target, strict=True))
    for (x0, y0), (x1, y1) in pairs:
        near = np.exp(-((x - x1) ** 2 + (y - y1) ** 2) / (2 * reach**2))
        shift += near * np.array((x0 - x1, y0 - y1), np.float32)[:, None, None]
        total += near
    shift /= np.maximum(total, 1)
    maps = (x + shift[0]).astype(np.float32), (y + shift[1]).astype(np.float32)
    return cv2.remap(grey, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def _mouth_width(points: Floats) -> float:
    return float(np.linalg.norm(points[CORNERS[0]] - points[CORNERS[1]]))
