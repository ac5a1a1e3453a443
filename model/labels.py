"""The seven expressions in the order of every score vector, and how FER+ names them."""

LABELS: tuple[str, ...] = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")

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
