"""The seven labels of FER2013, their names in FER+, and the other words that people use for them.

Other datasets have other labels, taken from the names of their folders and stored in `emotion.json`.
"""

import re

# Column of ferplus.csv for each label. FER+ also counts contempt, unknown and not_face, which have no label
# here; votes for them are ignored.
FERPLUS_COLUMNS: dict[str, str] = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "neutral": "neutral",
    "sad": "sadness",
    "surprise": "surprise",
}

LABELS: tuple[str, ...] = tuple(FERPLUS_COLUMNS)  # sorted, like folder names

# The numbers in the column `emotion` of fer2013.csv; 7 is used by copies that add FER+'s contempt.
NUMBERED_LABELS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral", "contempt")

# Words for the labels in other datasets and tutorials, misspellings included. The server has the same table for the
# pictures of emoji packs (server/packs/synonyms.py); a test compares them.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "angry": ("anger",),
    "contempt": ("contemptuous",),
    "disgust": ("disgusted",),
    "fear": ("fearful",),
    "happy": ("happiness", "joy"),
    "sad": ("sadness",),
    "surprise": ("surprised", "suprise", "suprised", "surprize", "surprized", "surpriced"),
}
_LABEL_OF = {word: label for label, words in SYNONYMS.items() for word in words}


def canonical_label(name: str) -> str:
    """The label that a folder's or table's name means: in lower case, without a number before it, synonyms replaced."""
    word = re.sub(r"^\d+[\s._-]+(?=\D)", "", name.strip().lower())
    return _LABEL_OF.get(word, word)
