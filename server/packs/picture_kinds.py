"""What counts as a picture of an emoji pack, and how its first bytes show that it is one."""

from dataclasses import dataclass
from pathlib import Path


class NotAPictureError(Exception):
    """A file that cannot be a picture of a pack; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of picture: its media type, and the beginnings that a file of that kind may have (at an offset)."""

    media_type: str
    beginnings: tuple[bytes, ...]
    offset: int = 0


JPEG = Kind("image/jpeg", (b"\xff\xd8\xff",))
# By ending, best first: where a pack has a picture twice, the drawing wins over its pixels.
KINDS: dict[str, Kind] = {
    ".svg": Kind("image/svg+xml", (b"<",)),
    ".png": Kind("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".webp": Kind("image/webp", (b"WEBP",), 8),
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".gif": Kind("image/gif", (b"GIF87a", b"GIF89a")),
}
ENDINGS = ", ".join(KINDS)
# An SVG may begin with an XML declaration and its licence in a comment; its own element comes within as many bytes.
HEAD = 4096
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def media_type(file: str) -> str:
    """Of a picture by its name. Python's own table lacks some of them on some systems."""
    return KINDS[Path(file).suffix.lower()].media_type


def check_picture(path: Path, folder: Path) -> None:
    """Sees that a file is what its ending says and lies in its folder; reads its first bytes only.

    Raises:
        NotAPictureError: another ending, a link out of the folder, no plain file, unreadable, or of another kind.
    """
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise NotAPictureError(f"{path.name} is no picture of a known kind ({ENDINGS})")
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve(strict=True)):
            raise NotAPictureError(f"{path.name} is a link that leads out of the folder")
        if not path.is_file():  # reading from a pipe or a device could last for ever
            raise NotAPictureError(f"{path.name} is no plain file")
        with path.open("rb") as file:
            head = file.read(HEAD)
    except (OSError, RuntimeError) as error:  # the latter: a link that leads to itself, before Python 3.13
        raise NotAPictureError(f"{path.name} cannot be read ({getattr(error, 'strerror', None) or error})") from error
    if not _is(kind, head):
        raise NotAPictureError(f"{path.name} is not {kind.media_type}: its content is of another kind, or damaged")


def _is(kind: Kind, head: bytes) -> bool:
    if kind is KINDS[".svg"]:
        return head.removeprefix(BYTE_ORDER_MARK).lstrip().startswith(kind.beginnings) and b"<svg" in head
    return head[kind.offset :].startswith(kind.beginnings)
