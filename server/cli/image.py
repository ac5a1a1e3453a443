"""`python -m server image`: faces and expressions in pictures."""

import argparse
import base64
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2

from server.cli.image_files import OutputFile, plan_outputs
from server.cli.image_report import report
from server.cli.picture_search import FoundFiles, find_pictures
from server.cli.resources import Resources, add_resource_options, load_resources
from server.errors import StartError
from server.live.protocol import face_fields
from server.render.canvas import Canvas
from server.render.panel import face_count, percent
from server.vision.errors import FrameError, ModelFilesError
from server.vision.images.picture import decode_picture
from server.vision.types import Analysis, Face

USAGE = "python -m server image [OPTION ...] FILE [FILE ...]"
DESCRIPTION = """Find faces and their expressions in pictures. With -o, also draw each picture with its emoji beside it.

Pictures are recognised by their content, not by their name: JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF, JPEG 2000 and PNM.
Of an animation, the first picture is read. A folder is read with its sub-folders, except hidden ones and that of -o.

Exit codes: 0 all pictures were read; 1 some could not be read, the others are done, and a list at the end says which
and why; 2 could not start.
"""

# Far above a picture of 67 million pixels without compression.
MAX_FILE_BYTES = 2**29


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare this command's options."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="Picture, folder with pictures, or pattern such as '*.jpg'."
    )
    parser.add_argument(
        "-o", dest="out", type=Path, metavar="OUT", help="Draw into this file, or this folder under the same names."
    )
    parser.add_argument("--json", action="store_true", help="Print one JSON object per line, one for each picture.")
    parser.add_argument(
        "--examples",
        action="store_true",
        help="With --json, add the example of each face, which can be taught (docs/protocol.md#teaching); null if the "
        "face is turned or blurred.",
    )
    add_resource_options(parser)


def run(options: argparse.Namespace) -> int:
    """Read all pictures; returns the exit code, see DESCRIPTION."""
    try:
        if options.examples and not options.json:
            raise StartError("--examples: needs --json, which prints them")
        found = find_pictures(options.files, options.out)
        outputs = plan_outputs(found.pictures, options.out)
        resources = load_resources(options)
    except (StartError, ModelFilesError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    total = len(found.pictures) + len(found.unread)
    _read_all(found, outputs, resources, options)
    if total + len(found.others) > 1 and (text := report(found.unread, found.others, total)):
        print(text, file=sys.stderr, flush=True)
    return 1 if found.unread else 0


def _read_all(
    found: FoundFiles, outputs: Sequence[OutputFile | None], resources: Resources, options: argparse.Namespace
) -> None:
    """Read all pictures; those that cannot be read, for whatever reason, are reported and added to `found.unread`."""
    for picture, output in zip(found.pictures, outputs, strict=True):
        try:
            _read(picture.path, output, resources, options)
        except Exception as error:  # no picture may end the work on the others
            found.unread[picture.path] = _report_error(picture.path, error, options.json)


def _read(path: Path, output: OutputFile | None, resources: Resources, options: argparse.Namespace) -> None:
    picture = decode_picture(_bytes_of(path))
    examples: Sequence[bytes | None] | None = None
    if options.examples:
        analysis, examples = resources.emojifier.measure(picture)
    else:
        analysis = resources.emojifier.analyse(picture)
    height, width = picture.shape[:2]
    if output is not None:
        drawn = Canvas(width, height, resources.emojis, resources.labels).draw(picture, analysis.faces)
        output.write(cv2.imencode(output.format, drawn)[1].tobytes())
    text = _json(path, analysis, resources, examples) if options.json else _text(path, analysis, resources, output)
    print(text, flush=True)


def _bytes_of(path: Path) -> bytes:
    """The content of a file, or of a pipe such as `<(...)`, with an end to a device that has none. Raises OSError."""
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise OSError(f"it has more than {MAX_FILE_BYTES >> 20} MB, which no picture has; name another file")
    return data


def _json(path: Path, analysis: Analysis, resources: Resources, examples: Sequence[bytes | None] | None) -> str:
    faces = [face_fields(face) for face in analysis.faces]
    for face, example in zip(faces, examples or (), strict=examples is not None):
        face["example"] = None if example is None else base64.b64encode(example).decode()
    labels = {"labels": list(resources.emojifier.labels)}
    if resources.is_taught:
        labels["smoothed_labels"] = list(resources.labels)
    return json.dumps({"file": str(path), **labels, "faces": faces})


def _text(path: Path, analysis: Analysis, resources: Resources, output: OutputFile | None) -> str:
    found = face_count(len(analysis.faces))
    lines = [f"{path}: {found}" + (f" -> {output.path}" if output else "")]
    lines += [_face_line(number, face, resources.labels) for number, face in enumerate(analysis.faces, 1)]
    return "\n".join(lines)


def _face_line(number: int, face: Face, labels: tuple[str, ...]) -> str:
    x, y, width, height = (percent(part) for part in face.box)
    scores = sorted(zip(face.smoothed, labels, strict=True), reverse=True)
    others = ", ".join(f"{label} {percent(score)}" for score, label in scores if score >= 0.005)
    return f"  {number}. {face.label:<8}  at {x}, {y}, size {width} x {height}  ({others})"


def _report_error(path: Path, error: Exception, as_json: bool) -> str:
    """Print why a picture was not read; returns it."""
    if isinstance(error, FrameError):
        code, message = error.code, error.message
    elif isinstance(error, OSError):
        code, message = "unreadable", _reason(path, error)
    else:
        code, message = "internal", f"a fault of Emojify ({type(error).__name__}: {str(error)[:200]}); please report it"
    if as_json:
        fields: dict[str, Any] = {"file": str(path), "error": {"code": code, "message": message}}
        print(json.dumps(fields), flush=True)
    print(f"error: {path}: {message}", file=sys.stderr, flush=True)
    return message


def _reason(path: Path, error: OSError) -> str:
    other = error.filename is not None and Path(error.filename) != path
    return f"{error.strerror or error}" + (f" ({error.filename})" if other else "")
