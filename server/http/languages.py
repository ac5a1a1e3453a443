"""The languages of the pages: one file each in a folder, chosen by the Accept-Language header of the request."""

import re
from collections.abc import Collection
from pathlib import Path

DEFAULT = "en"

_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
# The header is parsed before the access token is checked, so a request must not be able to keep the event loop busy.
# Browsers send some 50 characters; a tag has at most 35 (RFC 5646, section 4.4.1).
MAX_HEADER_CHARS, MAX_TAG_CHARS = 1000, 35


def find_languages(folder: Path, suffix: str) -> tuple[str, ...]:
    """The language tags, such as `pt-BR`, of the files in `folder` that are named `<tag><suffix>`."""
    return tuple(sorted(path.stem for path in folder.glob(f"*{suffix}") if _TAG.fullmatch(path.stem)))


def preferred_language(header: str, available: Collection[str]) -> str:
    """Choose a language by RFC 4647 lookup: for `zh-TW` the file `zh-TW`, else `zh`, else the next wanted language.

    Args:
        header: the value of Accept-Language. A range whose weight is not a number is ignored, and so is everything
            after MAX_HEADER_CHARS.
        available: language tags.

    Returns:
        One of `available`, or `DEFAULT` if none of them is wanted.
    """
    tags = {tag.lower(): tag for tag in available}
    ranges = [_weighted(part) for part in header[:MAX_HEADER_CHARS].split(",")]
    for wanted, weight in sorted(ranges, key=lambda each: -each[1]):
        while weight > 0 and wanted:
            if wanted in tags:
                return tags[wanted]
            wanted = wanted.rpartition("-")[0]
    return DEFAULT


def _weighted(part: str) -> tuple[str, float]:
    """A range of the header in lower case, and its weight."""
    tag, _, parameter = part.partition(";")
    name, _, value = parameter.strip().partition("=")
    try:
        weight = float(value) if name == "q" else float(not name)
    except ValueError:
        weight = 0.0
    return tag.strip()[:MAX_TAG_CHARS].lower(), weight
