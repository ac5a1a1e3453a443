"""The colours of the page, as pixels (blue, green, red) and for SVG."""

from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]

# As in web/static/css/tokens.css; a test compares them.
LABEL_COLOURS = {
    "happy": "#ffd84d",
    "surprise": "#f0a3c6",
    "angry": "#ffab91",
    "disgust": "#c9e58a",
    "fear": "#b5b0ff",
    "sad": "#aedaff",
    "neutral": "#95f6e2",
    "unsure": "#d5d9e6",
    "no-face": "#dbdde7",
}
INK = "#2a1433"
PAPER = "#fffdf8"


def label_colour(label: str) -> str:
    """The colour of a label; that of `unsure` for the labels of other models."""
    return LABEL_COLOURS.get(label, LABEL_COLOURS["unsure"])


def bgr(colour: str) -> Colour:
    """Convert `#rrggbb` to a pixel."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return blue, green, red


def blend(colour: Colour, other: Colour, share: float) -> Colour:
    """Mix a colour with a share (0 to 1) of another."""
    blue, green, red = (round(a + share * (b - a)) for a, b in zip(colour, other, strict=True))
    return blue, green, red
