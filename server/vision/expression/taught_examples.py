"""What was taught: a few examples of each label, as a value (pure). server/vision/expression/teaching.py applies it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.vision.types import NO_FACE, UNSURE

# More own expressions do not fit on the page; more examples of one label gain little (model/README.md).
MAX_OWN_LABELS = 20
MAX_EXAMPLES = 5
MAX_LABEL_CHARS = 40
# They stand for what no expression is.
RESERVED_LABELS = (UNSURE, NO_FACE)


class TooManyError(ValueError):
    """A limit is reached; the message says which and what to do."""


def label_problem(label: object) -> str | None:
    """What is wrong with the name of a label, and what it must be; None if it is fine."""
    rule = f"must be 1 to {MAX_LABEL_CHARS} printable characters without spaces at either end"
    if not isinstance(label, str) or not 0 < len(label) <= MAX_LABEL_CHARS or not label.isprintable():
        return rule
    if label != label.strip():
        return rule
    return f"must not be {label}, which stands for no expression" if label in RESERVED_LABELS else None


@dataclass(frozen=True, slots=True, eq=False)
class TaughtExamples:
    """The examples of each taught label, packed (example_format.py), in the order of teaching. Compared by identity."""

    by_label: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything was taught."""
        return bool(self.by_label)

    def labels(self, of_model: Sequence[str]) -> tuple[str, ...]:
        """All labels, as in `smoothed`: the model's, then own ones in the order of teaching."""
        return *of_model, *self._own(of_model)

    def counts(self, of_model: Sequence[str]) -> tuple[int, ...]:
        """The number of examples of each of `labels`."""
        return tuple(len(self.by_label.get(label, ())) for label in self.labels(of_model))

    def with_example(self, label: str, example: bytes, of_model: Sequence[str]) -> "TaughtExamples":
        """One more example of a label. Raises TooManyError."""
        examples = self.by_label.get(label, ())
        if len(examples) >= MAX_EXAMPLES:
            raise TooManyError(f'"{label}" has {MAX_EXAMPLES} examples already; forget it before you teach it again.')
        if label not in (*of_model, *self.by_label) and len(self._own(of_model)) >= MAX_OWN_LABELS:
            raise TooManyError(f"There are {MAX_OWN_LABELS} own expressions already; forget one of them first.")
        return TaughtExamples({**self.by_label, label: (*examples, example)})

    def without(self, label: str | None = None) -> "TaughtExamples":
        """Without a label, if it was taught at all; without a name, nothing taught."""
        left = {} if label is None else {name: kept for name, kept in self.by_label.items() if name != label}
        return TaughtExamples(left)

    def _own(self, of_model: Sequence[str]) -> list[str]:
        return [label for label in self.by_label if label not in of_model]
