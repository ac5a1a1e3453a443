"""Addresses of cameras and films in a network, and how to name them without the credentials that they may hold."""

import re
from urllib.parse import urlsplit

from server.errors import StartError

# What FFmpeg opens of what cameras and servers offer. HLS and MPEG-DASH are http.
SCHEMES = ("rtsp", "rtsps", "http", "https", "rtmp", "rtmps", "rtp", "udp", "srt")
# A Path has only one of the two slashes left. One letter is a drive of Windows.
_ADDRESS = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+):/")
# An address whose scheme was forgotten: user:password@camera/stream.
_USER = re.compile(r"[^/\\]*:[^/\\]*@")
_CREDENTIALS = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+:/+)\S*")


def is_address(name: str) -> bool:
    """Whether a source is an address and no file."""
    return _ADDRESS.match(name) is not None


def check_address(name: str) -> None:
    """Raise StartError for an address that cannot be opened."""
    scheme = name.partition(":")[0].lower()
    if scheme not in SCHEMES:
        raise StartError(f"{shown(name)}: addresses begin with {', '.join(SCHEMES)}; name a file without file://")


def shown(name: str) -> str:
    """A source as it may be printed: of an address only scheme, host and port, of a file its name.

    Cameras take user and password before the host, in the path, or as parameters.
    """
    if not is_address(name):
        return _USER.sub("...@", name, count=1) if _USER.match(name) else name
    scheme = name.partition(":")[0].lower()
    try:
        parts = urlsplit(name)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return f"{scheme}://"
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}" + (f":{port}" if port else "")


def without_addresses(text: str) -> str:
    """A text of which of each address only the scheme is left."""
    return _CREDENTIALS.sub(r"\1...", text)
