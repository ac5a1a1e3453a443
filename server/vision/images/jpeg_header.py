"""Reads a JPEG's size and checks that it is complete, without decoding (pure; ITU-T T.81, annex B).

It is strict on purpose: a lenient decoder might skip irregular data and find another size. No camera and no browser
writes such a file.
"""

import re
from typing import NamedTuple

from server.vision.errors import FrameError

_START = b"\xff\xd8\xff"  # start of image, then the first byte of the next marker
_END, _SCAN = 0xD9, 0xDA
# Start of frame, which has the size: 0xC0 to 0xCF without the other markers in that range (DHT, JPG, DAC).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers without a length; none may stand between segments.
_BARE = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
# Compressed pixels end at the first FF that is neither stuffed (FF 00), a restart (FF D0..D7) nor fill (FF FF).
_AFTER_PIXELS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

_FILL = re.compile(rb"\xff+")  # any number of FF may fill the gap before a marker

# A file has some ten segments; with a large colour profile or maker notes, some hundred.
MAX_SEGMENTS = 1000
# A progressive file has about ten scans. A scan of ten bytes costs a pass over the whole picture, about 1 ms at two
# million pixels: 250 kB of such scans would keep a decoder busy for half a minute.
MAX_SCANS = 20


class Size(NamedTuple):
    """Width and height in pixels as stored: an orientation in EXIF does not swap them."""

    width: int
    height: int


def read_size(jpeg: bytes) -> Size:
    """The size that the header claims, after a check that the file is a complete JPEG.

    All segments up to the end marker are followed, so the end of an embedded thumbnail is not taken for the end of the
    file. Bytes after the end are tolerated. Bytes missing from the middle of the pixels are not detected; a decoder
    fills in grey there.

    Raises:
        FrameError: `empty`, `not_jpeg`, `truncated` or `undecodable`; the only error for any input.
    """
    if not jpeg:
        raise FrameError("empty", "The message has no bytes; send one whole JPEG per message.")
    if not jpeg.startswith(_START):
        start = jpeg[:3].hex(" ").upper()
        raise FrameError("not_jpeg", f"A JPEG starts with FF D8 FF, this with {start}; send JPEG.")
    size, scans, at = None, 0, 2
    for _ in range(MAX_SEGMENTS):
        marker, at = _marker(jpeg, at)
        if marker == _END:
            if size is None or not scans:
                raise _undecodable("it has no pixels")
            return size
        end = _segment_end(jpeg, marker, at)
        if marker in _FRAMES:
            if size is not None:
                raise _undecodable("it gives its size twice")
            size = _size(jpeg, at, end)
        if marker == _SCAN:
            scans += 1
            if scans > MAX_SCANS:
                raise _undecodable(f"it has more than {MAX_SCANS} scans")
            after = _AFTER_PIXELS.search(jpeg, end)
            end = after.start() if after else len(jpeg)
        at = end
    raise _undecodable(f"it has more than {MAX_SEGMENTS} segments")


def claimed_size(jpeg: bytes) -> Size | None:
    """The size that the first bytes of a JPEG claim, without a check of the rest; None if it does not come in them."""
    at = 2
    try:
        for _ in range(MAX_SEGMENTS):
            marker, at = _marker(jpeg, at)
            end = _segment_end(jpeg, marker, at)
            if marker in _FRAMES:
                return _size(jpeg, at, end)
            at = end
    except FrameError:
        pass
    return None


def _marker(jpeg: bytes, at: int) -> tuple[int, int]:
    """The marker at this position, and where its content starts."""
    if at >= len(jpeg):
        raise _truncated(jpeg)
    fill = _FILL.match(jpeg, at)
    if fill is None:
        raise _undecodable(f"byte {at} should start a marker")
    if fill.end() == len(jpeg):
        raise _truncated(jpeg)
    return jpeg[fill.end()], fill.end() + 1


def _segment_end(jpeg: bytes, marker: int, at: int) -> int:
    """Where the next segment starts. The first two bytes of a segment are its length, themselves included."""
    if marker in _BARE:
        raise _undecodable(f"the marker {marker:02X} before byte {at} is out of place")
    length = int.from_bytes(jpeg[at : at + 2], "big")
    if len(jpeg) < at + max(2, length):
        raise _truncated(jpeg)
    if length < 2:
        raise _undecodable(f"the segment at byte {at} has the length {length}")
    return at + length


def _size(jpeg: bytes, at: int, end: int) -> Size:
    """Length 2 bytes, precision 1, height 2, width 2."""
    height, width = (int.from_bytes(jpeg[at + k : at + k + 2], "big") for k in (3, 5))
    if end < at + 7 or not (width and height):  # height 0 means "given after the pixels", which no encoder writes
        raise _undecodable("it does not say how large it is")
    return Size(width, height)


def _truncated(jpeg: bytes) -> FrameError:
    return FrameError(
        "truncated", f"The JPEG breaks off after {len(jpeg)} bytes, before its end marker FF D9; send every byte."
    )


def _undecodable(why: str) -> FrameError:
    return FrameError("undecodable", f"The JPEG cannot be read: {why}; encode the picture again.")
