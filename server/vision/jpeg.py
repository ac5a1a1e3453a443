"""Reading a JPEG's size from its header without decoding a pixel (pure; ITU-T T.81, annex B).

Strict on purpose: where a lenient decoder would skip over oddities to find another size than we did,
this gives up. No camera and no browser writes such a file.
"""

from typing import NamedTuple

from server.vision.errors import FrameError

_START = b"\xff\xd8\xff"  # start of image, then the first byte of the next marker
_END = b"\xff\xd9"
_SCAN = b"\xff\xda"
_SOS, _EOI = 0xDA, 0xD9
# Start of frame: 0xC0..0xCF but for the tables that share the range (huffman, reserved, arithmetic).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers that stand alone: they have no business between segments, and no length to skip by.
_BARE = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})

# A file has some ten segments, with a large colour profile or a maker's notes some hundred.
MAX_SEGMENTS = 1000
# A progressive file has about ten scans. Each one visits all pixels anew for as little as ten bytes: 250 kB of
# them would keep a decoder busy for minutes.
MAX_SCANS = 64


class Size(NamedTuple):
    """Width and height in pixels, as stored: an orientation in EXIF does not swap them."""

    width: int
    height: int


def read_size(jpeg: bytes) -> Size:
    """The size that the header claims, once the file is known to be a whole JPEG.

    Bytes after the end marker are tolerated. A missing end marker means that the tail was lost; OpenCV would
    fill it with grey and say nothing. It is looked for behind the header, where the end of an embedded
    thumbnail cannot be mistaken for it, and inside a scan two such bytes never meet.

    Raises:
        FrameError: `empty`, `not_jpeg`, `truncated` or `undecodable`; nothing else for any input.
    """
    if not jpeg:
        raise FrameError("empty", "The message has no bytes; send one whole JPEG per message.")
    if not jpeg.startswith(_START):
        raise FrameError("not_jpeg", f"A JPEG starts with FF D8 FF, this with {jpeg[:3].hex(' ').upper()}; send JPEG.")
    size, scan = _walk(jpeg)
    if jpeg.rfind(_END, scan) < 0:
        raise _truncated("there is no end marker FF D9")
    if jpeg.count(_SCAN, scan) > MAX_SCANS:
        raise _odd(f"it has more than {MAX_SCANS} scans")
    return size


def _walk(jpeg: bytes) -> tuple[Size, int]:
    """From segment to segment up to the first scan: the size, and where the scan starts."""
    size = None
    at = 2
    for _ in range(MAX_SEGMENTS):
        if len(jpeg) < at + 4:
            raise _truncated(f"the header breaks off at byte {len(jpeg)}")
        if jpeg[at] != 0xFF:
            raise _odd(f"a marker was expected at byte {at}")
        marker = jpeg[at + 1]
        if marker == 0xFF:  # a fill byte: any number may stand before a marker
            at += 1
            continue
        if marker == _SOS:
            if size is None:
                raise _odd("its pixels start before its size is given")
            return size, at
        if marker == _EOI or marker in _BARE:
            raise _odd(f"marker {marker:02X} stands at byte {at}, before any pixels")
        if marker in _FRAMES:
            if size is not None:
                raise _odd("its size is given twice")
            size = _size(jpeg, at)
        at += 2 + max(2, int.from_bytes(jpeg[at + 2 : at + 4], "big"))
    raise _odd(f"its header has more than {MAX_SEGMENTS} segments")


def _size(jpeg: bytes, at: int) -> Size:
    """Marker 2 bytes, length 2, precision 1, height 2, width 2."""
    if len(jpeg) < at + 9:
        raise _truncated("the header breaks off within the size")
    height, width = (int.from_bytes(jpeg[at + k : at + k + 2], "big") for k in (5, 7))
    if not (width and height):  # height 0 would mean "given after the first scan": nobody writes that
        raise _odd(f"its size is {width}x{height}")
    return Size(width, height)


def _truncated(why: str) -> FrameError:
    return FrameError("truncated", f"The JPEG is not whole ({why}); send every byte of it in one message.")


def _odd(why: str) -> FrameError:
    return FrameError("undecodable", f"The JPEG cannot be read ({why}); encode the picture again.")
