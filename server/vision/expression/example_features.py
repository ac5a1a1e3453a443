"""What an example takes from the network (pure): its features, and its scores as logarithms.

Teaching compares features. The scores say besides how the network reads a person's neutral face; in a model without
features they take their place.
"""

from collections.abc import Sequence

import numpy as np

from server.vision.arrays import Floats

# Smaller probabilities count as this much: below it they say nothing that would come again in the next frame.
MIN_PROBABILITY = 1e-4


def with_log_scores(features: Floats, scores: Sequence[Sequence[float]]) -> Floats:
    """Features with log scores behind them.

    Args:
        features: float32 [n, features]; no columns for a model without features.
        scores: probabilities of the same n faces, one per label.

    Returns:
        float32 [n, manifest.example_features].
    """
    return np.hstack([features, np.log(np.maximum(np.asarray(scores, np.float32), MIN_PROBABILITY))])
