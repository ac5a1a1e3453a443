"""Which face is which person's from frame to frame (pure: state in, state out; no pixels, no clock).

Each track says where its face should be by now, moving on as it did; each detection goes to the track that it
overlaps most. For a handful of faces before a camera that is enough, and it fits on a page.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from server.vision.types import ENTER_SCORE, Box, Detection, Point

# A track unseen for longer is forgotten. A hand before the face, or two people crossing, take half a second; and
# then the next frame has yet to come, an eighth of a second later on a slow machine.
KEEP_S = 0.5 + 0.125 + 0.025
# Nobody is unseen while nobody looks: a face that was in the last frame is still known after a gap as long as this.
# Else a server that has too much to do, so that everybody is served less than twice a second, would take each face for
# a new one and search every frame all over, which costs four times as much: and so never have less to do.
GAP_S = 2.0
# A face that the detector is not sure of keeps its track for this long. A turned or covered one is weak for a moment;
# what was taken over from a face that has gone, as when a video cuts to another scene, would be weak for ever.
WEAK_S = 2.0
# A face at walking pace, 10 frames a second, overlaps itself by 0.5 and more; two people side by side by 0.
MIN_IOU = 0.2
# Seconds over which a velocity is learned. Less, and the jitter of a still face sends it flying in a gap; more,
# and it is not known yet when two people have come close enough to cross.
VELOCITY_S = 0.15


@dataclass(frozen=True, slots=True)
class Track:
    """One person's face.

    Attributes:
        id: from 1.
        box: where it was last seen, fractions of the frame.
        velocity: of the box, fractions of the frame a second.
        seen: when that was, seconds of the connection's clock.
        sure: when it was last seen with a score of ENTER_SCORE and more.
    """

    id: int
    box: Box
    velocity: Point
    seen: float
    sure: float

    def predicted(self, clock: float) -> Box:
        """Where the face should be now if it moved on at the same pace, for KEEP_S at most."""
        x, y, width, height = self.box
        elapsed = min(clock - self.seen, KEEP_S)
        return (x + self.velocity[0] * elapsed, y + self.velocity[1] * elapsed, width, height)

    def accepts(self, found: Detection, clock: float) -> bool:
        """Whether a detection at its place continues it."""
        return found.score >= ENTER_SCORE or clock - self.sure <= WEAK_S

    def moved_to(self, found: Detection, clock: float) -> "Track":
        """The track once its face is found again, `clock` being later than `seen`."""
        box = found.box
        elapsed = clock - self.seen
        gain = (1 - math.exp(-elapsed / VELOCITY_S)) / elapsed
        (old_x, old_y), (x, y) = _centre(self.predicted(clock)), _centre(box)
        velocity = (self.velocity[0] + gain * (x - old_x), self.velocity[1] + gain * (y - old_y))
        sure = clock if found.score >= ENTER_SCORE else self.sure
        return replace(self, box=box, velocity=velocity, seen=clock, sure=sure)


@dataclass(frozen=True, slots=True)
class Tracks:
    """All the faces of a connection: those seen now and those unseen for less than KEEP_S.

    Attributes:
        alive: the faces.
        next_id: of the next new one.
        looked: when the last frame was, seconds of the connection's clock.
    """

    alive: tuple[Track, ...] = ()
    next_id: int = 1
    looked: float = 0.0

    def predicted(self, clock: float) -> list[Box]:
        """Where each face that is not forgotten yet should be by now, those seen last first."""
        return [track.predicted(clock) for track in self._known(clock)]

    def step(self, detections: Sequence[Detection], clock: float) -> tuple["Tracks", list[tuple[int, Detection]]]:
        """Gives each detection its id.

        Args:
            detections: of one frame; one below ENTER_SCORE can continue a track but not start one.
            clock: seconds; later than at the step before.

        Returns:
            The new tracks, and the accepted detections with the ids of their tracks.
        """
        known = self._known(clock)
        boxes = [found.box for found in detections]
        partner = _pair([track.predicted(clock) for track in known], boxes)
        # Who stopped or turned round while unseen is not where they were going, but still where they were.
        partner |= _pair([track.box for track in known], boxes, partner)
        seen: list[tuple[Track, Detection]] = []
        next_id = self.next_id
        for index, found in enumerate(detections):
            if index in partner:
                track = known[partner[index]]
                if track.accepts(found, clock):
                    seen.append((track.moved_to(found, clock), found))
            elif found.score >= ENTER_SCORE:
                seen.append((Track(next_id, found.box, (0.0, 0.0), clock, clock), found))
                next_id += 1
        taken = set(partner.values())
        unseen = [track for index, track in enumerate(known) if index not in taken and clock - track.seen <= KEEP_S]
        alive = (*(track for track, _ in seen), *unseen)
        return Tracks(alive, next_id, clock), [(track.id, found) for track, found in seen]

    def _known(self, clock: float) -> list[Track]:
        return [track for track in self.alive if clock - track.seen <= (GAP_S if track.seen == self.looked else KEEP_S)]


def _pair(
    tracks: Sequence[Box], detections: Sequence[Box], before: Mapping[int, int] = MappingProxyType({})
) -> dict[int, int]:
    """Detection to track by index, greedily: the pair that overlaps most comes first; `before` has partners already."""
    if len(before) == min(len(tracks), len(detections)):
        return {}
    overlaps = [(iou(a, b), i, j) for i, a in enumerate(tracks) for j, b in enumerate(detections)]
    pairs: dict[int, int] = {}
    taken = set(before.values())
    for overlap, i, j in sorted(overlaps, key=lambda entry: -entry[0]):
        if overlap >= MIN_IOU and i not in taken and j not in pairs and j not in before:
            pairs[j] = i
            taken.add(i)
    return pairs


def iou(a: Box, b: Box) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    common = width * height
    union = a[2] * a[3] + b[2] * b[3] - common
    return common / union if union > 0 else 0.0  # areas below the smallest float are none


def _centre(box: Box) -> Point:
    return box[0] + box[2] / 2, box[1] + box[3] / 2
