"""Fuzz targets: a function for each place where untrusted bytes enter.

A target returns normally for valid input, and for input that is refused with a documented error. Any other exception
is a fault.
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
from server.http.upload import UploadSize, read_picture
from server.live.messages import ConfigureMessage
from server.live.protocol import ProtocolError, configured, parse_text, taught
from server.live.teaching_messages import TeachMessage
from server.packs.packs import BrokenPackError, find_packs, load_pack
from server.vision.errors import FrameError, ModelFilesError
from server.vision.expression.example import unpack
from server.vision.expression.faces_file import FacesFileError, read_faces, write_faces
from server.vision.expression.manifest import load_manifest
from server.vision.expression.taught_examples import TaughtExamples, TooManyError
from server.vision.images.frame import decode_grey
from server.vision.images.jpeg_header import read_size
from server.vision.images.picture import is_large, picture_size, shrink_upload
from server.vision.types import ExpressionSettings

Target = Callable[[bytes], None]

LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
FEATURES = 8  # few, so that the fuzzer finds the length of an example
MODEL = "0" * 64
# A small limit, so that decoders spend their time on parsing rather than on filling pixels.
MAX_PIXELS = 640 * 480
MAX_BYTES = 64 * 1024


def frames() -> Target:
    """A frame of the WebSocket: header checks, then the decoder."""

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
            is_large(data)
            width, height = read_size(shrink_upload(data, MAX_PIXELS))
            if width * height > MAX_PIXELS:
                raise AssertionError(f"{width}x{height} pixels from a header that claimed fewer")

    return run


def texts() -> Target:
    """A text message of the WebSocket; the answer must be valid JSON."""

    def run(data: bytes) -> None:
        with contextlib.suppress(ProtocolError):
            message = parse_text(data.decode("utf-8", "replace"), LABELS, features=FEATURES)
            if isinstance(message, ConfigureMessage):
                json.loads(configured(message.apply(ExpressionSettings(smoothing_s=0.3, margin=0.1, floor=0.4))))
            elif isinstance(message, TeachMessage):
                unpack(message.example, FEATURES)
                of_all = TaughtExamples().with_example(message.label, message.example, LABELS)
                json.loads(taught(of_all.labels(LABELS), of_all.counts(LABELS)))

    return run


def uploads() -> Target:
    """A request with a picture: the first line of the input is the Content-Type, the rest the body in two chunks."""

    def run(data: bytes) -> None:
        content_type, _, body = data.partition(b"\n")
        parts = [body[: len(body) // 2], body[len(body) // 2 :]]

        async def receive() -> dict[str, Any]:
            part = parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        scope = {"type": "http", "method": "POST", "headers": [(b"content-type", content_type)]}
        with contextlib.suppress(Problem):
            _finish(read_picture(Request(scope, receive), UploadSize(MAX_BYTES, MAX_PIXELS)))

    return run


def forms() -> Target:
    """A multipart form: the first line is the Content-Type, the rest the body."""

    def run(data: bytes) -> None:
        content_type, _, body = data.partition(b"\n")
        boundary = boundary_of(content_type.decode("latin-1"))
        if boundary is not None:
            file = first_file(body, boundary)
            if file is not None and file not in body:
                raise AssertionError("the file is not a part of the body")

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


def faces() -> Target:
    """A file of taught faces, as `--faces` reads it; what is read can be taught and written again."""
    path = Path(tempfile.mkdtemp(prefix="emojify-fuzz-")) / "faces.json"

    def run(data: bytes) -> None:
        path.write_bytes(data)
        with contextlib.suppress(FacesFileError, TooManyError):
            of_all = TaughtExamples()
            expressions = read_faces(path, {MODEL}, FEATURES)
            for expression in expressions:
                for example in expression.examples:
                    unpack(example, FEATURES)
                    of_all = of_all.with_example(expression.label, example, LABELS)
            write_faces(path, MODEL, expressions)
            if read_faces(path, {MODEL}, FEATURES) != expressions:
                raise AssertionError("what was written is not what was read")

    return run


def packs() -> Target:
    """An emoji pack: lines of file name, tab and content; the content `-> target` makes a symbolic link."""
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
                        raise AssertionError(f"a picture outside its folder: {path}")
            with contextlib.suppress(StartError):
                find_packs([folder.parent], LABELS, "pack")

    return run


def _put(folder: Path, name: bytes, content: bytes = b"") -> None:
    """Write a file of a pack; skip names that the file system refuses."""
    with contextlib.suppress(OSError, ValueError):
        path = folder / name.decode("utf-8", "surrogateescape").replace("/", "\N{DIVISION SLASH}")
        if content.startswith(b"-> "):
            path.symlink_to(content[3:].decode("utf-8", "surrogateescape"))
        else:
            path.write_bytes(content)


def _finish(steps: Coroutine[Any, Any, object]) -> None:
    """Run a coroutine that never waits, without an event loop."""
    try:
        steps.send(None)
    except StopIteration:
        return
    raise AssertionError("the coroutine waits")


def sockets() -> Target:
    """Bytes after the WebSocket handshake, sent to a real server."""
    from lab.fuzz.server_target import ServerTarget

    server = ServerTarget()
    return lambda data: server.send(data, handshake=True)


def requests() -> Target:
    """Bytes of an HTTP request, sent to a real server."""
    from lab.fuzz.server_target import ServerTarget

    server = ServerTarget()
    return lambda data: server.send(data, handshake=False)


TARGETS: dict[str, Callable[[], Target]] = {
    make.__name__: make
    for make in (frames, pictures, texts, uploads, forms, manifests, faces, packs, sockets, requests)
}
