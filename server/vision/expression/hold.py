"""A hold: the time in which the only face keeps an expression to be taught (pure: state in, state out).

It decides which frames count. What is measured in them is opaque to it; `measure` takes the median.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from server.vision.types import Face, HoldFailure

if TYPE_CHECKING:
    from server.vision.expression.example import Example

# An example should show the face from the front: the points of a turned one differ from those of the same expression
# seen from the front. Stricter than the limit of what is read (`quality.MAX_TURN`).
MAX_TURN = 0.3
# Seconds without the face after which it counts as gone. Detection misses single frames.
MAX_GAP_S = 0.5
# Frames over the time of the hold by this much, seconds, are not part of it: the client paused.
LATE_S = 0.5
# Share of the frames that must count; with fewer, the example would show a moment in between.
MIN_SHARE = 1 / 3
# Frames that count, at most: 5 s at 30 frames/s. More would cost memory only.
MAX_FRAMES = 150


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold in progress or just ended.

    Attributes:
        seconds: how long it lasts from its first frame on; 0 for one frame.
        number: of the request on its connection.
        started_at: time of the first frame, seconds of the connection's clock; None before it.
        face: id of the face; None before it was seen.
        seen_at: when it was seen last.
        examples: one for each frame that counts.
        left_out: why each other frame does not count.
        ended: whether no more frames are wanted.
        failure: why there is no example, once it has ended; None with one.
    """

    seconds: float
    number: int = 0
    started_at: float | None = None
    face: int | None = None
    seen_at: float = 0.0
    examples: tuple["Example", ...] = ()
    left_out: tuple[HoldFailure, ...] = ()
    ended: bool = False
    failure: HoldFailure | None = None

    def step(self, faces: Sequence[Face], example: "Example | None", clock: float) -> "Hold":
        """The hold after one more frame.

        Args:
            faces: all faces of the frame.
            example: what was measured of its first face; None if the face is too blurred to be measured.
            clock: time of the frame, seconds of the connection's clock.
        """
        started_at = clock if self.started_at is None else self.started_at
        elapsed = clock - started_at
        hold = replace(self, started_at=started_at)
        if elapsed <= self.seconds + LATE_S:
            hold = hold._with_frame(faces, example, clock)
        if hold.failure:
            return replace(hold, ended=True)
        return hold._end() if elapsed >= self.seconds else hold

    def _with_frame(self, faces: Sequence[Face], example: "Example | None", clock: float) -> "Hold":
        if len(faces) == 1 and self.face not in (None, faces[0].id):
            return replace(self, failure="moved")
        if not faces and self.face is not None and clock - self.seen_at > MAX_GAP_S:
            return replace(self, failure="moved")
        hold = replace(self, face=faces[0].id, seen_at=clock) if len(faces) == 1 else self
        if problem := _problem(faces):
            return replace(hold, left_out=(*hold.left_out, problem)[-MAX_FRAMES:])
        if example is None:
            return replace(hold, left_out=(*hold.left_out, "blurred")[-MAX_FRAMES:])
        return replace(hold, examples=(*hold.examples, example)[:MAX_FRAMES])

    def _end(self) -> "Hold":
        counted, frames = len(self.examples), len(self.examples) + len(self.left_out)
        if counted and counted >= MIN_SHARE * frames:
            return replace(self, ended=True)
        reasons = Counter(self.left_out).most_common(1)
        return replace(self, ended=True, failure=reasons[0][0] if reasons else "no_face")


def _problem(faces: Sequence[Face]) -> HoldFailure | None:
    """Why a frame does not count, by its faces."""
    if len(faces) != 1:
        return "several" if faces else "no_face"
    return "turned" if abs(faces[0].quality.turn or 0.0) > MAX_TURN else None
