"""Measures the calibration on a resting face: `python -m lab.bench.calibration --split PrivateTest`.

Resting faces are FER2013 test faces that most people call neutral (FER+) and the model classifies as sad or angry. The
mean scores of a webcam clip of three seconds become the calibration; a second clip shows whether the label settles on
neutral. Clear faces have at least CLEAR_VOTES of ten votes; measured is how many are classified correctly without and
with each of the calibrations. These come from other people, which is the hard case.

The correction was chosen on PublicTest (`--split PublicTest`); PrivateTest is for the final figures only.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from model.dataset import Images, load_images
from model.targets import majority
from model.votes import load_votes
from server.vision.arrays import Grey
from server.vision.expression.calibration import calibrated
from server.vision.expression.manifest import load_manifest
from server.vision.expression.smoothing import NO_LABEL, SmoothedExpression
from server.vision.pipeline import Pipeline, make_pipeline
from server.vision.state import State
from server.vision.types import UNSURE, ExpressionSettings, Face
from tests.support.clips import HEIGHT, WIDTH, crop_scene, play
from tests.support.pictures import to_jpeg

ROOT = Path(__file__).resolve().parents[2]
SEED, FPS = 7, 10.0
REST_S, CLEAR_S = 3.0, 1.5  # length of a clip; a face settles within half a second
CLEAR_VOTES = 8
MISREAD = ("angry", "sad")
CLEAR = ("happy", "surprise", "sad", "angry")

Scores = tuple[float, ...]
Clip = list[tuple[float, Scores]]  # times and raw scores of the frames in which the face was found


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures, as shares.

    Attributes:
        resting: how many resting faces there were.
        before: of them, those that settle on neutral without a correction.
        after: the same with it.
        clear: how many clear faces there were, by label.
        right: of them, those that are read rightly without a correction.
        kept: of those, what is still read rightly, for each resting face's correction.
    """

    resting: int
    before: float
    after: float
    clear: dict[str, int] = field(default_factory=dict)
    right: dict[str, float] = field(default_factory=dict)
    kept: dict[str, list[float]] = field(default_factory=dict)


class Reader:
    """Shows crops to the shipped model as webcam clips."""

    def __init__(self) -> None:
        """Load the model."""
        self.manifest = load_manifest(ROOT / "model")
        self._pipeline: Pipeline = make_pipeline("blazeface", "litert", self.manifest, WIDTH * HEIGHT)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the model."""
        return self.manifest.labels

    def label_of_still(self, crop: Grey) -> str | None:
        """The likeliest label of the still picture; None when no face is found."""
        faces = self._pipeline.analyse(to_jpeg(crop_scene(crop).frame), 0.0, State.for_picture())[0].faces
        return self.labels[int(np.argmax(faces[0].scores))] if faces else None

    def analyse_clip(
        self, crop: Grey, seconds: float, seed: int, settings: ExpressionSettings
    ) -> list[tuple[float, Face]]:
        """The server's faces for a clip, with their times."""
        state, answers = State.initial(settings), []
        for clock, jpeg in play(crop_scene(crop), seconds, FPS, seed):
            analysis, state = self._pipeline.analyse(jpeg, clock, state)
            answers += [(clock, face) for face in analysis.faces[:1]]
        return answers

    def record(self, crop: Grey, seconds: float, seed: int) -> Clip:
        """The raw scores of a clip, to be evaluated under several calibrations."""
        return [(clock, face.scores) for clock, face in self.analyse_clip(crop, seconds, seed, ExpressionSettings())]

    def settled(self, clip: Clip, resting: Scores | None) -> str:
        """The label at the end of a recorded clip, by the pipeline's calibration and smoothing."""
        neutral, settings, expression = self.labels.index("neutral"), ExpressionSettings(), None
        for clock, raw in clip:
            scores = raw if resting is None else calibrated(raw, resting, neutral)
            if expression is None:
                expression = SmoothedExpression.first(scores, clock, settings)
            else:
                expression = expression.step(scores, clock, settings)
        return UNSURE if expression is None or expression.shown == NO_LABEL else self.labels[expression.shown]


