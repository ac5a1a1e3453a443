"""Reads from the first bytes of a PNG, WebP, GIF or BMP how large it is and whether it may be transparent (pure)."""

import struct

from server.vision.errors import FrameError
from server.vision.images.jpeg_header import Size, claimed_size, read_size
from server.vision.images.kinds import BMP, GIF, JPEG, PNG, WEBP, PictureKind

# Chunks of a PNG. Writers put 8 kB and more of pixels in each, so the largest accepted picture has some 25,000.
MAX_CHUNKS = 50_000
_PNG_COLOUR_TYPES_WITH_ALPHA = (4, 6)
_WEBP_ALPHA, _WEBP_ANIMATION = 0x10, 0x02  # flags of VP8X (RFC 9649, 2.7)


def size_of(data: bytes, kind: PictureKind) -> Size | None:
    """The size that the header of a whole file claims, as stored; None for a kind whose header is not read here.

    Raises:
        FrameError: `truncated` or `undecodable`; the only error for any input.
    """
    if kind is JPEG:
        return read_size(data)
    if kind is PNG:
        return _png_size(data)
    if kind is WEBP:
        return _webp_size(data)
    if kind in (GIF, BMP):
        return _fixed_place(data, kind)
    return None


def size_at_start(data: bytes, kind: PictureKind) -> Size | None:
    """The size that a file claims, from its first bytes; None where it cannot be found."""
    try:
        if kind is JPEG:
            return claimed_size(data)
        if kind is PNG:
            return Size(*struct.unpack(">II", data[16:24]))
        return _webp_header(data) if kind is WEBP else size_of(data, kind)
    except (FrameError, struct.error, IndexError):
        return None


def avif_orientation(data: bytes) -> tuple[int, int | None]:
    """How the one picture of an AVIF is to be turned, which OpenCV leaves out (ISO/IEC 23008-12, 6.5.10 and 6.5.12).

    Returns:
        Quarters counter-clockwise; then the axis of the array to reverse, 0 for rows, 1 for columns, None for neither.
    """
    turn, mirror = (data.find(b"\0\0\0\x09" + name, 0, data.find(b"mdat")) for name in (b"irot", b"imir"))
    return data[turn + 8] & 3 if turn >= 0 else 0, data[mirror + 8] & 1 if mirror >= 0 else None


def is_deep(data: bytes) -> bool:
    """Whether it is a PNG with 16 bits a channel."""
    return PNG.matches(data) and data[24:25] == b"\x10"


def may_be_transparent(data: bytes, kind: PictureKind) -> bool:
    """Whether to look at the alpha of a picture; False if it has none."""
    if kind is JPEG or kind is BMP:
        return False
    if kind is PNG:
        return data[25] in _PNG_COLOUR_TYPES_WITH_ALPHA or _place_of_trns(data) > 0
    if kind is WEBP:
        alpha = data[20] & _WEBP_ALPHA if data[12:16] == b"VP8X" else data[24] & 0x10  # VP8L: bit 28 of its header
        return bool(alpha) and data[12:16] != b"VP8 "
    return True


def transparent_grey(data: bytes) -> int | None:
    """The one shade of a grey PNG that is transparent (PNG, third edition, 11.3.1.1), scaled to its decoded depth.

    OpenCV drops it, unlike transparency of all other kinds of PNG.
    """
    depth, colour_type, at = data[24], data[25], _place_of_trns(data)
    if colour_type != 0 or at < 0:
        return None
    shade = int.from_bytes(data[at + 4 : at + 6], "big")
    return shade if depth in (8, 16) else shade * 255 // (2**depth - 1)


def _place_of_trns(data: bytes) -> int:
    """Where the transparency of a PNG without an alpha channel is given, before the pixels; -1 if nowhere."""
    return data.find(b"tRNS", 33, data.find(b"IDAT", 33))


def first_frame(data: bytes) -> bytes:
    """A WebP as it is, or of an animation its first frame as a still WebP, if that frame fills the canvas.

    OpenCV draws an animation on black.
    """
    if data[12:16] != b"VP8X" or not data[20] & _WEBP_ANIMATION:
        return data
    at = data.find(b"ANMF", 30)
    if at < 0 or data[at + 8 : at + 14] != bytes(6) or data[at + 14 : at + 20] != data[24:30]:
        return data
    content = data[at + 24 : at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")]
    head = b"VP8X" + struct.pack("<I", 10) + bytes((_WEBP_ALPHA, 0, 0, 0)) + data[24:30]
    return b"RIFF" + struct.pack("<I", 4 + len(head) + len(content)) + b"WEBP" + head + content


def _fixed_place(data: bytes, kind: PictureKind) -> Size:
    if len(data) < 26:
        raise _truncated(kind.name, data)
    if kind is GIF:
        return _whole("GIF", *struct.unpack("<HH", data[6:10]))
    if data[14] == 12:  # the header of OS/2
        return _whole("BMP", *struct.unpack("<HH", data[18:22]))
    width, height = struct.unpack("<ii", data[18:26])  # a negative height: from top to bottom
    return _whole("BMP", abs(width), abs(height))


def _png_size(data: bytes) -> Size:
    """PNG, third edition, 11.2.1: the header chunk comes first; 11.2.4: an empty chunk IEND ends the file.

    The length of every chunk is checked: OpenCV allocates what a chunk claims before it reads it, so 45 bytes that
    claim 4 GB would cost 4 GB.
    """
    if data[8:16] != b"\0\0\0\x0dIHDR":
        raise _truncated("PNG", data) if len(data) < 33 else _undecodable("PNG")
    at = len(PNG.signatures[0])
    for _ in range(MAX_CHUNKS):
        length, kind = data[at : at + 4], data[at + 4 : at + 8]
        at += 12 + int.from_bytes(length, "big")  # length, kind, content, checksum
        if len(kind) < 4 or at > len(data):
            raise _truncated("PNG", data)
        if kind == b"IEND":
            return _whole("PNG", *struct.unpack(">II", data[16:24]))
    raise FrameError("undecodable", f"The PNG has more than {MAX_CHUNKS} chunks; save the picture again.")


def _webp_size(data: bytes) -> Size:
    """RFC 9649, 2.5 to 2.7: lossy, lossless and extended files store their size differently."""
    length = int.from_bytes(data[4:8], "little") + 8
    if len(data) < max(30, length - 1):  # some writers omit the last padding byte
        raise _truncated("WebP", data)
    return _webp_header(data)


def _webp_header(data: bytes) -> Size:
    kind = data[12:16]
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[26:30])
        return _whole("WebP", width & 0x3FFF, height & 0x3FFF)
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return _whole("WebP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8X":
        return _whole("WebP", *(int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27)))
    raise _undecodable("WebP")


def _whole(kind: str, width: int, height: int) -> Size:
    if not (width and height):
        raise _undecodable(kind)
    return Size(width, height)


def _truncated(kind: str, data: bytes) -> FrameError:
    return FrameError("truncated", f"The {kind} breaks off after {len(data)} bytes; send every byte.")


def _undecodable(kind: str) -> FrameError:
    return FrameError("undecodable", f"The {kind} does not say how large it is; save the picture again.")
