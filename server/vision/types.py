"""The values that pass between the stages: frozen, without behaviour.

Positions are fractions of the frame's width and height, so that they hold at every decoded size.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from server.vision.arrays import Floats

Box: TypeAlias = tuple[float, float, float, float]  # x, y, width, height
Point: TypeAlias = tuple[float, float]

# The stages of the path of a frame, in order. `classify` includes cropping, `track` includes smoothing. Metrics, the
# messages and their schema take the stages from here.
STAGES = ("decode", "detect", "classify", "track")
Timing: TypeAlias = Mapping[str, float]  # milliseconds by stage, one entry for each of STAGES

# What a detector remembers of a connection from frame to frame. Only the detector reads it; it must be immutable.
# None before the first frame.
DetectorState: TypeAlias = object

NEUTRAL = "neutral"  # the label of a calibrated resting face, in models that have it
UNSURE = "unsure"  # the label of a face when no expression reaches the floor
NO_FACE = "no-face"  # stands for a frame without a face


class Certainty(IntEnum):
    """How far a detection is trusted. Each detector sets it by thresholds of its own."""

    WEAK = 0  # continues a track, but does not start one
    LIKELY = 1  # starts a track; the face is shown once it was detected in several frames
    CERTAIN = 2  # starts a track; the face is shown at once


@dataclass(frozen=True, slots=True)
class Detection:
    """One face as a detector finds it.

    Attributes:
        box: fractions of the frame; may reach beyond it when the face does.
        score: 0 to 1, by the detector's own measure.
        landmarks: six (x, y), fractions of the frame: the eye at the left of the image, the eye at its right, nose tip,
            mouth centre, the ear at the left, the ear at the right; None from a detector that finds boxes only.
        certainty: what tracking may do with it.
    """

    box: Box
    score: float
    landmarks: tuple[Point, ...] | None = None
    certainty: Certainty = Certainty.CERTAIN


@dataclass(frozen=True, slots=True)
class DetectionResult:
    """The faces that a detector found in one frame, in no order, and its state for the next frame."""

    faces: list[Detection]
    state: DetectorState


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """The points of a face.

    Attributes:
        points: float32 [468, 3]: x and y in fractions of the frame's width and height, not clamped; z in fractions of
            its width, smaller towards the camera. Order: MediaPipe's canonical face model.
        score: that there is a face, 0 to 1.
    """

    points: "Floats"
    score: float


@dataclass(frozen=True, slots=True)
class SeenFace:
    """A face of the last frame as the detector last found it; see `crop_reuse`.

    Attributes:
        face: the detection.
        crop: of the face in the frame of the detection, uint8 [size, size] as bytes.
        repeats: frames since then in which the detection was reused.
        mesh: measured in the last frame or reused from it; None if it was not needed.
        placed_by: the detection by which the mesh network's input was placed, see `mesh.placement`.
    """

    face: Detection
    crop: bytes
    repeats: int = 0
    mesh: Mesh | None = None
    placed_by: Detection | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a face can be read. The page decides what is too little.

    Attributes:
        light: mean grey of the face's crop, 0 (black) to 1 (white).
        width: of the box, as a fraction of the frame's width.
        turn: how far the head is turned sideways, -1 to 1: 0 faces the camera, positive towards the right of the frame
            as sent; at 0.5 the nose tip lies beside an eye. None from a detector that finds boxes only.
        detail: mean absolute Laplacian of the crop, in grey levels: 0 is flat, 10 to 30 a sharp face. Little of it
            means a face that is blurred, small or without contrast.
    """

    light: float
    width: float
    turn: float | None
    detail: float


@dataclass(frozen=True, slots=True)
class Face:
    """One face of the answer.

    Attributes:
        id: from 1; the same while the track lives, and never used again on this connection.
        box: fractions of the frame, clamped to it.
        landmarks: six (x, y), fractions of the frame, not clamped; order as in Detection; or None.
        label: the smoothed expression, or UNSURE.
        scores: probabilities of this frame alone, in the order of the manifest's labels.
        smoothed: the same over time, relative to the calibration if there is one.
        confidence: the smoothed score of the label; when UNSURE, that of the likeliest expression.
        quality: how well it can be read.
        outputs: further values by the name of the stage that made them; empty unless the pipeline has such stages.
        features: float32 [manifest.example_features], what the network says of the face: its features (see
            `Classification`), if it has any, then the natural logarithms of its scores; None if nobody needs them
            (`State.needs_mesh`).
        mesh: its points; None if nobody needs them (`State.needs_mesh`) or they cannot be measured.
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
    features: "Floats | None" = field(default=None, compare=False, repr=False)
    mesh: Mesh | None = field(default=None, compare=False, repr=False)


# Why a hold gave no example (see server/vision/expression/hold.py).
HoldFailure: TypeAlias = Literal["no_face", "several", "turned", "blurred", "moved"]


@dataclass(frozen=True, slots=True)
class Closest:
    """The taught label that an example looks like, and how much so: 0 (like none of them) to 1."""

    label: str
    share: float


@dataclass(frozen=True, slots=True)
class HoldResult:
    """What became of a hold, the time in which a face keeps an expression to be taught.

    Attributes:
        number: of the request on its connection.
        example: the median of its frames, packed (`expression.example_format`); None if it failed.
        reason: why it failed; `replaced` by another request; None with an example.
        frames: number of frames that counted.
        closest: what the example looks like; None without an example and while nothing is taught.
    """

    number: int
    example: bytes | None
    reason: HoldFailure | Literal["replaced"] | None
    frames: int = 0
    closest: Closest | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """The answer to one frame: its faces, largest first, the time of each stage, and the hold that it ended, if any."""

    faces: tuple[Face, ...]
    timing: Timing
    hold: HoldResult | None = None


@dataclass(frozen=True, slots=True)
class ExpressionSettings:
    """How scores become a label: what a client may configure.

    Attributes:
        smoothing_s: time constant of the exponential smoothing in seconds; 0 takes every frame by itself.
        margin: the lead that another expression needs for some time to replace the shown one; 0 to 1. A clear lead
            does it at once (`expression.smoothing.CLEAR_LEAD`).
        floor: the smoothed score below which no expression is named; 0 to 1.
        resting: the calibration: mean probabilities of the resting face, which is to be read as NEUTRAL, in the order
            of the manifest's labels; or None. Only for models that have the label NEUTRAL.
        expressiveness: how easily NEUTRAL gives way to the others, -1 to 1; 0 is the model's own operating point.
        motion: whether to compute the motion values of the largest faces (`motion.values`) as `Face.outputs`.
        adapt: whether to get to know each face while it is at rest (`expression.adapting`).
    """

    smoothing_s: float = 0.2
    margin: float = 0.1
    floor: float = 0.4
    resting: tuple[float, ...] | None = None
    expressiveness: float = 0.0
    motion: bool = False
    adapt: bool = False
