"""What a connection remembers from frame to frame (pure): a value that every analysis replaces as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from server.vision.expression.adapting import Rest
from server.vision.expression.hold import Hold
from server.vision.expression.smoothing import SmoothedExpression
from server.vision.expression.taught_examples import TaughtExamples
from server.vision.motion.followed import FollowedFace
from server.vision.tracking import Tracks
from server.vision.types import DetectorState, ExpressionSettings, SeenFace

if TYPE_CHECKING:
    from server.vision.expression.teaching import Taught

# A clock that stands still or jumps back counts as this step: the frame is later than the one before, by an unknown
# time.
MIN_STEP_S = 0.001


@dataclass(frozen=True, slots=True)
class State:
    """Tracks, expressions and settings of one connection.

    Attributes:
        settings: the expression settings in force.
        tracks: the faces seen lately.
        expressions: their smoothed expressions, by track id.
        clock: seconds since the first frame; grows with every frame, whatever the server's clock does.
        received_at: the server's clock at the last frame; None before the first.
        detector: what the detector remembers.
        seen: the faces of the last frame, by track id.
        is_picture: the frame is a still picture in any format that `images.picture` reads, to be turned upright;
            otherwise frames are JPEG frames of a camera.
        taught: the examples in force.
        prepared: the same for comparing faces with them; the pipeline prepares them with the next frame.
        rests: what was learned of the resting faces, by track id; empty unless `settings.adapt`.
        hold: the hold in progress; None without one.
        followed: the faces whose motion is followed, by track id.
    """

    settings: ExpressionSettings = field(default_factory=ExpressionSettings)
    tracks: Tracks = field(default_factory=Tracks)
    expressions: Mapping[int, SmoothedExpression] = field(default_factory=dict)
    clock: float = 0.0
    received_at: float | None = None
    detector: DetectorState = None
    seen: Mapping[int, SeenFace] = field(default_factory=dict)
    is_picture: bool = False
    taught: TaughtExamples = field(default_factory=TaughtExamples)
    prepared: "Taught | None" = None
    rests: Mapping[int, Rest] = field(default_factory=dict)
    hold: Hold | None = None
    followed: Mapping[int, FollowedFace] = field(default_factory=dict)

    @property
    def needs_mesh(self) -> bool:
        """Whether the points of faces are to be measured."""
        return self.settings.motion or bool(self.taught) or self.hold is not None

    @classmethod
    def initial(cls, settings: ExpressionSettings | None = None) -> "State":
        """The state of a new connection."""
        return cls(settings or ExpressionSettings())

    @classmethod
    def for_picture(cls, settings: ExpressionSettings | None = None) -> "State":
        """The state in which to analyse one still picture."""
        return cls(settings or ExpressionSettings(), is_picture=True)

    def with_settings(self, settings: ExpressionSettings) -> "State":
        """The same faces under other settings, from the next frame on.

        Another calibration invalidates the averages: expressions restart, so that the very next answer shows it. So
        does `adapt`, and what was learned of the faces is forgotten. The faces keep their ids.
        """
        same_adapt = settings.adapt == self.settings.adapt
        expressions = self.expressions if same_adapt and settings.resting == self.settings.resting else {}
        rests = self.rests if same_adapt else {}
        return replace(self, settings=settings, expressions=expressions, rests=rests)

    def without_motion(self) -> "State":
        """The same for one frame without motion values; what is known of the faces' motion stays."""
        return replace(self, settings=replace(self.settings, motion=False)) if self.settings.motion else self

    def with_taught(self, taught: TaughtExamples) -> "State":
        """The same faces with other examples. Expressions restart, as with another calibration."""
        return self if taught is self.taught else replace(self, taught=taught, prepared=None, expressions={})

    def with_hold(self, hold: Hold | None) -> "State":
        """The same faces, one of which is to keep an expression from the next frame on."""
        return replace(self, hold=hold)

    def reset(self) -> "State":
        """All faces forgotten; their ids are not used again."""
        tracks = Tracks(next_id=self.tracks.next_id)
        return replace(self, tracks=tracks, expressions={}, rests={}, detector=None, seen={}, followed={})

    def at(self, received_at: float) -> "State":
        """The same state at the time of the next frame, in seconds of the server's clock."""
        elapsed = received_at - self.received_at if self.received_at is not None else 0.0
        return replace(self, clock=self.clock + max(MIN_STEP_S, elapsed), received_at=received_at)
