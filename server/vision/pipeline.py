"""The path of one frame: JPEG in, faces with smoothed expressions out."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from time import perf_counter
from typing import NamedTuple

import numpy as np

from server.vision.arrays import Floats, Grey
from server.vision.crop_reuse import may_reuse, shows_same
from server.vision.detectors.protocol import Detector
from server.vision.detectors.registry import make_detector
from server.vision.errors import ModelFilesError
from server.vision.expression.adapting import Rest
from server.vision.expression.align import crop_face
from server.vision.expression.classifier import Classifier, make_classifier
from server.vision.expression.correction import corrected
from server.vision.expression.example import Example, unpack
from server.vision.expression.example_features import with_log_scores
from server.vision.expression.hold import Hold
from server.vision.expression.manifest import Manifest
from server.vision.expression.measure import example_of, hold_result, points_of
from server.vision.expression.smoothing import NO_LABEL, SmoothedExpression
from server.vision.expression.teaching import Taught
from server.vision.images.frame import decode_grey
from server.vision.images.kinds import PHOTO_KINDS
from server.vision.images.picture import MAX_PIXELS, decode_picture_grey
from server.vision.mesh.network import FaceMeshNetwork
from server.vision.mesh.placement import placement
from server.vision.motion.followed import FollowedFace
from server.vision.motion.follower import MeasuredFace, MotionFollower
from server.vision.output_stage import OutputStage
from server.vision.quality import is_readable, quality
from server.vision.state import State
from server.vision.types import NEUTRAL, UNSURE, Analysis, Box, Detection, DetectionResult, Face, Quality, SeenFace

log = logging.getLogger(__name__)

# More people do not fit in front of a camera at a size at which an expression can be read, and each one costs a
# classification: without a limit, a poster of a crowd would delay everybody else.
MAX_FACES = 10
# The largest faces whose points are measured: each costs as much as three classifications.
MAX_MESHES = 3
# A frame is decoded at a smaller size only where this share of a face is still as wide as the classifier needs it: the
# network for the points needs a face of 128 px instead of 44. With less, points wander by twice as much.
MOTION_DETAIL = 44 / 128


class CroppedFace(NamedTuple):
    """A face as it was last detected, and its crop and points in this frame."""

    last_detection: SeenFace
    crop: Grey


def make_pipeline(
    detector: str,
    engine: str,
    manifest: Manifest,
    max_pixels: int,
    output_stages: Sequence[OutputStage] = (),
    max_picture_pixels: int = MAX_PIXELS,
) -> "Pipeline":
    """A pipeline by the names of its parts; see make_detector and make_classifier for names and errors."""
    parts = (make_detector(detector), make_classifier(engine, manifest), manifest)
    return Pipeline(*parts, max_pixels, output_stages, max_picture_pixels)


class Pipeline:
    """Decode, detect, align, classify, track, smooth. One object belongs to one thread."""

    def __init__(
        self,
        detector: Detector,
        classifier: Classifier,
        manifest: Manifest,
        max_pixels: int,
        output_stages: Sequence[OutputStage] = (),
        max_picture_pixels: int = MAX_PIXELS,
    ) -> None:
        """Puts the parts together.

        Args:
            detector: finds the faces.
            classifier: gives the scores of their expressions.
            manifest: of the classifier's model.
            max_pixels: larger frames are refused.
            output_stages: compute `Face.outputs`.
            max_picture_pixels: larger still pictures are refused.
        """
        self._max_picture_pixels = max_picture_pixels
        self._detector = detector
        self._classifier = classifier
        self._manifest = manifest
        self._neutral = manifest.labels.index(NEUTRAL) if NEUTRAL in manifest.labels else None
        self._max_pixels = max_pixels
        self._output_stages = tuple(output_stages)
        self._motion: MotionFollower | None = None  # loaded when it is first needed, like `_mesh`

    def warm_up(self) -> None:
        """Runs all networks once, so that the first frame is not slower than the others."""
        size = self._manifest.size
        self._detector.detect(np.zeros((480, 640), np.uint8))
        self._classifier.classify(np.zeros((1, size, size), np.uint8))

    def analyse(self, jpeg: bytes, received_at: float, state: State) -> tuple[Analysis, State]:
        """The faces of one frame, and the state for the next one.

        Args:
            jpeg: the frame (see decode_grey); if `state.is_picture`, a still image (see decode_picture_grey).
            received_at: receipt time, in seconds of any clock.
            state: as the frame before left it; unchanged, so after an error the caller keeps using it.

        Raises:
            FrameError: the frame cannot be decoded.
        """
        watch = _Stopwatch()
        if state.is_picture:
            picture = decode_picture_grey(jpeg, self._max_picture_pixels, PHOTO_KINDS)
            return self.analyse_grey(picture, received_at, state, watch.lap())
        now = state.at(received_at)
        min_face_width = self._detector.min_face_width(now.tracks.predicted(now.clock), now.clock, now.detector)
        if state.settings.motion:
            min_face_width *= MOTION_DETAIL
        grey = decode_grey(jpeg, self._max_pixels, min_face_width)
        return self.analyse_grey(grey, received_at, state, watch.lap())

    def analyse_grey(
        self, grey: Grey, received_at: float, state: State, decode_ms: float = 0.0
    ) -> tuple[Analysis, State]:
        """The same for a decoded frame, uint8 [height, width]; `decode_ms` is passed on."""
        watch = _Stopwatch()
        last, state = state.clock, self._prepared(state.at(received_at))
        tracked = state.tracks.predicted(state.clock)
        unmoved = self._unmoved(grey, tracked, state)
        if unmoved:
            found = DetectionResult([reused.last_detection.face for reused in unmoved], state.detector)
        else:
            found = self._detector.follow(grey, tracked, state.clock, state.detector)
        largest = sorted(found.faces, key=_area, reverse=True)[:MAX_FACES]
        detect_ms = watch.lap()
        tracks, confirmed = state.tracks.step(largest, state.clock, confirm=state.is_picture)
        track_ms = watch.lap()
        cropped = [_find(face, unmoved) or self._cropped(grey, face) for _, face in confirmed]
        if state.needs_mesh:
            measured = [
                self._measured(grey, face, state, id)
                for face, (id, _) in zip(cropped[:MAX_MESHES], confirmed, strict=False)
            ]
            cropped = [*measured, *cropped[MAX_MESHES:]]
        scores, features = self._classify([face.crop for face in cropped])
        known = with_log_scores(features, scores) if state.needs_mesh and scores else None
        outputs = [self._outputs(grey, face) for face in cropped] if self._output_stages else None
        followed, motion = self._follow(grey, zip(confirmed, cropped, scores, strict=True), state)
        classify_ms = watch.lap()
        expressions = {track.id: state.expressions[track.id] for track in tracks.alive if track.id in state.expressions}
        rests = {track.id: state.rests[track.id] for track in tracks.alive if track.id in state.rests}
        adapts = state.settings.adapt and not state.is_picture
        faces = []
        for index, ((id, _), face, row) in enumerate(zip(confirmed, cropped, scores, strict=True)):
            detection = face.last_detection.face
            seen = quality(face.crop, detection, _clamped(detection.box), grey.shape)
            values, mesh = None if known is None else known[index], face.last_detection.mesh
            example = Example(values, points_of(mesh, grey.shape)) if state.prepared else None
            if adapts and is_readable(seen) and self._neutral is not None:
                rests[id] = rests.get(id, Rest()).step(row, self._neutral, state.clock - last)
            corrected_row = corrected(row, state.settings, self._neutral, state.prepared, example, rests.get(id))
            expressions[id] = expression = _smoothed(expressions.get(id), corrected_row, seen, state)
            faces.append(
                Face(
                    id=id,
                    box=_clamped(detection.box),
                    landmarks=detection.landmarks,
                    label=self._label(expression, state),
                    scores=tuple(row),
                    smoothed=expression.smoothed,
                    confidence=expression.confidence,
                    quality=seen,
                    outputs={**(outputs[index] if outputs else {}), **motion.get(id, {})},
                    features=values,
                    mesh=mesh,
                )
            )
        seen_faces = {id: face.last_detection for (id, _), face in zip(confirmed, cropped, strict=True)}
        timing = {
            "decode": decode_ms,
            "detect": detect_ms,
            "classify": classify_ms,
            "track": track_ms + watch.lap(),
        }
        hold = self._hold(faces, grey, state)
        state = replace(
            state,
            tracks=tracks,
            expressions=expressions,
            rests=rests,
            detector=found.state,
            seen=seen_faces,
            hold=None if hold and hold.ended else hold,
            followed={track.id: followed[track.id] for track in tracks.alive if track.id in followed},
        )
        return Analysis(tuple(faces), timing, hold_result(hold, state.prepared) if hold and hold.ended else None), state

    def _hold(self, faces: list[Face], grey: Grey, state: State) -> Hold | None:
        """The hold after this frame; None without one."""
        if state.hold is None:
            return None
        return state.hold.step(faces, example_of(faces[0], grey.shape) if faces else None, state.clock)

    def _unmoved(self, grey: Grey, tracked: list[Box], state: State) -> list[CroppedFace]:
        """The faces with new crops if none of them has moved; otherwise empty."""
        ids = [track.id for track in state.tracks.alive]
        # When a search is due, or the detector needs every frame, nothing is saved.
        if not may_reuse(state.seen, ids) or not self._detector.min_face_width(tracked, state.clock, state.detector):
            return []
        unmoved: list[CroppedFace] = []
        for before in (state.seen[id] for id in ids):
            crop = self._crop(grey, before.face)
            if not shows_same(before, crop):
                return []
            unmoved.append(CroppedFace(replace(before, repeats=before.repeats + 1), crop))
        return unmoved

    def _crop(self, grey: Grey, face: Detection) -> Grey:
        """The crop as the classifier gets it, uint8 [size, size]."""
        return crop_face(grey, face, self._manifest.template_points, self._manifest.size)

    def _cropped(self, grey: Grey, face: Detection) -> CroppedFace:
        crop = self._crop(grey, face)
        return CroppedFace(SeenFace(face, crop.tobytes()), crop)

    @cached_property
    def _mesh(self) -> FaceMeshNetwork | None:
        """Loaded when it is first needed: most connections do not. None without its weights: features teach alone."""
        try:
            return FaceMeshNetwork()
        except ModelFilesError as error:
            log.warning("faces have no points, so they are told apart by features alone: %s", error)
            return None

    def _measured(self, grey: Grey, face: CroppedFace, state: State, id: int) -> CroppedFace:
        """The face with its points; those of the frame before if it has not moved, and nobody follows its motion."""
        seen = face.last_detection
        if seen.repeats and seen.mesh and not state.settings.motion:
            return face
        if seen.face.landmarks is None or self._mesh is None:
            return face
        before = state.seen.get(id)
        placed_by = placement(before.placed_by if before else None, seen.face, grey.shape)
        mesh = self._mesh.measure(grey, placed_by)
        return face._replace(last_detection=replace(seen, mesh=mesh, placed_by=placed_by))

    def _follow(
        self, grey: Grey, faces: Iterable[tuple[tuple[int, Detection], CroppedFace, list[float]]], state: State
    ) -> tuple[Mapping[int, FollowedFace], Mapping[int, Mapping[str, tuple[float, ...]]]]:
        """What is known of the motion of faces, and their motion values, both by track id."""
        if not state.settings.motion:
            return state.followed, {}
        if self._motion is None:
            self._motion = MotionFollower()
        measured = [
            MeasuredFace(id, face.last_detection.mesh, self._neutral_share(state.expressions.get(id), row))
            for (id, _), face, row in faces
            if face.last_detection.mesh
        ]
        after = self._motion.follow(grey, measured, state.followed, state.clock)
        values = {id: {name: (value,) for name, value in motion._asdict().items()} for id, (_, motion) in after.items()}
        return {**state.followed, **{id: face for id, (face, _) in after.items()}}, values

    def _neutral_share(self, before: SmoothedExpression | None, row: list[float]) -> float:
        """How certain it is that a face is at rest; that of the frame before knows what was taught."""
        if self._neutral is None:
            return 1.0
        return before.smoothed[self._neutral] if before else row[self._neutral]

    def _classify(self, crops: list[Grey]) -> tuple[list[list[float]], Floats]:
        if not crops:
            return [], np.empty((0, self._manifest.features), np.float32)
        scores, features = self._classifier.classify(np.stack(crops))
        return scores.tolist(), features

    def _outputs(self, grey: Grey, face: CroppedFace) -> Mapping[str, tuple[float, ...]]:
        outputs: dict[str, tuple[float, ...]] = {}
        for stage in self._output_stages:
            outputs.update(stage.run(grey, face.last_detection.face, face.crop))
        return outputs

    def _label(self, expression: SmoothedExpression, state: State) -> str:
        labels = state.prepared.labels if state.prepared else self._manifest.labels
        return UNSURE if expression.shown == NO_LABEL else labels[expression.shown]

    def _prepared(self, state: State) -> State:
        """The state with what was taught, prepared for comparing."""
        if state.prepared or not state.taught:
            return state
        count, taught = self._manifest.example_features, state.taught.by_label
        examples = {label: [unpack(data, count) for data in several] for label, several in taught.items()}
        return replace(state, prepared=Taught.of(examples, self._manifest.labels))


def _smoothed(
    before: SmoothedExpression | None, scores: tuple[float, ...], quality: Quality, state: State
) -> SmoothedExpression:
    """The smoothed expression of a face after one more frame; `before` is None for a new face."""
    settings = state.settings
    if not is_readable(quality):
        # As likely as one another: below the floor after some frames, and smoothed like everything else.
        scores = (1 / len(scores),) * len(scores)
        # That is above a low floor of the client, and with two labels above the usual one.
        settings = replace(settings, floor=max(settings.floor, 2 / len(scores)))
    if before is None:
        return SmoothedExpression.first(scores, state.clock, settings)
    return before.step(scores, state.clock, settings)


def _find(face: Detection, cropped: list[CroppedFace]) -> CroppedFace | None:
    return next((entry for entry in cropped if entry.last_detection.face is face), None)


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
