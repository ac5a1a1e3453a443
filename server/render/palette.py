"""The page's colours, for pixels (blue, green, red) and for SVG."""

from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]

# One for each mood, as in web/static/css/tokens.css; a test compares them.
MOODS = {
    "happy": "#ffd84d",
    "surprise": "#ffbcd6",
    "angry": "#ffb3a4",
    "disgust": "#c6e67f",
    "fear": "#d3c4ff",
    "sad": "#a9d2ff",
    "neutral": "#9be8d8",
    "unsure": "#d5d9e6",
    "no-face": "#dbdde7",
}
INK = "#2a1433"
PAPER = "#fffdf8"


def mood(label: str) -> str:
    """The colour of a label; a model of one's own may have labels without one."""
    return MOODS.get(label, MOODS["unsure"])


def bgr(colour: str) -> Colour:
    """`#rrggbb` as a pixel."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return blue, green, red


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """A colour with a share (0 to 1) of another."""
    blue, green, red = (round(a + share * (b - a)) for a, b in zip(colour, other, strict=True))
    return blue, green, red
