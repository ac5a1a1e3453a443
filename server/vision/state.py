"""What a connection remembers from frame to frame: a value, replaced as a whole by every analysis."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from server.vision.crop_reuse import SeenFace
from server.vision.expression.smoothing import SmoothedExpression
from server.vision.tracking import Tracks
from server.vision.types import ExpressionSettings, Search

# A clock that stands still or jumps back counts as this much: the frame came later than the one before, only
# nobody knows by how much.
MIN_STEP_S = 0.001


@dataclass(frozen=True, slots=True)
class State:
    """Tracks, moods and settings of one connection.

    Attributes:
        tuning: the smoothing in force.
        tracks: the faces seen lately.
        moods: their expressions, by track id.
        clock: seconds since the first frame; grows with every frame, whatever the server's clock does.
        received_at: the server's clock at the last frame; None before the first.
        search: how far the search for new faces has come.
        glimpses: the faces of the last frame as they were when last looked for, by track id.
        single: frames are pictures by themselves, of any kind that `picture` reads and to be turned upright; else JPEG
            frames of a camera.
    """

    tuning: ExpressionSettings = field(default_factory=ExpressionSettings)
    tracks: Tracks = field(default_factory=Tracks)
    moods: Mapping[int, SmoothedExpression] = field(default_factory=dict)
    clock: float = 0.0
    received_at: float | None = None
    search: Search = field(default_factory=Search)
    glimpses: Mapping[int, SeenFace] = field(default_factory=dict, compare=False)  # arrays know no equality
    single: bool = False

    @classmethod
    def initial(cls, tuning: ExpressionSettings | None = None) -> "State":
        """The state of a new connection."""
        return cls(tuning or ExpressionSettings())

    @classmethod
    def for_picture(cls, tuning: ExpressionSettings | None = None) -> "State":
        """The state in which to analyse one picture by itself."""
        return cls(tuning or ExpressionSettings(), single=True)

    def with_tuning(self, tuning: ExpressionSettings) -> "State":
        """The same faces under other settings, from the next frame on.

        Another resting face makes what was averaged so far worth nothing: expressions begin anew, so that it shows in
        the very next answer; the faces keep their ids.
        """
        moods = self.moods if tuning.resting == self.tuning.resting else {}
        return replace(self, tuning=tuning, moods=moods)

    def reset(self) -> "State":
        """All faces forgotten; their ids stay used."""
        return replace(self, tracks=Tracks(next_id=self.tracks.next_id), moods={}, search=Search(), glimpses={})

    def at(self, received_at: float) -> "State":
        """The same state at the time of the next frame, in seconds of the server's clock."""
        elapsed = received_at - self.received_at if self.received_at is not None else 0.0
        return replace(self, clock=self.clock + max(MIN_STEP_S, elapsed), received_at=received_at)
