"""What to say about a model that was trained elsewhere: each message names the command that helps."""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from model.errors import RunError
from model.labels import LABELS, canonical_label
from model.probe import (
    RAW,
    USUAL,
    Pixels,
    Scaling,
    Scores,
    face_crops,
    find_ending,
    is_saturated,
    rightness,
    tells_apart,
)

# The order of the scores of models that were trained on FER+ or AffectNet.
FERPLUS = "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt"
AFFECTNET = "neutral,happiness,sadness,surprise,fear,disgust,anger,contempt"
H5_ENDINGS = (".h5", ".hdf5")


class Command(NamedTuple):
    """`python -m model convert` for a file, to be quoted in messages."""

    source: Path
    labels: str

    def line(self, *options: str, labels: str = "") -> str:
        """The whole command and how the result is served."""
        folder = shlex.quote(self.source.stem)
        names = labels or self.labels
        parts = ["python -m model convert", shlex.quote(str(self.source)), "--out", folder]
        parts += ["--labels", shlex.quote(names)] if names else []
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
            f"the order of its scores: {_example(output_shape[1], command)}"
        )
    names = tuple(canonical_label(word) for word in words)
    if len(set(names)) != len(names):
        names = tuple(words)
    if len(set(names)) != len(names) or not all(names):
        raise RunError(f"{command.source}: the labels {', '.join(words)} must all be different, and none empty")
    return names


def _example(number: int, command: Command) -> str:
    if number == 8:
        return f"{command.line(labels=FERPLUS)} (this is the order of FER+; that of AffectNet is {AFFECTNET})"
    known = LABELS if number == len(LABELS) else [f"label{index + 1}" for index in range(number)]
    return command.line(labels=",".join(known))


def check_pixels(predict: Callable[[Pixels, Scaling], Scores], labels: Sequence[str], command: Command) -> list[str]:
    """Find out whether a model was trained on scaled pixels; returns what is worth a warning.

    Args:
        predict: scores [n, labels], each 0 to 1, for crops whose pixels were scaled.
        labels: of the model.
        command: to quote.

    Raises:
        RunError: it is certain of everything with raw pixels, and tells faces apart if they are scaled.
    """
    faces = face_crops()
    raw = predict(faces, RAW)
    if not is_saturated(raw):
        return []
    given = {labels[index] for index in raw.argmax(axis=1)}
    answer = f"{given.pop()!r} for every face" if len(given) == 1 else "with full certainty"
    if not tells_apart(predict(faces, USUAL[0])):
        return [f"warning: it answers {answer}"]
    # Without known labels there is no telling which of the two it is; x / 255 is more common.
    best, other = sorted(USUAL, key=lambda scaling: -rightness(predict(faces, scaling), labels))
    raise RunError(
        f"{command.source}: answers {answer} if pixels are 0 to 255, as the server gives them, and sensibly if they "
        f"are {best.formula()}: it was trained on such. Fold that in: {command.line(best.options())} "
        f"(or {other.options()}, if it was trained on {other.formula()}; or --divide-by 1, if on 0 to 255 after all)"
    )


def check_scores(scores: Scores, labels: Sequence[str], source: Path) -> list[str]:
    """Check what an exported model says of probe crops, [n, labels]; returns what is worth a warning.

    Raises:
        RunError: they are no probabilities.
    """
    try:
        ending = find_ending(scores)
    except ValueError as error:
        raise RunError(f"{source}: {error}") from error
    if ending != "probabilities":
        raise RunError(f"{source}: its scores are no probabilities; end the network with a softmax")
    given = {labels[index] for index in scores.argmax(axis=1)}
    return [f"warning: it answers {given.pop()!r} for every face and shade that was tried"] if len(given) == 1 else []


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
