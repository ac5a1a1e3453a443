"""The path of one frame: JPEG in, faces with settled expressions out."""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter
from typing import TypeAlias

import cv2
import numpy as np

from server.vision.crop_reuse import SeenFace, may_be_still
from server.vision.detectors.registry import Detector, make_detector
from server.vision.expression.align import crop_face
from server.vision.expression.calibration import relative_to
from server.vision.expression.classifier import Classifier, make_classifier
from server.vision.expression.manifest import Manifest
from server.vision.expression.smoothing import NOTHING, SmoothedExpression
from server.vision.images.frame import decode_grey
from server.vision.images.picture import decode_picture_grey
from server.vision.quality import quality
from server.vision.state import State
from server.vision.types import NEUTRAL, UNSURE, Analysis, Box, Detection, DetectionResult, Face, Grey

__all__ = ["MAX_FACES", "Pipeline", "State", "align_face", "make_pipeline"]

View: TypeAlias = tuple[SeenFace, Grey]  # a face as it was found, and the crop of it in this frame

# More people do not fit before a camera at a size at which an expression can be read, and each one costs a
# classification: without a limit, a poster of a crowd would hold up everybody else.
MAX_FACES = 10


def make_pipeline(detector: str, engine: str, manifest: Manifest, max_pixels: int) -> "Pipeline":
    """A pipeline by the names of its parts; see make_detector and make_classifier for names and errors."""
    return Pipeline(make_detector(detector), make_classifier(engine, manifest), manifest, max_pixels)


def align_face(grey: Grey, face: Detection, manifest: Manifest) -> Grey:
    """The crop of one face as the classifier sees it, uint8 [size, size]."""
    return crop_face(grey, face, manifest.places, manifest.size)


