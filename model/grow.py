"""Begin a wider network with the weights of a narrower one, so that it need not learn everything again.

Net2WiderNet (Chen et al., 2015, arXiv 1511.05641): a new channel is a copy of an old one, and whoever reads the
copies shares the old weight among them, so the wider network answers as the narrower did. A little noise lets the
copies part.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float32]

NOISE = 0.05  # standard deviation of the relative change of each weight; a network widened so answers nearly as before


def widen(weights: Sequence[Weights], shapes: Sequence[tuple[int, ...]], rng: np.random.Generator) -> list[Weights]:
    """The weights of one layer for a wider one.

    Args:
        weights: a convolution's [h, w, in, out], a dense layer's [in, out], or vectors [out].
        shapes: what the wider layer wants; no dimension smaller, those of the kernel's window the same.
        rng: of the noise.

    Returns:
        Arrays of these shapes. Which channel is copied depends on the two widths alone, so layers that meet in a
        sum, or follow each other, agree.

    Raises:
        ValueError: the shapes are not of a wider layer of the same kind.
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
    """Which of `old` channels each of `new` ones is a copy of: the old ones first, then random ones of them."""
    more = np.random.default_rng((old, new)).permutation(np.arange(new - old) % old)
    return np.concatenate([np.arange(old), more]).astype(np.intp)
