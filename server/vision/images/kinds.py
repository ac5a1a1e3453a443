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
        remedy: what to do with a file of a kind that cannot be read here.
    """

    name: str
    media_type: str
    endings: tuple[str, ...]
    signatures: tuple[bytes, ...]
    offset: int = 0
    remedy: str = ""

    def matches(self, data: bytes) -> bool:
        """Whether a file that begins with these bytes can be of this kind."""
        return data[self.offset : self.offset + 16].startswith(self.signatures)


JPEG = PictureKind("JPEG", "image/jpeg", (".jpg", ".jpeg"), (b"\xff\xd8\xff",))
PNG = PictureKind("PNG", "image/png", (".png",), (b"\x89PNG\r\n\x1a\n",))
WEBP = PictureKind("WebP", "image/webp", (".webp",), (b"WEBP",), 8)
GIF = PictureKind("GIF", "image/gif", (".gif",), (b"GIF87a", b"GIF89a"))
SVG = PictureKind("SVG", "image/svg+xml", (".svg",), (b"<",))
BMP = PictureKind("BMP", "image/bmp", (".bmp", ".dib"), (b"BM",))
TIFF = PictureKind("TIFF", "image/tiff", (".tif", ".tiff"), (b"II*\0", b"MM\0*"))
AVIF = PictureKind("AVIF", "image/avif", (".avif",), (b"ftypavif", b"ftypavis"), 4)
JPEG_2000 = PictureKind(
    "JPEG 2000", "image/jp2", (".jp2", ".j2k"), (b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")
)
PNM = PictureKind(
    "PNM", "image/x-portable-anymap", (".pnm", ".ppm", ".pgm", ".pbm"), tuple(b"P%d\n" % n for n in range(1, 7))
)
# Kinds that nothing here decodes; a message names them. HEIC is read where a decoder is installed (see `heic`).
HEIC = PictureKind(
    "HEIC",
    "image/heic",
    (".heic", ".heif", ".hif"),
    tuple(b"ftyp" + brand for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")),
    4,
    "export it as JPEG, or install a decoder: pip install pi-heif",
)
_CONVERT = "convert it to JPEG or PNG"
JPEG_XL = PictureKind(
    "JPEG XL", "image/jxl", (".jxl",), (b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n"), remedy=_CONVERT
)
PSD = PictureKind("Photoshop", "image/vnd.adobe.photoshop", (".psd", ".psb"), (b"8BPS",), remedy=_CONVERT)
ICO = PictureKind("icon", "image/x-icon", (".ico", ".cur"), (b"\0\0\x01\0", b"\0\0\x02\0"), remedy=_CONVERT)

# The kinds of uploads. Few, because each decoder is a way into a server.
PHOTO_KINDS = (JPEG, PNG, WEBP)
# The kinds that can be searched for faces as files of one's own. Of an animation or of several pages, the first counts.
FILE_KINDS = (*PHOTO_KINDS, GIF, BMP, TIFF, AVIF, JPEG_2000, PNM)
UNREADABLE_KINDS = (HEIC, JPEG_XL, PSD, ICO)
# The kinds that an emoji pack may have, best first: where it has a picture twice, a drawing wins over pixels.
EMOJI_KINDS = (SVG, PNG, WEBP, JPEG, GIF)


def kind_of(data: bytes) -> PictureKind | None:
    """The kind of a file that begins with these bytes, at least 32; None if it is no picture. SVG is not looked for."""
    for kind in (*FILE_KINDS, *UNREADABLE_KINDS):
        if kind.matches(data) and (kind is not WEBP or data.startswith(b"RIFF")) and (kind is not BMP or _is_bmp(data)):
            return kind
    return None


def names_of(kinds: Iterable[PictureKind]) -> str:
    """`JPEG, PNG or WebP`."""
    *names, last = (kind.name for kind in kinds)
    return f"{', '.join(names)} or {last}" if names else last


def _is_bmp(data: bytes) -> bool:
    """Whether bytes after BM are those of a bitmap: zeros, and the size of a header. A text may begin with BM too."""
    return data[6:10] == bytes(4) and data[14:18] in (b"\x0c\0\0\0", b"(\0\0\0", b"l\0\0\0", b"|\0\0\0")


def by_ending(kinds: Iterable[PictureKind]) -> dict[str, PictureKind]:
    """The kinds by their endings, in the same order."""
    return {ending: kind for kind in kinds for ending in kind.endings}
