"""Whether a file can be a picture of an emoji pack: by its ending, its place and its first bytes."""

from pathlib import Path

from server.vision.images.kinds import EMOJI_KINDS, SVG, PictureKind, by_ending

KINDS = by_ending(EMOJI_KINDS)
ENDINGS = ", ".join(KINDS)
# Bytes that are read. An SVG may begin with an XML declaration and its licence in a comment; its root element comes
# within this many.
HEAD = 4096
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class NotAPictureError(Exception):
    """A file that cannot be a picture of a pack; the message says which and why."""


def media_type(file: str) -> str:
    """The media type of a picture of a pack, by its ending. Python's own table lacks some of them on some systems."""
    return KINDS[Path(file).suffix.lower()].media_type


def check_picture(path: Path, folder: Path) -> None:
    """Check that a file is of the kind that its ending says and lies in its folder; reads its first bytes only.

    Raises:
        NotAPictureError: an unknown ending, a link out of the folder, not a regular file, unreadable, or of another
            kind.
    """
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise NotAPictureError(f"{path.name} has no ending of a picture ({ENDINGS})")
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve(strict=True)):
            raise NotAPictureError(f"{path.name} is a link that leads out of the folder")
        if not path.is_file():  # reading from a pipe or a device could block for ever
            raise NotAPictureError(f"{path.name} is not a regular file")
        with path.open("rb") as file:
            head = file.read(HEAD)
    except (OSError, RuntimeError) as error:  # RuntimeError: a link to itself, before Python 3.13
        raise NotAPictureError(f"{path.name} cannot be read ({getattr(error, 'strerror', None) or error})") from error
    if not _matches(kind, head):
        raise NotAPictureError(f"{path.name} is not {kind.media_type}: it is of another kind, or damaged")


def _matches(kind: PictureKind, head: bytes) -> bool:
    if kind is SVG:
        return kind.matches(head.removeprefix(BYTE_ORDER_MARK).lstrip()) and b"<svg" in head
    return kind.matches(head)
