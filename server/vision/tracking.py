"""Tracks faces from frame to frame (pure: state in, state out; no pixels, no clock).

Each track predicts where its face should be by now, at constant velocity; each detection goes to the track that it
overlaps most. That is enough for a handful of faces in front of a camera.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from server.vision.types import Box, Certainty, Detection, Point

# A track that was not detected for longer expires. A hand before the face, or two people crossing, take half a second;
# on a slow machine the next frame comes an eighth of a second later; 0.025 s is a margin.
MAX_UNSEEN_S = 0.5 + 0.125 + 0.025
# Tracks do not expire during a gap in frames: a face of the last frame is still tracked after a gap of up to this.
# Otherwise an overloaded server that serves each connection less than twice a second would take each face for a new one
# and search every frame completely, which costs four times as much and would keep it overloaded.
MAX_FRAME_GAP_S = 2.0
# WEAK detections continue a track for up to this. A turned or covered face is WEAK for a moment; a track on a non-face,
# as after a cut in a video, stays WEAK.
MAX_WEAK_S = 2.0
# A new face is tentative: tracked, but not shown. It is confirmed by a CERTAIN detection at once, otherwise by
# CONFIRM_DETECTIONS detections that are at least LIKELY, or by two over at least CONFIRM_S: 0.1 s after the first at 10
# frames a second, 0.07 s at 30. WEAK detections do not count. docs/performance.md has the figures.
CONFIRM_DETECTIONS = 3
CONFIRM_S = 0.08
# A tentative track that was not detected for longer expires. The detector searches every 0.3 s for a face that it lost.
# Of 33 blurred, noisy faces 0 s shows 14, 0.35 s 26, 0.65 s 27; of 200 title cards 7, 8 and 10 have a false face.
MAX_TENTATIVE_UNSEEN_S = 0.35
# A face at walking pace, 10 frames a second, overlaps itself by 0.5 and more; two people side by side by 0.
MIN_IOU = 0.2
# Time constant of the velocity, seconds. With less, the jitter of a still face makes the prediction drift in a gap;
# with more, the velocity is not known yet when two people have come close enough to cross.
VELOCITY_S = 0.15


@dataclass(frozen=True, slots=True)
class Track:
    """One person's face.

    Attributes:
        id: from 1; 0 while the track is tentative.
        box: of the last detection, fractions of the frame.
        velocity: of the box, fractions of the frame a second.
        seen_at: time of the last detection, seconds of the connection's clock.
        likely_at: time of the last detection that was at least LIKELY.
        started_at: time of the first detection, which was at least LIKELY.
        likely_detections: number of detections that were at least LIKELY.
    """

    id: int
    box: Box
    velocity: Point
    seen_at: float
    likely_at: float
    started_at: float = 0.0
    likely_detections: int = 1

    def predicted(self, clock: float) -> Box:
        """Where the face is expected now: moved at constant velocity, for at most MAX_UNSEEN_S."""
        x, y, width, height = self.box
        elapsed = min(clock - self.seen_at, MAX_UNSEEN_S)
        return (x + self.velocity[0] * elapsed, y + self.velocity[1] * elapsed, width, height)

    def accepts(self, detection: Detection, clock: float) -> bool:
        """Whether a detection at its place continues it."""
        return detection.certainty >= Certainty.LIKELY or clock - self.likely_at <= MAX_WEAK_S

    def moved_to(self, detection: Detection, clock: float) -> "Track":
        """The track after a detection of its face, `clock` being later than `seen_at`."""
        box = detection.box
        elapsed = clock - self.seen_at
        gain = (1 - math.exp(-elapsed / VELOCITY_S)) / elapsed
        (old_x, old_y), (x, y) = _centre(self.predicted(clock)), _centre(box)
        velocity = (self.velocity[0] + gain * (x - old_x), self.velocity[1] + gain * (y - old_y))
        if detection.certainty is Certainty.WEAK:
            return replace(self, box=box, velocity=velocity, seen_at=clock)
        return Track(self.id, box, velocity, clock, clock, self.started_at, self.likely_detections + 1)

    def is_confirmed_by(self, detection: Detection) -> bool:
        """Whether a tentative track is to be shown after this detection of it."""
        if detection.certainty is not Certainty.LIKELY:
            return detection.certainty is Certainty.CERTAIN
        return self.seen_at - self.started_at >= CONFIRM_S or self.likely_detections >= CONFIRM_DETECTIONS


@dataclass(frozen=True, slots=True)
class Tracks:
    """All faces of a connection that have not expired.

    Attributes:
        alive: the tracks, most recent first.
        next_id: of the next confirmed track.
        updated_at: the time of the last frame, seconds of the connection's clock; None before the first.
    """

    alive: tuple[Track, ...] = ()
    next_id: int = 1
    updated_at: float | None = None

    def predicted(self, clock: float) -> list[Box]:
        """Where each face is expected now, most recent first."""
        return [track.predicted(clock) for track in self._known(clock)]

    def step(
        self, detections: Sequence[Detection], clock: float, confirm: bool = False
    ) -> tuple["Tracks", list[tuple[int, Detection]]]:
        """Gives each detection its id.

        Args:
            detections: of one frame; a WEAK one can continue a track but not start one.
            clock: seconds; later than at the step before.
            confirm: confirm all tracks at once, as for a still picture. After a gap of more than MAX_FRAME_GAP_S this
                is done anyway: no tentative track would survive such a gap until it is confirmed.

        Returns:
            The new tracks, and the detections of confirmed tracks with their ids.
        """
        known = self._known(clock)
        confirm = confirm or (self.updated_at is not None and clock - self.updated_at > MAX_FRAME_GAP_S)
        boxes = [detection.box for detection in detections]
        partner = _pair([track.predicted(clock) for track in known], boxes)
        # A face that stopped or turned round while unseen is still near its last box.
        partner |= _pair([track.box for track in known], boxes, partner)
        matched: list[tuple[Track, Detection]] = []
        next_id = self.next_id
        for index, detection in enumerate(detections):
            if index in partner:
                track = known[partner[index]]
                if track.accepts(detection, clock):
                    matched.append((track.moved_to(detection, clock), detection))
            elif detection.certainty >= Certainty.LIKELY:
                matched.append((Track(0, detection.box, (0.0, 0.0), clock, clock, clock), detection))
        for index, (track, detection) in enumerate(matched):
            if not track.id and (confirm or track.is_confirmed_by(detection)):
                matched[index] = (replace(track, id=next_id), detection)
                next_id += 1
        taken = set(partner.values())
        unseen = [
            track
            for index, track in enumerate(known)
            if index not in taken and clock - track.seen_at <= (MAX_UNSEEN_S if track.id else MAX_TENTATIVE_UNSEEN_S)
        ]
        alive = (*(track for track, _ in matched), *unseen)
        return Tracks(alive, next_id, clock), [(track.id, detection) for track, detection in matched if track.id]

    def _known(self, clock: float) -> list[Track]:
        return [
            track
            for track in self.alive
            if clock - track.seen_at <= (MAX_FRAME_GAP_S if track.seen_at == self.updated_at else MAX_UNSEEN_S)
        ]


def _pair(
    tracks: Sequence[Box], detections: Sequence[Box], before: Mapping[int, int] = MappingProxyType({})
) -> dict[int, int]:
    """Detection to track by index, greedily: the pair with the largest overlap first; `before` has partners already."""
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
    return common / union if union > 0 else 0.0  # areas below the smallest float are 0


def _centre(box: Box) -> Point:
    return box[0] + box[2] / 2, box[1] + box[3] / 2
