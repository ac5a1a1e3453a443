"""The images of an emoji pack at any size, each drawn once per size."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from server.errors import StartError
from server.render.layers import Pixels, fit_square, render_svg, with_alpha
from server.vision.types import Face

NO_FACE = "no-face"
UNSURE = "unsure"


class Emojis:
    """An emoji pack: images by label."""

    def __init__(self, files: Mapping[str, Path | bytes]) -> None:
        """Load the images, given by label: a file, or the content of one that is no SVG.

        SVGs are rendered, other formats are scaled.

        Raises:
            StartError: one of them cannot be drawn; the message names it.
        """
        self._files = files
        self._drawn: dict[tuple[str, int], Pixels] = {}
        for label in files:
            self.image(label, 16)  # report a damaged file now

    def image(self, label: str, size: int) -> Pixels:
        """The emoji of a label as a square layer of `size` pixels; `unsure` for a label without an emoji."""
        key = (label if label in self._files else UNSURE, size)
        if key not in self._drawn:
            self._drawn[key] = _draw(self._files[key[0]], size)
        return self._drawn[key]

    def of_face(self, face: Face, labels: Sequence[str], size: int) -> Pixels:
        """The emoji of a face as a square layer; `labels` are in the order of its scores."""
        return self.image(face.label, size)


def _draw(picture: Path | bytes, size: int) -> Pixels:
    name = picture if isinstance(picture, Path) else "of an own expression"
    try:
        if isinstance(picture, Path) and picture.suffix.lower() == ".svg":
            return render_svg(picture.read_text(encoding="utf-8-sig"), size, size)
        data = np.fromfile(picture, np.uint8) if isinstance(picture, Path) else np.frombuffer(picture, np.uint8)
        image = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    except (OSError, ValueError, cv2.error) as error:
        raise StartError(f"the emoji {name} cannot be drawn: {str(error).splitlines()[0][:120]}") from error
    if image is None:
        raise StartError(f"the emoji {name} cannot be drawn: it is damaged, or its format is not one that OpenCV reads")
    if image.dtype != np.uint8:
        image = cv2.convertScaleAbs(image, alpha=1 / 257)
    return fit_square(with_alpha(image.astype(np.uint8, copy=False)), size)