class Pipeline:
    """Decode, detect, align, classify, track, smooth. One object belongs to one thread."""

    def __init__(self, detector: Detector, classifier: Classifier, manifest: Manifest, max_pixels: int) -> None:
        """Puts the parts together.

        Args:
            detector: finds the faces.
            classifier: reads their expressions.
            manifest: the contract of the classifier.
            max_pixels: larger frames are refused.
        """
        self._detector = detector
        self._classifier = classifier
        self._manifest = manifest
        self._neutral = manifest.labels.index(NEUTRAL) if NEUTRAL in manifest.labels else None
        self._max_pixels = max_pixels
        # For the whole process: the threads that run pipelines share the cores out already, and threads of
        # OpenCV's own would only take turns with them.
        cv2.setNumThreads(1)

    def warm_up(self) -> None:
        """Runs both networks once, so that the first frame is not slower than the others."""
        size = self._manifest.size
        self._detector.detect(np.zeros((480, 640), np.uint8))
        self._classifier.scores(np.zeros((1, size, size), np.uint8))

    def analyse(self, jpeg: bytes, received_at: float, state: State) -> tuple[Analysis, State]:
        """The faces of one frame, and what to remember for the next one.

        Args:
            jpeg: the frame; see decode_grey. Where the state is that of a picture, see decode_picture_grey.
            received_at: when it came, in seconds of any clock.
            state: what the frame before left; stays as it is, so an error costs nothing but the frame.

        Raises:
            FrameError: the frame cannot be decoded.
        """
        watch = _Stopwatch()
        if state.single:
            return self.analyse_grey(decode_picture_grey(jpeg, self._max_pixels), received_at, state, watch.lap())
        now = state.at(received_at)
        detail = self._detector.detail(now.tracks.predicted(now.clock), now.clock, now.search)
        grey = decode_grey(jpeg, self._max_pixels, detail)
        return self.analyse_grey(grey, received_at, state, watch.lap())

    def analyse_grey(
        self, grey: Grey, received_at: float, state: State, decode_ms: float = 0.0
    ) -> tuple[Analysis, State]:
        """The same for a frame that is decoded already, uint8 [height, width]; `decode_ms` is passed on."""
        watch = _Stopwatch()
        state = state.at(received_at)
        known = state.tracks.predicted(state.clock)
        unmoved = self._unmoved(grey, known, state)
        if unmoved:
            found = DetectionResult([glimpse.face for glimpse, _ in unmoved], state.search)
        else:
            found = self._detector.follow(grey, known, state.clock, state.search)
        largest = sorted(found.faces, key=_area, reverse=True)[:MAX_FACES]
        detect_ms = watch.lap()
        tracks, seen = state.tracks.step(largest, state.clock)
        track_ms = watch.lap()
        views = [_view_of(face, unmoved) or self._look(grey, face) for _, face in seen]
        crops = [crop for _, crop in views]
        scores = self._classify(crops)
        classify_ms = watch.lap()
        moods = {track.id: state.moods[track.id] for track in tracks.alive if track.id in state.moods}
        faces = []
        for (id, face), crop, row in zip(seen, crops, scores, strict=True):
            old, read = moods.get(id), self._relative(row, state.tuning.resting)
            mood = (
                old.step(read, state.clock, state.tuning)
                if old
                else SmoothedExpression.first(read, state.clock, state.tuning)
            )
            moods[id] = mood
            faces.append(self._face(id, face, tuple(row), mood, crop, grey.shape))
        glimpses = {id: glimpse for (id, _), (glimpse, _) in zip(seen, views, strict=True)}
        timing = {
            "decode": decode_ms,
            "detect": detect_ms,
            "classify": classify_ms,
            "track": track_ms + watch.lap(),
        }
        state = replace(state, tracks=tracks, moods=moods, search=found.search, glimpses=glimpses)
        return Analysis(tuple(faces), timing), state

    def _unmoved(self, grey: Grey, known: list[Box], state: State) -> list[View]:
        """The faces and their new crops if all of them are still where they were; else none."""
        ids = [track.id for track in state.tracks.alive]
        # Where a search is due, or the detector wants to see every frame, there is nothing to save.
        if not may_be_still(state.glimpses, ids) or not self._detector.detail(known, state.clock, state.search):
            return []
        views: list[View] = []
        for glimpse in (state.glimpses[id] for id in ids):
            crop = align_face(grey, glimpse.face, self._manifest)
            if not glimpse.shows(crop):
                return []
            views.append((glimpse.again(), crop))
        return views

    def _look(self, grey: Grey, face: Detection) -> View:
        crop = align_face(grey, face, self._manifest)
        return SeenFace(face, crop), crop

    def _classify(self, crops: list[Grey]) -> list[list[float]]:
        if not crops:
            return []
        scores: list[list[float]] = self._classifier.scores(np.stack(crops)).tolist()
        return scores

    def _relative(self, scores: list[float], resting: tuple[float, ...] | None) -> Sequence[float]:
        return scores if resting is None or self._neutral is None else relative_to(resting, scores, self._neutral)

    def _face(
        self,
        id: int,
        face: Detection,
        scores: tuple[float, ...],
        mood: SmoothedExpression,
        crop: Grey,
        shape: tuple[int, ...],
    ) -> Face:
        landmarks = None if face.landmarks is None else tuple((x, y) for x, y in face.landmarks.tolist())
        label = UNSURE if mood.shown == NOTHING else self._manifest.labels[mood.shown]
        box = _clamped(face.box)
        seen = quality(crop, face, box, shape)
        return Face(id, box, landmarks, label, scores, mood.smoothed, mood.confidence, seen)


def _view_of(face: Detection, views: list[View]) -> View | None:
    return next((view for view in views if view[0].face is face), None)


class _Stopwatch:
    """Milliseconds from one lap to the next."""

    def __init__(self) -> None:
        self._last = perf_counter()

    def lap(self) -> float:
        now = perf_counter()
        elapsed, self._last = now - self._last, now
        return 1e3 * elapsed


def _area(face: Detection) -> float:
    return face.box[2] * face.box[3]


def _clamped(box: Box) -> Box:
    """The part of a box that lies within the frame."""
    left, top = max(0.0, box[0]), max(0.0, box[1])
    right, bottom = min(1.0, box[0] + box[2]), min(1.0, box[1] + box[3])
    return left, top, max(0.0, right - left), max(0.0, bottom - top)
