"""How soon the label follows a change of face or of expression, on a simulated clock.

`cuts` and `in_a_row` send real faces through the whole pipeline. `made_changes` gives made scores to the smoothing
alone: the delay without any flicker.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from server.vision.arrays import Grey
from server.vision.expression.smoothing import SmoothedExpression
from server.vision.pipeline import Pipeline
from server.vision.state import State
from server.vision.types import UNSURE, ExpressionSettings, Face
from tests.support.clips import HEIGHT, WIDTH, Scene, crop_scene, play
from tests.support.pictures import to_jpeg

SEED = 7
CONFIDENT = 0.8  # smoothed score of a face that is cut to or from
BEFORE_S = 1.5  # the first face, until its label has settled
AFTER_S = 1.0  # each further face; a label that is not shown by then is missed
CHANGES = 10  # in a row
LABELS = 7  # of made scores
PLACES = ((WIDTH * 0.28, HEIGHT * 0.5), (WIDTH * 0.72, HEIGHT * 0.5))

Confident = Sequence[tuple[Grey, str]]  # crops that the model classifies with high confidence, and their labels


def settled(pipeline: Pipeline, scene: Scene) -> Face | None:
    """The largest face of a still scene, or None."""
    faces = pipeline.analyse(to_jpeg(scene.frame), 0.0, State.for_picture())[0].faces
    return faces[0] if faces else None


def confident(pipeline: Pipeline, crops: Sequence[Grey]) -> Confident:
    """The crops that the model classifies with a confidence of at least CONFIDENT, with their labels."""
    faces = ((crop, settled(pipeline, crop_scene(crop))) for crop in crops)
    sure = ((crop, face) for crop, face in faces if face and face.confidence >= CONFIDENT)
    return [(crop, face.label) for crop, face in sure if face.label != UNSURE]


def cuts(pipeline: Pipeline, faces: Confident, pairs: int, fps: float) -> list[float]:
    """For each pair, milliseconds from the first frame of the second face to the first one with its label.

    Half of the second faces are in the same place in the frame, half in another. A missed label counts as AFTER_S.
    """
    rng = np.random.default_rng(SEED)
    delays: list[float] = []
    while len(delays) < pairs:
        (one, was), (other, becomes) = (faces[k] for k in rng.choice(len(faces), 2, replace=False))
        if was != becomes:
            scenes = [(crop_scene(one, PLACES[0]), was), (crop_scene(other, PLACES[len(delays) % 2]), becomes)]
            (delay,) = _follow(pipeline, scenes, fps, len(delays))
            delays.append(1e3 * AFTER_S if delay is None else delay)
    return delays


def in_a_row(pipeline: Pipeline, faces: Confident, fps: float, rows: int) -> list[list[float | None]]:
    """For each row, the delays in milliseconds of CHANGES changes of the face in one place; None: missed."""
    rng = np.random.default_rng(SEED)
    found: list[list[float | None]] = []
    while len(found) < rows:
        chosen = [faces[k] for k in rng.choice(len(faces), CHANGES + 1, replace=False)]
        if all(was != becomes for (_, was), (_, becomes) in pairwise(chosen)):
            scenes = [(crop_scene(crop, PLACES[0]), label) for crop, label in chosen]
            found.append(_follow(pipeline, scenes, fps, 100 * len(found)))
    return found


def _follow(pipeline: Pipeline, scenes: Sequence[tuple[Scene, str]], fps: float, seed: int) -> list[float | None]:
    """Show one scene after the other; milliseconds until each but the first has its label."""
    state, begin = State.initial(), 0.0
    delays: list[float | None] = []
    for index, (scene, label) in enumerate(scenes):
        seconds, first, delay = AFTER_S if index else BEFORE_S, None, None
        for clock, jpeg in play(scene, seconds, fps, seed + index):
            first = clock if first is None else first
            analysis, state = pipeline.analyse(jpeg, begin + clock, state)
            if delay is None and analysis.faces and analysis.faces[0].label == label:
                delay = 1e3 * (clock - first)
        begin += seconds
        delays += [delay] if index else []
    return delays


def made_changes(
    certainty: float, fps: float, settings: ExpressionSettings | None = None, every_s: float = AFTER_S
) -> list[float | None]:
    """The delays in milliseconds of CHANGES changes between two labels; None: missed.

    Args:
        certainty: score of the label in every frame; the other one has the rest, which is the hardest case.
        fps: frames a second.
        settings: of the smoothing; default ExpressionSettings().
        every_s: seconds from one change to the next.
    """
    settings = settings or ExpressionSettings()
    frames = round(every_s * fps)
    expression: SmoothedExpression | None = None
    delays: list[float | None] = []
    for change in range(CHANGES + 1):
        label, other = change % 2, (change + 1) % 2
        scores = [0.0] * LABELS
        scores[label], scores[other] = certainty, 1 - certainty
        delay: float | None = None
        for frame in range(frames):
            clock = (change * frames + frame) / fps
            expression = (
                expression.step(scores, clock, settings)
                if expression
                else SmoothedExpression.first(scores, clock, settings)
            )
            if delay is None and expression.shown == label:
                delay = 1e3 * frame / fps
        delays.append(delay)
    return delays[1:]
