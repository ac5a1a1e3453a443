"""Draw a dataset: `python -m model explore --data fer2013.csv --ferplus fer2013new.csv --out runs/explore`.

counts.png shows the images of each label, agreement.png where the two sets of labels differ, samples.png some images.
The images may not be redistributed, so a folder that git tracks is refused.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.dataset import SIZE, Images, is_flat, load_images
from model.errors import DataError
from model.plots import FAINT, INK, ORANGE, heat_map, paired_bars, picture
from model.targets import majority
from model.votes import load_votes

COLUMNS = 12  # sample images of each label
GAP = 9  # pixels below each sample for its caption, at the scale of the images

Labels = npt.NDArray[np.int64]


def explore(data: Path, ferplus: Path | None, out: Path) -> None:
    """Draw the figures and print their paths.

    Raises:
        DataError: the data cannot be read, or `out` is a folder that git tracks.
    """
    _refuse_tracked(out)
    images = load_images(data)
    seen = majority(load_votes(ferplus, images)) if ferplus else None
    out.mkdir(parents=True, exist_ok=True)
    draw_counts(out / "counts.png", images, seen)
    written = ["counts.png", "samples.png"]
    if seen is not None:
        draw_agreement(out / "agreement.png", images, seen)
        written.insert(1, "agreement.png")
    draw_samples(out / "samples.png", images, seen)
    print(f"written to {out}: {', '.join(written)}")


def draw_counts(path: Path, images: Images, seen: Labels | None) -> None:
    """Images of each label, training beside tests, by the dataset's own labels and by FER+ where it is decided."""
    with picture(path, 13, 4.6) as figure:
        panels = figure.subplots(1, 2)
        for axes, splits in zip(panels, (("Training",), ("PublicTest", "PrivateTest")), strict=True):
            chosen = images.of_split(*splits)
            series = [("dataset's own label", _count(images.labels[chosen], images.classes))]
            title = f"{' + '.join(splits)}: {len(chosen):,} images"
            if seen is not None:
                series.append(("FER+ majority", _count(seen[chosen], images.classes)))
                title += f", {int((seen[chosen] < 0).sum()):,} without a majority"
            paired_bars(axes, images.classes, series, "{:,}")
            axes.tick_params(axis="x", labelrotation=0 if len(images.classes) < 8 else 60)
            axes.set_title(title)
            axes.grid(axis="y")
            axes.yaxis.set_major_formatter("{x:,.0f}")
            axes.margins(y=0.1)
        panels[0].legend(loc="upper left")


def draw_agreement(path: Path, images: Images, seen: Labels) -> None:
    """How FER+ sees the images of each label, with a column for those without a majority."""
    names = [*images.classes, "undecided"]
    counts = np.zeros((len(images.classes), len(names)), np.int64)
    np.add.at(counts, (images.labels, seen), 1)  # -1, undecided, is the last column
    decided = seen >= 0
    with picture(path, 10, 6.6) as figure:
        axes = figure.subplots()
        heat_map(axes, counts, images.classes, names)
        share = (seen == images.labels)[decided].mean() if decided.any() else 0
        axes.set_title(f"What FER+ sees in the images of each label: the same on {share:.0%} of the decided ones")
        axes.set_ylabel("dataset's own label")
        axes.set_xlabel("FER+ majority")


def draw_samples(path: Path, images: Images, seen: Labels | None) -> None:
    """A row of training images for each label, drawn at random; below each what FER+ says, marked where it differs."""
    rng = np.random.default_rng(0)
    rows, cell = len(images.classes), SIZE + GAP
    sheet = np.full((rows * cell, COLUMNS * (SIZE + 2)), 255, np.uint8)
    captions: list[tuple[float, float, str, bool]] = []
    usable = np.asarray([split == "Training" for split in images.splits]) & ~is_flat(images)
    for row in range(rows):
        candidates = np.flatnonzero(usable & (images.labels == row))
        for column, index in enumerate(rng.permutation(candidates)[:COLUMNS]):
            top, left = row * cell, column * (SIZE + 2)
            sheet[top : top + SIZE, left : left + SIZE] = images.pixels[index]
            if seen is not None:
                said = images.classes[seen[index]] if seen[index] >= 0 else "undecided"
                captions.append((left + SIZE / 2, top + SIZE + GAP / 2 - 0.5, said, seen[index] != row))
    with picture(path, 13, 13 * sheet.shape[0] / sheet.shape[1] + 0.5) as figure:
        axes = figure.subplots()
        axes.imshow(sheet, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        for x, y, said, differs in captions:
            style = {"facecolor": ORANGE if differs else "none", "edgecolor": "none", "pad": 1}
            axes.text(x, y, said, ha="center", va="center", fontsize=8.5, color=INK, bbox=style)
        axes.set_yticks([row * cell + SIZE / 2 for row in range(rows)], images.classes)
        axes.set_xticks([])
        axes.spines[:].set_color(FAINT)
        axes.spines[:].set_visible(False)
        below = "; below each the FER+ majority, orange where it differs" if seen is not None else ""
        axes.set_title(f"Training images of each label{below}")


def _count(labels: Labels, classes: Sequence[str]) -> Labels:
    return np.bincount(labels[labels >= 0], minlength=len(classes)).astype(np.int64)


def _refuse_tracked(out: Path) -> None:
    """Raise if git would track the sample sheet. Without git or a repository there is no such risk."""
    there = next(folder for folder in (out, *out.absolute().parents) if folder.is_dir())
    try:
        command = ["git", "check-ignore", "-q", str((out / "samples.png").absolute())]
        answer = subprocess.run(command, cwd=there, capture_output=True, check=False).returncode
    except OSError:
        return
    if answer == 1:  # 0: ignored; 128: no repository here
        raise DataError(
            f"{out}: git tracks this folder, and images of the dataset may not be redistributed; "
            "name a folder that git ignores, such as runs/explore"
        )
