"""Counts and names what a reader of data leaves out, so that nothing is lost without a word."""

from collections.abc import Iterable

EXAMPLES = 3  # names in the short form


class LeftOut:
    """What was left out, by reason."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._names: dict[str, list[str]] = {}

    def add(self, reason: str, *names: object) -> None:
        """Note files or rows; `reason` is a plural, such as "images that cannot be decoded"."""
        if names:
            self._names.setdefault(reason, []).extend(map(str, names))

    def __len__(self) -> int:
        """How many things were left out."""
        return sum(map(len, self._names.values()))

    def lines(self, every_name: bool = False) -> list[str]:
        """One line for each reason, with all names or the first ones."""
        return [
            f"left out: {reason} ({len(names):,}): {_listed(names, len(names) if every_name else EXAMPLES)}"
            for reason, names in self._names.items()
        ]


def _listed(names: Iterable[str], limit: int) -> str:
    shown = list(names)
    return ", ".join(shown[:limit]) + (", ..." if len(shown) > limit else "")
