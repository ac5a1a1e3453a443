"""What to say about a model that was trained elsewhere: each message names the command that helps."""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from model.errors import RunError
from model.labels import LABELS, canonical_label
from model.probe import MIN_VARIED, RAW, USUAL, Pixels, Scaling, Scores, constant_label, face_crops, spread

# The order of the scores of models that were trained on these.
EIGHT_LABELS = {
    "FER+": "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt",
    "AffectNet": "neutral,happiness,sadness,surprise,fear,disgust,anger,contempt",
}


class Command(NamedTuple):
    """`python -m model convert` for a file, to be quoted in messages."""

    source: Path
    labels: str

    def line(self, *options: str, labels: str = "") -> str:
        """The whole command and how the result is served."""
        folder = shlex.quote(self.source.stem)
        named = labels or self.labels
        parts = ["python -m model convert", shlex.quote(str(self.source)), "--out", folder]
        parts += ["--labels", shlex.quote(named)] if named else []
        return f"{' '.join([*parts, *options])} && python -m server --model {folder}"


def label_names(
    given: str, stored: Sequence[str], output_shape: tuple[int | None, ...], command: Command
) -> tuple[str, ...]:
    """The labels of a model, in its order; other words for our labels become ours.

    Args:
        given: names separated by commas, or empty.
        stored: names that were found beside the file, or empty.
        output_shape: of the model, (None, labels).
        command: to quote.

    Raises:
        RunError: there are not as many names as scores, or two are the same.
    """
    words = [name.strip() for name in given.split(",")] if given else list(stored or LABELS)
    if len(output_shape) != 2 or not output_shape[1]:
        raise RunError(f"{command.source}: gives {output_shape}, expected one score for each label: (n, labels)")
    if output_shape[1] != len(words):
        raise RunError(
            f"{command.source}: gives {output_shape[1]} scores, but there are {len(words)} labels. Name the labels in "
            f"the order of its scores: {command.line(labels=_example(output_shape[1]))}"
        )
    names = tuple(canonical_label(word) for word in words)
    if len(set(names)) != len(names):
        names = tuple(words)
    if len(set(names)) != len(names) or not all(names):
        raise RunError(f"{command.source}: the labels {', '.join(words)} must all be different, and none empty")
    return names


def _example(number: int) -> str:
    if number == len(LABELS):
        return ",".join(LABELS)
    if number == 8:
        return EIGHT_LABELS["FER+"]
    return ",".join(f"label{index + 1}" for index in range(number))


def check_pixels(predict: Callable[[Pixels, Scaling], Scores], labels: Sequence[str], command: Command) -> list[str]:
    """Find out whether a model was trained on scaled pixels; returns what is worth a warning.

    Args:
        predict: probabilities [n, labels] for crops whose pixels were scaled.
        labels: of the model.
        command: to quote.

    Raises:
        RunError: it gives raw pixels one certain label, and tells faces apart if they are scaled.
    """
    faces = face_crops()
    label = constant_label(predict(faces, RAW))
    if label is None:
        return []
    best = max(USUAL, key=lambda scaling: spread(predict(faces, scaling)))
    if spread(predict(faces, best)) < MIN_VARIED:
        return [f"warning: it answers {labels[label]!r} for every face that was tried"]
    formulas = {scaling: f"x / {scaling.divide_by:g}" + (" - 1" if scaling.subtract else "") for scaling in USUAL}
    raise RunError(
        f"{command.source}: answers {labels[label]!r} for every face, because it was trained on pixels divided "
        f"outside of it ({formulas[best]}), and the server gives it 0 to 255. Fold the division in: "
        f"{command.line(best.options())} (if it was trained on 0 to 255 after all: --divide-by 1)"
    )


def describe_h5(source: Path) -> str:
    """How to make a .keras file of an HDF5 file."""
    try:
        content = source.read_bytes()
    except OSError as error:
        return f"{source}: cannot be read ({error.strerror})"
    new = source.with_suffix(".keras")
    if b"model_config" not in content:
        return (
            f"{source}: has weights only, or is no model. Where the network is built, add "
            f"model.load_weights({source.name!r}); model.save({new.name!r}) and give that .keras file"
        )
    script = f"import keras; keras.models.load_model({str(source)!r}, compile=False).save({str(new)!r})"
    return (
        f"{source}: .h5 files can run code when they are loaded, so only .keras files are accepted. If you trust it: "
        f'python -c "{script}"'
    )
