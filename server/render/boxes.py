"""Boxes around faces, with the expression on a tag, or the number in the panel if there are several faces."""

from collections.abc import Sequence

from server.render.layers import Pixels, overlay
from server.render.palette import INK, bgr, label_colour
from server.render.shapes import fill, rounded_rectangle, stroke
from server.render.text import render_text
from server.vision.types import Face

DARK = bgr(INK)


def draw_boxes(picture: Pixels, faces: Sequence[Face], scale: float, fonts: bool = True) -> None:
    """Draw the boxes of all faces into a picture, the largest on top.

    Args:
        picture: uint8 [height, width, 3].
        faces: in the order of their numbers.
        scale: 1 for a picture 480 pixels high.
        fonts: False leaves out the text.
    """
    for number, face in reversed(list(enumerate(faces, 1))):
        tag = str(number) if len(faces) > 1 else face.label  # labels of neighbours would overlap
        _draw_box(picture, face, tag, scale, fonts)


def _draw_box(picture: Pixels, face: Face, tag: str, scale: float, fonts: bool) -> None:
    height, width = picture.shape[:2]
    x, y, w, h = (part * side for part, side in zip(face.box, (width, height, width, height), strict=True))
    thin = max(2, round(2.5 * scale))
    outline = rounded_rectangle(x, y, w, h, 0.12 * min(w, h))
    stroke(picture, outline, DARK, thin + max(2, round(2 * scale)))
    stroke(picture, outline, bgr(label_colour(face.label)), thin)
    size = max(12, round(15 * scale))
    text = render_text(tag, size, bold=True, system_fonts=fonts)
    if text is None:
        return
    tag_h, tag_w = round(1.5 * size), text.shape[1] + size
    left = round(min(max(0.0, x - thin / 2), max(0, width - tag_w)))
    above = y - tag_h - thin
    top = round(above if above >= 0 else min(y + h + thin, height - tag_h))
    fill(picture, rounded_rectangle(left - 1, top - 1, tag_w + 2, tag_h + 2, tag_h / 2), DARK)
    fill(picture, rounded_rectangle(left, top, tag_w, tag_h, tag_h / 2), bgr(label_colour(face.label)))
    overlay(picture, text, left + size // 2, top + round(0.08 * size))
