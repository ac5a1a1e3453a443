"""What is kept of a video for its plot: the mean scores of each face in slices of time, in a bounded memory (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from server.vision.types import Face

SLICES = 600  # about one for each pixel of two of the plot; when they are full, each takes twice as much time
TRACKS = 64  # faces that are remembered; of more, those that were seen least are forgotten
FINEST_S = 0.05


@dataclass
class Slice:
    """Sums over the frames of a slice: how many, the smoothed scores, and the settled labels."""

    count: int
    scores: list[float]
    labels: dict[str, int]

    @property
    def label(self) -> str:
        """The one that was shown most."""
        return max(self.labels, key=self.labels.__getitem__)

    def add(self, other: "Slice") -> None:
        """Take in the frames of another slice."""
        self.count += other.count
        self.scores = [a + b for a, b in zip(self.scores, other.scores, strict=True)]
        for label, count in other.labels.items():
            self.labels[label] = self.labels.get(label, 0) + count


@dataclass
class History:
    """The faces of a video over time.

    Attributes:
        labels: of the model.
        slice_s: seconds of a slice.
        end: seconds of the latest frame.
        tracks: by id, the slices in which the face was seen, by number.
    """

    labels: Sequence[str]
    slice_s: float = FINEST_S
    end: float = 0.0
    tracks: dict[int, dict[int, Slice]] = field(default_factory=dict)

    def add(self, at: float, faces: Sequence[Face]) -> None:
        """The faces of a frame at `at` seconds."""
        self.end = max(self.end, at)
        while at >= self.slice_s * SLICES:
            self._coarsen()
        for face in faces:
            track = self.tracks.setdefault(face.id, {})
            new = Slice(1, list(face.smoothed), {face.label: 1})
            _into(track, int(at / self.slice_s), new)
        if len(self.tracks) > 2 * TRACKS:
            self.tracks = dict(self.longest(TRACKS))

    def longest(self, most: int) -> list[tuple[int, dict[int, Slice]]]:
        """The faces that were seen in most frames, at most so many, by id."""
        by_frames = sorted(self.tracks.items(), key=lambda item: -frames(item[1]))
        return sorted(by_frames[:most])

    def shares(self) -> dict[str, float]:
        """How much of the time of all faces each label was shown, most first; sums to 1."""
        total: dict[str, int] = {}
        for track in self.tracks.values():
            for part in track.values():
                for label, count in part.labels.items():
                    total[label] = total.get(label, 0) + count
        everything = sum(total.values())
        return {label: count / everything for label, count in sorted(total.items(), key=lambda item: -item[1])}

    def _coarsen(self) -> None:
        self.slice_s *= 2
        for id, track in self.tracks.items():
            coarse: dict[int, Slice] = {}
            for number, part in track.items():
                _into(coarse, number // 2, part)
            self.tracks[id] = coarse


def frames(track: dict[int, Slice]) -> int:
    """In how many frames a face was seen."""
    return sum(part.count for part in track.values())


def runs(track: dict[int, Slice], gap: int) -> Iterator[list[int]]:
    """The numbers of the slices in which a face was seen, in pieces wherever more than `gap` slices are missing."""
    piece: list[int] = []
    for number in sorted(track):
        if piece and number - piece[-1] > gap:
            yield piece
            piece = []
        piece.append(number)
    if piece:
        yield piece


def _into(track: dict[int, Slice], number: int, part: Slice) -> None:
    if number in track:
        track[number].add(part)
    else:
        track[number] = part
