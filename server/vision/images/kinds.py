"""The kinds of picture files: their endings, media types and signatures. All other lists of kinds come from this one.

Imports nothing, so that the emoji packs and the web application can use it without loading OpenCV.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureKind:
    """A kind of picture.

    Attributes:
        name: for people.
        media_type: for HTTP.
        endings: of file names, lower case, the usual one first.
        signatures: bytes of which every file of this kind has one at `offset`.
        offset: bytes before the signature.
    """

    name: str
    media_type: str
    endings: tuple[str, ...]
    signatures: tuple[bytes, ...]
    offset: int = 0

    def matches(self, data: bytes) -> bool:
        """Whether a file that begins with these bytes can be of this kind."""
        return data[self.offset : self.offset + 16].startswith(self.signatures)


JPEG = PictureKind("JPEG", "image/jpeg", (".jpg", ".jpeg"), (b"\xff\xd8\xff",))
PNG = PictureKind("PNG", "image/png", (".png",), (b"\x89PNG\r\n\x1a\n",))
WEBP = PictureKind("WebP", "image/webp", (".webp",), (b"WEBP",), 8)
GIF = PictureKind("GIF", "image/gif", (".gif",), (b"GIF87a", b"GIF89a"))
SVG = PictureKind("SVG", "image/svg+xml", (".svg",), (b"<",))

# The kinds that can be searched for faces, as uploads and as files.
PHOTO_KINDS = (JPEG, PNG, WEBP)
# The kinds that an emoji pack may have, best first: where it has a picture twice, a drawing wins over pixels.
EMOJI_KINDS = (SVG, PNG, WEBP, JPEG, GIF)


def by_ending(kinds: Iterable[PictureKind]) -> dict[str, PictureKind]:
    """The kinds by their endings, in the same order."""
    return {ending: kind for kind in kinds for ending in kind.endings}
