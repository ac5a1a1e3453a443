"""Which split an image belongs to, by the words in the names of files, folders and tables."""

import zlib
from collections.abc import Iterable, Sequence

SPLITS = ("Training", "PublicTest", "PrivateTest")
TRAINING, PUBLIC, PRIVATE = SPLITS
VALIDATION, TEST = "validation", "test"  # of datasets with splits of their own

# Words in lower case. FER2013Train and so on are the folders that Microsoft's FERPlus uses.
WORDS: dict[str, str] = {
    **dict.fromkeys(("train", "training", "fer2013train"), TRAINING),
    **dict.fromkeys(("publictest", "fer2013valid"), PUBLIC),
    **dict.fromkeys(("privatetest", "fer2013test"), PRIVATE),
    **dict.fromkeys(("val", "valid", "validation", "dev"), VALIDATION),
    **dict.fromkeys(("test", "testing"), TEST),
}


def split_word(names: Iterable[str]) -> str:
    """The last of some names that is a word for a split: one of SPLITS, VALIDATION or TEST, or empty."""
    known = [WORDS[name.strip().lower()] for name in names if name.strip().lower() in WORDS]
    return known[-1] if known else ""


def final_splits(words: Sequence[str], contents: Sequence[bytes]) -> tuple[str, ...]:
    """One of SPLITS for each image.

    Args:
        words: what `split_word` found for the images.
        contents: pixels of the images; where the words do not decide, a hash of them does, so that the answer is the
            same in every run and for all copies of a picture.
    """
    both = {VALIDATION, TEST}.issubset(words)
    return tuple(_final(word, both, zlib.crc32(content)) for word, content in zip(words, contents, strict=True))


def _final(word: str, both: bool, draw: int) -> str:
    if word in SPLITS:
        return word
    if both and word:
        return PUBLIC if word == VALIDATION else PRIVATE
    return SPLITS[1 + draw % 2] if word else SPLITS[max(0, draw % 10 - 7)]
