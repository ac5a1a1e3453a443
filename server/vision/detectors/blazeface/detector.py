"""The default face detector: two BlazeFace networks, and where and when each of them looks.

One network is fast and knows faces that fill a good part of its view; the other takes three times as long, sees
small faces too, and hardly ever takes an animal for a person. They err on different things, so a small face counts
when both together are sure of it. Settings were chosen on curves: `python -m lab.bench.detect`.
"""

import math
from collections.abc import Sequence

import numpy as np

from server.vision.detectors.blazeface.anchors import iou_with, merge
from server.vision.detectors.blazeface.network import FULL_RANGE, SHORT_RANGE, BlazeFaceNetwork, Window
from server.vision.types import ENTER_SCORE, KEEP_SCORE, Box, Detection, DetectionResult, Floats, Grey, Search

# Score of the fast network at which it is believed alone, as when it looks at a whole frame and sees a close face.
SURE_SCORE = 0.75
# Score of the other network from which a place is worth a closer look of the fast one.
HINT_SCORE = 0.2
# Side of a closer look in widths of the face. More shows it too small again; less leaves out hair and shoulders,
# by which the network knows a face.
CLOSER = 2.5
# A known face is followed with a smaller input and a closer look, so that it has as many pixels there as in a look
# that searches. Against 128 px and 2.5: 0.5 instead of 1.1 ms, no face lost in 1,440 frames of moving faces, and
# landmarks within 8.2 instead of 7.7 % of the eyes' distance; 64 px and 1.5 loses some, 9.5 % (docs/performance.md).
FOLLOW_PX, FOLLOW_CLOSER = 80, 1.6
# Looks at known faces, and at hints, in one frame.
MAX_LOOKS = 10
MAX_HINTS = 16
# Seconds between searches while all known faces are in sight, and else.
CALM_S = 1.0
EAGER_S = 0.3
# A search goes over the whole frame, then over squares that overlap by a quarter and more. Their side is a share of
# the frame's long side: a face of 8 % of a small frame's width, and of 5 % of a large one's, is 13 % of a square and
# so well within what the network sees.
TILE, LARGE_TILE = 0.6, 0.4
LARGE_PX = 1024
MIN_TILE_PX = 192  # smaller ones would only be enlarged
# A face is a known one if their boxes overlap by more than this.
KNOWN_IOU = 0.2

Seen = tuple[Floats, Floats]  # scores [n] and points [n, 8, 2] in pixels of the frame


