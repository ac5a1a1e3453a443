"""Initialises a wider network with the weights of a narrower one (Net2WiderNet; Chen et al., 2015, arXiv 1511.05641).

Each new channel is a copy of an old one, and the next layer divides the old weight among the copies, so that the wider
network computes the same function. A little noise lets the copies diverge in training.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float32]

NOISE = 0.05  # standard deviation of the relative change of each weight; the outputs stay nearly the same


def widen(weights: Sequence[Weights], shapes: Sequence[tuple[int, ...]], rng: np.random.Generator) -> list[Weights]:
    """Widen the weights of one layer.

    Args:
        weights: a convolution's [h, w, in, out], a dense layer's [in, out], or vectors [out].
        shapes: of the wider layer; no dimension is smaller, and the kernel size is the same.
        rng: for the noise.

    Returns:
        Arrays of these shapes. Which channel is copied depends only on the two widths, so that layers that are added or
        follow each other agree.

    Raises:
        ValueError: the shapes are not those of a wider layer of the same kind.
    """
    return [_widen(old, shape, rng) for old, shape in zip(weights, shapes, strict=True)]


def _widen(old: Weights, shape: tuple[int, ...], rng: np.random.Generator) -> Weights:
    same_kind = old.ndim == len(shape) and old.shape[:-2] == shape[:-2]
    if not same_kind or any(a > b for a, b in zip(old.shape, shape, strict=True)):
        raise ValueError(f"{old.shape} cannot be widened to {shape}")
    if old.shape == shape:
        return old
    copied = old[..., copied_from(old.shape[-1], shape[-1])]
    if old.ndim == 1:
        return copied
    source = copied_from(old.shape[-2], shape[-2])
    copies = np.bincount(source, minlength=old.shape[-2])[source]
    shared = copied[..., source, :] / copies[:, None]
    return np.asarray(shared * (1 + NOISE * rng.standard_normal(shared.shape)), np.float32)


def copied_from(old: int, new: int) -> npt.NDArray[np.intp]:
    """The old channel of which each new channel is a copy: first all old ones, then random ones."""
    more = np.random.default_rng((old, new)).permutation(np.arange(new - old) % old)
    return np.concatenate([np.arange(old), more]).astype(np.intp)
