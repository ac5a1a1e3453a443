"""`python -m server image`: faces and expressions in pictures."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import cv2

from server.cli.image_files import OutputFile, find_pictures, plan_outputs
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

Exit codes: 0 all pictures were read; 1 some could not be read, the others are done; 2 could not start.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare this command's options."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="JPEG, PNG or WebP file, folder, or pattern such as '*.jpg'."
    )
    parser.add_argument(
        "-o", dest="out", type=Path, metavar="OUT", help="Draw into this file, or this folder under the same names."
    )
    parser.add_argument("--json", action="store_true", help="Print one JSON object per line, one for each picture.")
    add_resource_options(parser)


def run(options: argparse.Namespace) -> int:
    """Read all pictures; returns the exit code, see DESCRIPTION."""
    try:
        inputs = find_pictures(options.files)
        outputs = plan_outputs(inputs, options.out)
        resources = load_resources(options)
    except (StartError, ModelFilesError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    failed = 0
    for path, output in zip(inputs, outputs, strict=True):
        try:
            _read(path, output, resources, options.json)
        except (OSError, FrameError) as error:
            failed += 1
            _report_error(path, error, options.json)
    return 1 if failed else 0


def _read(path: Path, output: OutputFile | None, resources: Resources, as_json: bool) -> None:
    picture = decode_picture(path.read_bytes())
    analysis = resources.emojifier.analyse(picture)
    height, width = picture.shape[:2]
    if output is not None:
        drawn = Canvas(width, height, resources.emojis, resources.labels).draw(picture, analysis.faces)
        output.write(cv2.imencode(output.format, drawn)[1].tobytes())
    print(_json(path, analysis, resources) if as_json else _text(path, analysis, resources, output), flush=True)


def _json(path: Path, analysis: Analysis, resources: Resources) -> str:
    faces = [face_fields(face) for face in analysis.faces]
    return json.dumps({"file": str(path), "labels": list(resources.labels), "faces": faces}, ensure_ascii=False)


def _text(path: Path, analysis: Analysis, resources: Resources, output: OutputFile | None) -> str:
    found = face_count(len(analysis.faces))
    lines = [f"{path}: {found}" + (f" -> {output.path}" if output else "")]
    lines += [_face_line(number, face, resources.labels) for number, face in enumerate(analysis.faces, 1)]
    return "\n".join(lines)


def _face_line(number: int, face: Face, labels: tuple[str, ...]) -> str:
    x, y, width, height = (percent(part) for part in face.box)
    scores = sorted(zip(face.scores, labels, strict=True), reverse=True)
    others = ", ".join(f"{label} {percent(score)}" for score, label in scores if score >= 0.005)
    return f"  {number}. {face.label:<8}  at {x}, {y}, size {width} x {height}  ({others})"


def _report_error(path: Path, error: OSError | FrameError, as_json: bool) -> None:
    code, message = ("unreadable", _reason(path, error)) if isinstance(error, OSError) else (error.code, error.message)
    if as_json:
        fields: dict[str, Any] = {"file": str(path), "error": {"code": code, "message": message}}
        print(json.dumps(fields, ensure_ascii=False), flush=True)
    print(f"error: {path}: {message}", file=sys.stderr, flush=True)


def _reason(path: Path, error: OSError) -> str:
    other = error.filename is not None and Path(error.filename) != path
    return f"{error.strerror or error}" + (f" ({error.filename})" if other else "")