class BlazeFaceDetector:
    """Finds faces with their landmarks. Not thread-safe: it owns interpreters.

    A known face costs one fast look around the place where it should be. A search looks at one part of the frame after
    the other: at all of them in a single picture, in a video at three a second while nobody is in sight or somebody was
    lost, and else at one every other second, in turn with a fast look at the whole frame for somebody who comes close.
    """

    def __init__(self) -> None:
        """Loads the weights. Raises ModelFilesError."""
        self._near, self._far = BlazeFaceNetwork(SHORT_RANGE), BlazeFaceNetwork(FULL_RANGE)
        self._following = BlazeFaceNetwork(SHORT_RANGE, FOLLOW_PX)

    def detect(self, grey: Grey) -> list[Detection]:
        """The faces of a single picture, uint8 [height, width], with a score of ENTER_SCORE and more."""
        return self.follow(grey, (), 0.0, Search()).faces

    def detail(self, known: Sequence[Box], clock: float, search: Search) -> float:
        """See Detector: a frame that is not to be searched needs to show the known faces only."""
        if not known or clock - search.at >= CALM_S:
            return 0.0
        return min(width for _, _, width, _ in known)

    def follow(self, grey: Grey, known: Sequence[Box], clock: float, search: Search) -> DetectionResult:
        """The faces of one frame of a video.

        Args:
            grey: uint8 [height, width].
            known: where the faces of the frames before should be by now, fractions of the frame, surest first.
            clock: seconds; later than at the frame before.
            search: as the frame before left it; a new one has the frame searched all over.

        Returns:
            Faces with a score of ENTER_SCORE and more, known ones with KEEP_SCORE and more.
        """
        height, width = grey.shape
        size = np.array((width, height), np.float32)
        whole = Window(0, 0, width, height)
        places = _corners(known) * size
        windows = [_around(place, width, height, FOLLOW_CLOSER) for place in places[:MAX_LOOKS]]
        seen = [self._following.look(grey, window, KEEP_SCORE) for window in windows]
        found = _believed(_joined(seen), places)
        calm = bool(len(known)) and all((iou_with(place, found[1][:, :2]) > KNOWN_IOU).any() for place in places)
        if not calm:
            found = _joined([found, _believed(self._near.look(grey, whole, KEEP_SCORE), places)])
        if clock - search.at >= (CALM_S if calm else EAGER_S):
            if calm and search.turn % 2:
                found = _joined([found, _believed(self._near.look(grey, whole, KEEP_SCORE), places)])
            else:
                views = _views(width, height)
                if search.turn:
                    views = [views[(search.turn // 2 if calm else search.turn) % len(views)]]
                found = _joined([found, self._search(grey, views, found)])
            search = Search(clock, search.turn + 1)
        scores, points = merge(*found)
        points /= size
        faces = [Detection(_box(face), score, face[2:]) for score, face in zip(scores.tolist(), points, strict=True)]
        return DetectionResult(faces, search)

    def _search(self, grey: Grey, views: Sequence[Window], found: Seen) -> Seen:
        """Faces beyond those found already: hints of one network, confirmed by a closer look of the other."""
        height, width = grey.shape
        hints = merge(*_joined([self._far.look(grey, view, HINT_SCORE) for view in views]))
        new: list[Seen] = [_NOTHING]
        for hint, place in zip(*hints, strict=True):
            if len(new) > MAX_HINTS:
                break
            if (iou_with(place[:2], found[1][:, :2]) > KNOWN_IOU).any():
                continue
            scores, points = merge(*self._near.look(grey, _around(place[:2], width, height, CLOSER), KEEP_SCORE))
            same = iou_with(place[:2], points[:, :2]) > KNOWN_IOU
            scores = (scores + hint) / 2
            same &= scores >= ENTER_SCORE
            new.append((scores[same][:1], points[same][:1]))  # the surest
        return _joined(new)


_NOTHING: Seen = (np.empty(0, np.float32), np.empty((0, 8, 2), np.float32))


def _joined(seen: Sequence[Seen]) -> Seen:
    if not seen:
        return _NOTHING
    if len(seen) == 1:
        return seen[0]
    return np.concatenate([scores for scores, _ in seen]), np.concatenate([points for _, points in seen])


def _believed(seen: Seen, places: Floats) -> Seen:
    """What of the fast network's candidates stands by itself: where a face is known, or sure enough alone."""
    scores, points = seen
    good = scores >= SURE_SCORE
    for place in places:
        good |= iou_with(place, points[:, :2]) > KNOWN_IOU
    return scores[good], points[good]


def _around(corners: Floats, width: int, height: int, closer: float) -> Window:
    """A square window around a box [2, 2] in pixels, `closer` times its size, all within the frame."""
    left, top, right, bottom = corners.ravel().tolist()
    side = round(closer * max(right - left, bottom - top))
    columns, rows = min(max(side, 1), width), min(max(side, 1), height)
    x, y = (left + right - columns) / 2, (top + bottom - rows) / 2
    return Window(round(min(max(x, 0), width - columns)), round(min(max(y, 0), height - rows)), columns, rows)


def _views(width: int, height: int) -> list[Window]:
    """The parts of a frame to search, the whole of it first."""
    views = [Window(0, 0, width, height)]
    long_side = max(width, height)
    side = round(long_side * (TILE if long_side < LARGE_PX else LARGE_TILE))
    if side >= MIN_TILE_PX:
        across, down = min(side, width), min(side, height)
        views += [Window(x, y, across, down) for y in _starts(height, down) for x in _starts(width, across)]
    return views


def _starts(length: int, part: int) -> list[int]:
    """Where parts start that cover a length, each overlapping the next by a quarter at least."""
    steps = math.ceil((length - part) / (0.75 * part))
    return [round(k * (length - part) / max(steps, 1)) for k in range(steps + 1)]


def _corners(boxes: Sequence[Box]) -> Floats:
    corners = np.array(boxes, np.float32).reshape(-1, 2, 2)
    corners[:, 1] += corners[:, 0]
    return corners


def _box(face: Floats) -> Box:
    x, y, right, bottom = face[:2].ravel().tolist()
    return x, y, right - x, bottom - y
