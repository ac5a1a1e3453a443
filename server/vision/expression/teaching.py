"""Reads faces by what was taught (pure): fuses the network's scores with the examples of a person's own expressions.

Three rules, each of which leaves the scores alone where it has nothing to say:

1. A taught neutral says how the network reads this person at rest, and shifts the rivals of neutral (`resting`).
2. A taught label's score is multiplied by a weight that falls with the distance d of the face from the label's nearest
   example, in the way of Student's t-distribution:

       weight = ((REACH + SOFTNESS) / (d + SOFTNESS)) ** STEEPNESS

   So a face near an example is read as its label, whatever the network says, and far from all examples the weights of
   the labels hardly differ: another person's examples weigh little. A weight above 1 also adds to the score what it
   would make of a score of PRIOR, which is all that an own label has, as the network gives it none.
3. When all examples are far, the taught labels together do not fall behind those that were not taught by more than
   MAX_LOSS: far from one person's happy does not mean that the face is not happy.

A bad example draws faces near itself to its label and no others. Chosen on people/five and people/london; measured with
`python -m model evaluate --people DIR --teach N`, figures in model/README.md.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from server.vision.expression.example import Example
from server.vision.expression.example_distance import ExampleSet
from server.vision.expression.resting import shift_by_rest, shift_scores
from server.vision.types import NEUTRAL, Closest

# Distance (see example_distance) at which an example neither raises nor lowers its label. Larger: more own expressions
# are found, and other people's faces are read worse.
REACH = 0.15
# The same for neutral. Faint expressions begin near it: with 0.1, four smiles in a hundred of people/london are lost.
NEUTRAL_REACH = 0.075
# Distances smaller than this are alike: noise.
SOFTNESS = 0.015
# With 3, two points fewer of people/five are read right; larger makes the answer jump.
STEEPNESS = 5.0
PRIOR = 0.05
MAX_LOSS = 0.25  # in log space


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """What was taught, prepared for faces to be compared with it. Immutable.

    Attributes:
        labels: the model's labels, then own ones: the order of what `fused` returns.
        has_neutral: whether NEUTRAL was taught.
    """

    labels: tuple[str, ...]
    has_neutral: bool
    _examples: ExampleSet  # those of one label beside one another
    _starts: tuple[int, ...]  # where the examples of each taught label begin
    _taught: tuple[int, ...]  # the index of each taught label
    _shifts: tuple[float, ...]  # of the model's log scores

    @staticmethod
    def of(examples: Mapping[str, Sequence[Example]], of_model: Sequence[str]) -> "Taught":
        """Prepares examples.

        Args:
            examples: by label, at least one of each and in all; features with log scores at the end, see
                `example_features`. Labels that the model lacks are own expressions, in this order.
            of_model: the labels of the model.
        """
        labels = (*of_model, *(label for label in examples if label not in of_model))
        flat = [example for several in examples.values() for example in several]
        starts = accumulate((len(several) for several in examples.values()), initial=0)
        return Taught(
            labels,
            NEUTRAL in examples,
            ExampleSet(flat, len(of_model)),
            tuple(starts)[:-1],
            tuple(labels.index(label) for label in examples),
            _shifts(examples.get(NEUTRAL, ()), of_model),
        )

    def fused(self, scores: Sequence[float], face: Example | None) -> tuple[float, ...]:
        """The scores of one frame in the light of what was taught.

        Args:
            scores: the network's probabilities, one for each label of the model.
            face: features and points of the same face; None if nothing of it was measured.

        Returns:
            Probabilities, one for each of `labels`.
        """
        fused = [*shift_scores(scores, self._shifts), *[0.0] * (len(self.labels) - len(scores))]
        evidence = self._evidence(face, NEUTRAL_REACH) if face else {}
        # Rule 3 of the module.
        loss = min(0.0, max(evidence.values(), default=0.0) + MAX_LOSS)
        for index, value in evidence.items():
            weight = math.exp(value - loss)
            fused[index] = fused[index] * weight + PRIOR * max(weight - 1, 0.0)
        total = sum(fused)
        return tuple(value / total for value in fused)

    def closest(self, face: Example) -> Closest | None:
        """The taught label that an example looks most like, and how much so.

        The share is that of its weight among those of all taught labels and of an unknown one, so it is small when the
        example looks like nothing that was taught. None if the example shares no part with what was taught.
        """
        weights = {index: math.exp(value) for index, value in self._evidence(face, REACH).items()}
        if not weights:
            return None
        best = max(weights, key=weights.__getitem__)
        return Closest(self.labels[best], weights[best] / (sum(weights.values()) + 1))

    def _evidence(self, face: Example, neutral_reach: float) -> dict[int, float]:
        """The logarithm of the weight of each taught label that shares a part with the face."""
        nearest = np.minimum.reduceat(self._examples.distances(face), self._starts).tolist()
        return {
            index: STEEPNESS * math.log((self._reach(index, neutral_reach) + SOFTNESS) / (distance + SOFTNESS))
            for index, distance in zip(self._taught, nearest, strict=True)
            if distance < math.inf
        }

    def _reach(self, index: int, neutral_reach: float) -> float:
        return neutral_reach if self.labels[index] == NEUTRAL else REACH


def median_example(examples: Sequence[Example]) -> Example:
    """One example of several frames of a hold: the median of each value, so that a stray frame does not count.

    Args:
        examples: at least one. A part that some lack is the median of the others' parts.
    """
    features = [example.features for example in examples if example.features is not None]
    points = [example.points for example in examples if example.points is not None]
    return Example(
        np.median(features, axis=0).astype(np.float32) if features else None,
        np.median(points, axis=0).astype(np.float32) if points else None,
    )


def _shifts(neutral: Sequence[Example], of_model: Sequence[str]) -> tuple[float, ...]:
    """The shifts of the model's log scores by the examples of the resting face, one for each label of the model."""
    log_scores = [example.features[-len(of_model) :] for example in neutral if example.features is not None]
    if not log_scores or NEUTRAL not in of_model:
        return (0.0,) * len(of_model)
    return shift_by_rest(np.mean(log_scores, axis=0).tolist(), of_model.index(NEUTRAL))
