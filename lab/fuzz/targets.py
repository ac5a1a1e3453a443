"""The doors that bytes from strangers come through: for each, a function that knows what may come out.

A target returns for input that is fine, and for input that is refused with a documented error. Whatever else it
raises is a fault. Each makes what it needs once, when it is made.
"""

import contextlib
import json
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from starlette.requests import Request

from server.errors import StartError
from server.http.multipart import boundary_of, first_file
from server.http.problem_details import Problem
from server.http.upload import read_picture
from server.live.protocol import ProtocolError, configured, parse_text
from server.packs.packs import BrokenPackError, find_packs, load_pack
from server.vision.errors import FrameError, ModelFilesError
from server.vision.expression.manifest import load_manifest
from server.vision.images.frame import decode_grey
from server.vision.images.picture import decode_picture_grey, picture_size
from server.vision.types import ExpressionSettings

Target = Callable[[bytes], None]

LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
# Small, so that a decoder's time goes into reading and not into filling: the limit is the same comparison at any size.
MAX_PIXELS = 640 * 480
MAX_BYTES = 64 * 1024


def frames() -> Target:
    """A frame of the socket: the header is read, then the decoder sees what is left."""

    def run(data: bytes) -> None:
        with contextlib.suppress(FrameError):
            grey = decode_grey(data, MAX_PIXELS)
            if grey.size > MAX_PIXELS:
                raise AssertionError(f"{grey.shape} pixels from a header that claimed fewer")

    return run


def pictures() -> Target:
    """An uploaded picture: JPEG, PNG or WebP."""

    def run(data: bytes) -> None:
        with contextlib.suppress(FrameError):
            picture_size(data)
            grey = decode_picture_grey(data, MAX_PIXELS)
            if grey.size > MAX_PIXELS:
                raise AssertionError(f"{grey.shape} pixels from a header that claimed fewer")

    return run


def texts() -> Target:
    """A text message of the socket; the answer must be JSON again."""

    def run(data: bytes) -> None:
        with contextlib.suppress(ProtocolError):
            wishes = parse_text(data.decode("utf-8", "replace"), LABELS)
            json.loads(configured(wishes.apply(ExpressionSettings(smoothing_s=0.3, margin=0.1, floor=0.4))))

    return run


def uploads() -> Target:
    """A request with a picture: the first line of the input is its Content-Type, the rest its body in two parts."""

    def run(data: bytes) -> None:
        content_type, _, body = data.partition(b"\n")
        parts = [body[: len(body) // 2], body[len(body) // 2 :]]

        async def receive() -> dict[str, Any]:
            part = parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        scope = {"type": "http", "method": "POST", "headers": [(b"content-type", content_type)]}
        with contextlib.suppress(Problem):
            _finish(read_picture(Request(scope, receive), MAX_BYTES))

    return run


def forms() -> Target:
    """A form by itself: the first line is the Content-Type, the rest the body."""

    def run(data: bytes) -> None:
        content_type, _, body = data.partition(b"\n")
        boundary = boundary_of(content_type.decode("latin-1"))
        if boundary is not None:
            file = first_file(body, boundary)
            if file is not None and file not in body:
                raise AssertionError("a file that the body does not have")

    return run


def manifests() -> Target:
    """`emotion.json`, as the server reads it and as the model package does."""
    from model.errors import RunError
    from model.manifest import check_files

    folder = Path(tempfile.mkdtemp(prefix="emojify-fuzz-"))

    def run(data: bytes) -> None:
        (folder / "emotion.json").write_bytes(data)
        with contextlib.suppress(ModelFilesError):
            manifest = load_manifest(folder)
            for engine in ("litert", "keras"):
                with contextlib.suppress(ModelFilesError):
                    manifest.checked_path(engine)
        with contextlib.suppress(RunError):
            check_files(folder)

    return run


def packs() -> Target:
    """A folder of emojis: lines of `name`, a tab and content, where `-> place` as content makes a link."""
    root = Path(tempfile.mkdtemp(prefix="emojify-fuzz-"))

    def run(data: bytes) -> None:
        with tempfile.TemporaryDirectory(dir=root) as place:
            folder = Path(place) / "pack"
            folder.mkdir()
            for line in data.split(b"\n")[:32]:
                _put(folder, *line.split(b"\t", 1))
            with contextlib.suppress(BrokenPackError):
                pack = load_pack(folder, LABELS)
                json.dumps(pack.about()).encode()
                for path in pack.files.values():
                    if not path.resolve().is_relative_to(folder.resolve()):
                        raise AssertionError(f"a picture out of its folder: {path}")
            with contextlib.suppress(StartError):
                find_packs([folder.parent], LABELS, "pack")

    return run


def _put(folder: Path, name: bytes, content: bytes = b"") -> None:
    """A file of a pack; names that cannot be written are none."""
    with contextlib.suppress(OSError, ValueError):
        path = folder / name.decode("utf-8", "surrogateescape").replace("/", "\N{DIVISION SLASH}")
        if content.startswith(b"-> "):
            path.symlink_to(content[3:].decode("utf-8", "surrogateescape"))
        else:
            path.write_bytes(content)


def _finish(steps: Coroutine[Any, Any, object]) -> None:
    """Run something that never really waits, without the cost of an event loop."""
    try:
        steps.send(None)
    except StopIteration:
        return
    raise AssertionError("it waits for something")


def sockets() -> Target:
    """Bytes after the handshake, to a real server over TCP."""
    from lab.fuzz.served import Served

    served = Served()
    return lambda data: served.give(data, handshake=True)


def requests() -> Target:
    """Bytes from the first line on, to a real server over TCP."""
    from lab.fuzz.served import Served

    served = Served()
    return lambda data: served.give(data, handshake=False)


TARGETS: dict[str, Callable[[], Target]] = {
    make.__name__: make for make in (frames, pictures, texts, uploads, forms, manifests, packs, sockets, requests)
}
