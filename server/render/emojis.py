"""The pictures of an emoji pack at any size, drawn once for each."""

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from server.errors import StartError
from server.render.layers import Pixels, fitted, render, with_alpha

NO_FACE = "no-face"
UNSURE = "unsure"


class Emojis:
    """A pack, by label."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        """Take the pictures of these files, by label; an SVG is drawn, others are used as they are.

        Raises:
            StartError: one of them cannot be drawn; says which.
        """
        self._files = files
        self._drawn: dict[tuple[str, int], Pixels] = {}
        for label in files:
            self.picture(label, 16)  # what is damaged shows now

    def picture(self, label: str, size: int) -> Pixels:
        """The emoji of a label as a square layer; of a label that nobody drew, that of `unsure`."""
        key = (label if label in self._files else UNSURE, size)
        if key not in self._drawn:
            self._drawn[key] = _draw(self._files[key[0]], size)
        return self._drawn[key]


def _draw(path: Path, size: int) -> Pixels:
    try:
        if path.suffix.lower() == ".svg":
            return render(path.read_text(encoding="utf-8-sig"), size, size)
        picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    except (OSError, ValueError, cv2.error) as error:
        raise StartError(f"the emoji {path} cannot be drawn: {str(error).splitlines()[0][:120]}") from error
    if picture is None:
        raise StartError(f"the emoji {path} cannot be drawn: it is damaged, or of a kind that OpenCV does not read")
    if picture.dtype != np.uint8:
        picture = cv2.convertScaleAbs(picture, alpha=1 / 257)
    return fitted(with_alpha(picture.astype(np.uint8, copy=False)), size)
