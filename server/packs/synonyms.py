"""Other words for the seven expressions: names of pictures in packs of tutorials, and labels of other models."""

from collections.abc import Mapping

# The model package has the same table for the labels of datasets (model/labels.py); a test compares them. It includes
# misspellings that are known from packs that are passed around.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "angry": ("anger",),
    "contempt": ("contemptuous",),
    "disgust": ("disgusted",),
    "fear": ("fearful",),
    "happy": ("happiness", "joy"),
    "sad": ("sadness",),
    "surprise": ("surprised", "suprise", "suprised", "surprize", "surprized", "surpriced"),
}


def picture_names(label: str) -> tuple[str, ...]:
    """Lower-case names that a picture of a label may have, the label itself first."""
    word = label.lower()
    for canonical, others in SYNONYMS.items():
        group = (canonical, *others)
        if word in group:
            return (word, *(name for name in group if name != word))
    return (word,)
