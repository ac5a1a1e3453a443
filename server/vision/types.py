"""The values that pass between the stages: frozen, without behaviour.

Places in a frame are fractions of its width and height, so that they hold at every decoded size.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Grey: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.float32]
Box: TypeAlias = tuple[float, float, float, float]  # x, y, width, height
Point: TypeAlias = tuple[float, float]

# The stages of the path of a frame, in order. `classify` includes cropping, `track` includes smoothing. Metrics, the
# messages and their schema take the stages from here.
STAGES = ("decode", "detect", "classify", "track")
Timing: TypeAlias = Mapping[str, float]  # milliseconds by stage, one entry for each of STAGES

# Two thresholds, so that a face does not flicker at one: it enters at the first and stays down to the second.
ENTER_SCORE = 0.52
KEEP_SCORE = 1 / 3

NEUTRAL = "neutral"  # the label that a resting face should have, in models that know it
UNSURE = "unsure"  # the label of a face when no expression reaches the floor


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """One face as a detector sees it.

    Attributes:
        box: fractions of the frame; may reach beyond it when the face does.
        score: KEEP_SCORE to 1; below ENTER_SCORE it may only continue a face that is already known.
        landmarks: float32 [6, 2], fractions of the frame: the eye at the left of the image, the eye at its
            right, nose tip, mouth centre, the ear at the left, the ear at the right; None from a detector
            that gives boxes only.
    """

    box: Box
    score: float
    landmarks: Floats | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """How far the search for new faces has come: a video is searched a part at a time.

    Attributes:
        at: when a part was searched last, seconds of the connection's clock; minus infinity before the first frame.
        turn: how many parts were searched so far.
    """

    at: float = -math.inf
    turn: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class DetectionResult:
    """What a detector made of one frame: its faces, in no order, and how far the search has come with it."""

    faces: list[Detection]
    search: Search


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a face can be read: numbers only, what is too little is for the page to say.

    Attributes:
        light: mean grey of the face's crop, 0 (black) to 1 (white).
        width: of the box, as a fraction of the frame's width.
        turn: how far the head is turned sideways, -1 to 1: 0 looks into the camera, positive towards the right of the
            frame as sent; at 0.5 the nose tip lies beside an eye. None from a detector that gives boxes only.
    """

    light: float
    width: float
    turn: float | None


@dataclass(frozen=True, slots=True)
class Face:
    """One face of the answer.

    Attributes:
        id: from 1, the same person's while the track lives, never used again on this connection.
        box: fractions of the frame, clamped to it.
        landmarks: six (x, y), fractions of the frame, not clamped; order as in Detection; or None.
        label: the settled expression, or UNSURE.
        scores: probabilities of this frame alone, in the order of the manifest's labels.
        smoothed: the same over time, read relative to the resting face if there is one.
        confidence: the smoothed score of the label; when UNSURE, that of the likeliest expression.
        quality: how well it can be seen.
        outputs: further values by the name of the stage that made them; empty unless the pipeline has such stages.
    """

    id: int
    box: Box
    landmarks: tuple[Point, ...] | None
    label: str
    scores: tuple[float, ...]
    smoothed: tuple[float, ...]
    confidence: float
    quality: Quality
    outputs: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Analysis:
    """The answer to one frame: its faces, largest first, and the time of each stage."""

    faces: tuple[Face, ...]
    timing: Timing


@dataclass(frozen=True, slots=True)
class ExpressionSettings:
    """How scores become an answer: what a client may configure.

    Attributes:
        smoothing_s: time constant of the exponential smoothing in seconds; 0 shows every frame by itself.
        margin: how far another expression must lead the shown one to replace it; 0 to 1.
        floor: the smoothed score below which no expression is named; 0 to 1.
        resting: probabilities of the face at rest, to be read as neutral, in the order of the manifest's labels; or
            None. Only for models with a label NEUTRAL.
    """

    smoothing_s: float = 0.3
    margin: float = 0.1
    floor: float = 0.4
    resting: tuple[float, ...] | None = None
