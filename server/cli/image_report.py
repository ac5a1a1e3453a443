"""What the command `image` says at the end: how many files were not read, which, and why."""

from collections.abc import Mapping, Sequence
from pathlib import Path

MAX_NAMES = 20  # of one reason; the rest is counted


def report(unread: Mapping[Path, str], others: Sequence[Path], total: int) -> str:
    """Some lines for people; empty if everything was read.

    Args:
        unread: the files that could not be read, with the reason.
        others: files that are no pictures.
        total: number of files that were read or were to be read.
    """
    lines = []
    if unread:
        lines.append(f"{len(unread)} of {total} files could not be read:")
        reasons: dict[str, list[Path]] = {}
        for path, reason in unread.items():
            reasons.setdefault(reason, []).append(path)
        lines += [f"  {len(paths)}: {_names(paths)}: {reason}" for reason, paths in reasons.items()]
    if others:
        plural = "files are no pictures and were" if len(others) > 1 else "file is no picture and was"
        lines.append(f"{len(others)} other {plural} left out: {_names(others)}")
    return "\n".join(lines)


def _names(paths: Sequence[Path]) -> str:
    more = f" and {len(paths) - MAX_NAMES} more" if len(paths) > MAX_NAMES else ""
    return ", ".join(str(path) for path in paths[:MAX_NAMES]) + more
