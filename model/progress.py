"""A progress bar on the terminal for work that takes more than a moment."""

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
WIDTH = 30  # characters


def progress(items: Sequence[Item], what: str) -> Iterator[Item]:
    """Yield the items, and show on stderr how far it has come; silent where stderr is no terminal."""
    every = max(1, len(items) // 200)  # more often would only cost time
    shown = sys.stderr.isatty()
    for index, item in enumerate(items):
        if shown and index % every == 0:
            done = WIDTH * index // len(items)
            print(f"\r{what} [{'#' * done}{'.' * (WIDTH - done)}]", end="", file=sys.stderr, flush=True)
        yield item
    if shown:
        print(f"\r{' ' * (len(what) + WIDTH + 3)}\r", end="", file=sys.stderr, flush=True)