def measure(source: Path, ferplus: Path, split: str, max_resting: int, max_clear: int) -> Figures:
    """Print and return the figures.

    Args:
        source: fer2013.zip or its folder.
        ferplus: the FER+ votes.
        split: of FER2013.
        max_resting: maximum number of resting faces.
        max_clear: maximum number of clear faces of each label.
    """
    reader, images = Reader(), load_images(source)
    votes = load_votes(ferplus, images)
    order = np.random.default_rng(SEED).permutation(images.of_split(split))
    neutral = [int(i) for i in order if majority(votes[i : i + 1])[0] == reader.labels.index("neutral")]
    corrections, before, after = _calibrate(reader, images, neutral, max_resting)
    figures = Figures(len(corrections), _share(before, "neutral"), _share(after, "neutral"))
    print(
        f"{split}: {figures.resting} resting faces that the model reads as sad or angry; they settle on neutral in "
        f"{_percent(figures.before)} before and in {_percent(figures.after)} after calibrating",
        flush=True,
    )
    for label in CLEAR:
        clear = [int(i) for i in order if votes[i, reader.labels.index(label)] >= CLEAR_VOTES]
        _keep(reader, images, clear, max_clear, label, corrections, figures)
    return figures


def _calibrate(
    reader: Reader, images: Images, neutral: Sequence[int], most: int
) -> tuple[list[Scores], list[str], list[str]]:
    """The calibrations of resting faces, and the labels on which the faces settle without and with them."""
    corrections: list[Scores] = []
    before: list[str] = []
    after: list[str] = []
    for index in neutral:
        crop = images.pixels[index]
        if len(corrections) >= most or reader.label_of_still(crop) not in MISREAD:
            continue
        shown = reader.record(crop, REST_S, seed=index)
        if not shown:  # found in the still picture only: somebody with that camera could not calibrate
            continue
        mean = np.mean([scores for _, scores in shown], axis=0)
        corrections.append(tuple((mean / mean.sum()).tolist()))
        for labels, settings in ((before, ExpressionSettings()), (after, ExpressionSettings(resting=corrections[-1]))):
            answers = reader.analyse_clip(crop, REST_S, seed=-index % 2**31, settings=settings)
            labels.append(answers[-1][1].label if answers else UNSURE)
    return corrections, before, after


def _keep(
    reader: Reader, images: Images, clear: Sequence[int], most: int, label: str, corrections: Sequence[Scores],
    figures: Figures,
) -> None:  # fmt: skip
    """Add the figures of one label."""
    clips: list[Clip] = []
    for index in clear:
        clip = reader.record(images.pixels[index], CLEAR_S, seed=index) if len(clips) < most else []
        clips += [clip] if clip else []
    right = [clip for clip in clips if reader.settled(clip, None) == label]
    found = len(right) / max(len(clips), 1)
    kept = [_share([reader.settled(clip, resting) for clip in right], label) for resting in corrections]
    figures.clear[label], figures.right[label], figures.kept[label] = len(clips), found, kept
    print(
        f"  {len(clips)} clear {label} faces: {_percent(found)} read rightly without correction; of "
        f"those {_percent(float(np.mean(kept)))} still are with it (under the median correction "
        f"{_percent(float(np.median(kept)))}, under the worst tenth of them {_percent(float(np.quantile(kept, 0.1)))})",
        flush=True,
    )


def _share(labels: Sequence[str], wanted: str) -> float:
    return labels.count(wanted) / max(len(labels), 1)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m lab.bench.calibration", description=(__doc__ or "").split("\n")[0])
    data = Path(os.environ.get("EMOJIFY_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=data, help="folder with fer2013.zip and ferplus.csv")
    parser.add_argument("--split", choices=("PublicTest", "PrivateTest"), default="PublicTest", help="which test faces")
    parser.add_argument("--resting", type=int, default=10_000, help="maximum number of resting faces")
    parser.add_argument("--clear", type=int, default=150, help="maximum number of clear faces of each label")
    options = parser.parse_args()
    if not (options.data / "fer2013.zip").exists():
        raise SystemExit(f"error: no fer2013.zip in {options.data}; set EMOJIFY_DATA")
    source, ferplus = options.data / "fer2013.zip", options.data / "ferplus.csv"
    measure(source, ferplus, options.split, options.resting, options.clear)


if __name__ == "__main__":
    main()
