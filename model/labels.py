"""The seven labels of FER2013, and their names in FER+.

Other datasets have other labels, taken from the names of their folders and stored in `emotion.json`.
"""

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
