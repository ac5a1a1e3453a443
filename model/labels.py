"""The seven expressions of FER2013, and how FER+ names them.

A dataset with other folders has other labels: they come from the folders' names, and travel in `emotion.json`.
"""

# Column of ferplus.csv for each label. FER+ also counts contempt, unknown and not_face: they have no label
# here, so votes for them are left out (design: "FER+ majority, seven classes").
FERPLUS_COLUMNS: dict[str, str] = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "neutral": "neutral",
    "sad": "sadness",
    "surprise": "surprise",
}

LABELS: tuple[str, ...] = tuple(FERPLUS_COLUMNS)  # sorted, as folder names are
