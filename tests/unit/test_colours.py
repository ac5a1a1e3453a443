"""The page's colours for people who see no red or no green: each expression has a background of its own."""

import itertools
import re

import numpy as np
import numpy.typing as npt
import pytest

from tests.support import ROOT

LABELS = ("happy", "surprise", "angry", "disgust", "fear", "sad", "neutral")
# Linear RGB as seen without one kind of cones. Machado, Oliveira and Fernandes (2009), severity 1.0.
WITHOUT = {
    "green cones (deuteranopia)": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ],
    "red cones (protanopia)": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ],
}  # fmt: skip
# From linear RGB to OKLab (Ottosson 2020): its distances are about equal to the eye. 0.02 is just visible.
TO_LMS = np.array([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
])
TO_LAB = np.array([
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
])
# The pairs that were one colour before: scared and sad 0.005 apart, surprised and neutral 0.008.
ALIKE_BEFORE = {("fear", "sad"), ("surprise", "neutral")}

Colour = npt.NDArray[np.float64]


def linear(colour: str) -> Colour:
    values = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def oklab(rgb: Colour) -> Colour:
    lab: Colour = TO_LAB @ np.cbrt(TO_LMS @ np.clip(rgb, 0, 1))
    return lab


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("lacking", WITHOUT)
def test_backgrounds_differ_without_one_kind_of_cones(lacking: str, scheme: int) -> None:
    css = (ROOT / "web" / "static" / "css" / "tokens.css").read_text()
    colours = {label: re.findall(rf"--{label}: light-dark\((#\w+), (#\w+)\)", css)[0][scheme] for label in LABELS}
    seen = {label: oklab(np.array(WITHOUT[lacking]) @ linear(colour)) for label, colour in colours.items()}
    apart = {pair: float(np.linalg.norm(seen[pair[0]] - seen[pair[1]])) for pair in itertools.combinations(LABELS, 2)}
    for pair, distance in sorted(apart.items(), key=lambda item: item[1]):
        print(f"{distance:.3f}", *pair)
    assert min(apart.values()) > 0.035
    assert all(apart[pair] > 0.07 for pair in ALIKE_BEFORE)
