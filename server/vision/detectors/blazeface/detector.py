"""The default face detector: two BlazeFace networks, and a schedule of the windows that they are run on.

The short-range network is fast and finds faces that fill a good part of its window. The full-range network takes three
times as long, finds small faces too, and hardly ever takes an animal for a person. They err on different things, so a
small face counts when both together are confident. The settings were chosen on curves: `python -m lab.bench.detect`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from server.vision.arrays import Floats, Grey
from server.vision.detectors.blazeface.anchors import iou_with, merge
from server.vision.detectors.blazeface.network import FULL_RANGE, SHORT_RANGE, BlazeFaceNetwork
from server.vision.detectors.blazeface.windows import (
    Window,
    follow_window,
    search_windows,
    window_around,
    window_with_border,
)
from server.vision.types import Box, Certainty, Detection, DetectionResult, DetectorState

# Two thresholds of the score, so that a face does not flicker at one: a track starts at the first and is continued
# down to the second.
ENTER_SCORE = 0.52
KEEP_SCORE = 1 / 3
# A detection of this score is shown at once. Of 41 portraits all have more in the first frame (0.847 and up); false
# faces in 13,000 frames of animals and 15,000 of title cards have up to 0.835 (python -m lab.bench.confirmation).
CERTAIN_SCORE = 0.84
# Score of the short-range network at which it is believed without the other: a close face in the whole frame.
ALONE_SCORE = 0.75
# Score of the full-range network at which a place becomes a proposal, to be verified by the short-range network.
PROPOSAL_SCORE = 0.2
# Side of the window in which a proposal is verified, in widths of the face. A wider one shows the face too small again;
# a narrower one leaves out hair and shoulders, by which the network knows a face.
VERIFY_SCALE = 2.5
# A tracked face is followed with a smaller input and a narrower window, so that it has as many pixels there as in a
# search. Against 128 px and 2.5: 0.5 instead of 1.1 ms, no face lost in 1,440 frames of moving faces, and landmarks
# within 8.2 instead of 7.7 % of the distance of the eyes; 64 px and 1.5 loses some, 9.5 % (lab/performance.md).
FOLLOW_PX, FOLLOW_SCALE = 80, 1.6
# Both networks miss a face that fills the picture. With a border of half of the long side around it, its edge repeated,
# the short-range network finds it: in 140 of 150 pictures of FER2013 instead of 85, and in all of 102 portraits cut to
# 0.85 of the box instead of 2. Only boxes of this share of the frame's width or height count: in 179 pictures without
# people these have scores of up to 0.48, smaller ones of up to 0.76 (python -m lab.bench.tight_crops --step 2).
MIN_TIGHT_SHARE = 0.6
# Tracked faces that are followed, and proposals that are verified, in one frame.
MAX_FOLLOWED = 10
MAX_PROPOSALS = 16
# Seconds between searches while all tracked faces are in sight, and otherwise.
SEARCH_INTERVAL_S = 1.0
URGENT_SEARCH_INTERVAL_S = 0.3
# A face is a tracked one if their boxes overlap by more than this.
TRACKED_IOU = 0.2

Candidates = tuple[Floats, Floats]  # scores [n] and points [n, 8, 2] in pixels of the frame


@dataclass(frozen=True, slots=True)
class Search:
    """How far the search for new faces has come: a video is searched one window at a time.

    Attributes:
        at: when a window was searched last, seconds of the connection's clock; minus infinity before the first frame.
        count: windows searched so far.
    """

    at: float = -math.inf
    count: int = 0


class BlazeFaceDetector:
    """Finds faces with their landmarks. Not thread-safe: it owns interpreters.

    A tracked face costs one fast inference around the place where it is expected. A still picture is searched in all
    windows at once. A video is searched one window at a time: three a second while no face is in sight or one was lost,
    otherwise one every other second, in turn with a fast inference on the whole frame for a new face close by. While no
    face is in sight, every other search ends with a fast inference on the frame with a border: both networks miss a
    face that fills the picture.
    """

    def __init__(self) -> None:
        """Loads the weights. Raises ModelFilesError."""
        self._short_range, self._full_range = BlazeFaceNetwork(SHORT_RANGE), BlazeFaceNetwork(FULL_RANGE)
        self._follower = BlazeFaceNetwork(SHORT_RANGE, FOLLOW_PX)

    def detect(self, grey: Grey) -> list[Detection]:
        """The faces of a still picture, uint8 [height, width], with a score of ENTER_SCORE and more."""
        return self.follow(grey, (), 0.0, None).faces

    def min_face_width(self, tracked: Sequence[Box], clock: float, state: DetectorState) -> float:
        """See Detector: a frame that will not be searched needs to show the tracked faces only."""
        if not tracked or clock - _search_of(state).at >= SEARCH_INTERVAL_S:
            return 0.0
        return min(width for _, _, width, _ in tracked)

    def follow(self, grey: Grey, tracked: Sequence[Box], clock: float, state: DetectorState) -> DetectionResult:
        """See Detector. At the first frame all windows are searched.

        Returns:
            Faces with a score of ENTER_SCORE and more, tracked ones with KEEP_SCORE and more.
        """
        search = _search_of(state)
        height, width = grey.shape
        size = np.array((width, height), np.float32)
        whole = Window(0, 0, width, height)
        expected = _corners(tracked) * size
        windows = [follow_window(box.ravel().tolist(), width, height, FOLLOW_SCALE) for box in expected[:MAX_FOLLOWED]]
        followed = [self._follower.infer(grey, window, KEEP_SCORE) for window in windows]
        found = _believed(_joined(followed), expected)
        in_sight = bool(len(tracked)) and all((iou_with(box, found[1][:, :2]) > TRACKED_IOU).any() for box in expected)
        if not in_sight:
            found = _joined([found, _believed(self._short_range.infer(grey, whole, KEEP_SCORE), expected)])
        if clock - search.at >= (SEARCH_INTERVAL_S if in_sight else URGENT_SEARCH_INTERVAL_S):
            if in_sight and search.count % 2:
                found = _joined([found, _believed(self._short_range.infer(grey, whole, KEEP_SCORE), expected)])
            else:
                windows = search_windows(width, height)
                if search.count:
                    windows = [windows[(search.count // 2 if in_sight else search.count) % len(windows)]]
                found = _joined([found, self._search(grey, windows, found)])
                if not len(found[0]) and search.count % 2 == 0:
                    found = self._tight(grey)
            search = Search(clock, search.count + 1)
        scores, points = merge(*found)
        points /= size
        faces = [_detection(score, face) for score, face in zip(scores.tolist(), points.tolist(), strict=True)]
        return DetectionResult(faces, search)

    def _tight(self, grey: Grey) -> Candidates:
        """Faces that fill the picture."""
        height, width = grey.shape
        scores, points = self._short_range.infer(grey, window_with_border(width, height), ENTER_SCORE)
        shares = (points[:, 1] - points[:, 0]) / np.array((width, height), np.float32)
        tight = shares.max(axis=1) >= MIN_TIGHT_SHARE
        return scores[tight], points[tight]

    def _search(self, grey: Grey, windows: Sequence[Window], found: Candidates) -> Candidates:
        """New faces besides those found already: proposals of one network, verified by the other in a close window."""
        height, width = grey.shape
        proposals = merge(*_joined([self._full_range.infer(grey, window, PROPOSAL_SCORE) for window in windows]))
        new: list[Candidates] = [_NOTHING]
        for proposal_score, proposal in zip(*proposals, strict=True):
            if len(new) > MAX_PROPOSALS:
                break
            if (iou_with(proposal[:2], found[1][:, :2]) > TRACKED_IOU).any():
                continue
            close = window_around(proposal[:2].ravel().tolist(), width, height, VERIFY_SCALE)
            scores, points = merge(*self._short_range.infer(grey, close, KEEP_SCORE))
            same = iou_with(proposal[:2], points[:, :2]) > TRACKED_IOU
            scores = (scores + proposal_score) / 2
            same &= scores >= ENTER_SCORE
            new.append((scores[same][:1], points[same][:1]))  # the one with the highest score
        return _joined(new)


_NOTHING: Candidates = (np.empty(0, np.float32), np.empty((0, 8, 2), np.float32))


def _search_of(state: DetectorState) -> Search:
    return state if isinstance(state, Search) else Search()


def _joined(parts: Sequence[Candidates]) -> Candidates:
    if not parts:
        return _NOTHING
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([scores for scores, _ in parts]), np.concatenate([points for _, points in parts])


def _believed(candidates: Candidates, expected: Floats) -> Candidates:
    """The short-range network's candidates that need no verification: tracked faces, and those of ALONE_SCORE."""
    scores, points = candidates
    good = scores >= ALONE_SCORE
    for box in expected:
        good |= iou_with(box, points[:, :2]) > TRACKED_IOU
    return scores[good], points[good]


def _corners(boxes: Sequence[Box]) -> Floats:
    corners = np.array(boxes, np.float32).reshape(-1, 2, 2)
    corners[:, 1] += corners[:, 0]
    return corners


def _detection(score: float, points: list[list[float]]) -> Detection:
    (x, y), (right, bottom), *landmarks = points
    certainty = Certainty.WEAK
    if score >= ENTER_SCORE:
        certainty = Certainty.CERTAIN if score >= CERTAIN_SCORE else Certainty.LIKELY
    return Detection((x, y, right - x, bottom - y), score, tuple((a, b) for a, b in landmarks), certainty)
