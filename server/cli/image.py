"""`python -m server image`: faces and expressions in pictures."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import cv2

from server.cli.common import Tools, add_tool_options, make_tools
from server.cli.input_files import Output, find_pictures, plan_outputs
from server.errors import StartError
from server.live.protocol import face_fields
from server.render.panel import percent
from server.render.stage import Stage
from server.vision.errors import FrameError, ModelFilesError
from server.vision.images.picture import decode_picture
from server.vision.types import Analysis, Face

DESCRIPTION = """Find faces and their expressions in pictures. With -o, also draw each picture with its emoji beside it.

Exit codes: 0 all pictures were read; 1 some could not be read, the others are done; 2 nothing could be done.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare this command's options."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="JPEG, PNG or WebP; a folder; or a pattern: '*.jpg'")
    parser.add_argument(
        "-o", dest="out", type=Path, metavar="OUT", help="draw into this file, or into this folder under the same names"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a picture and line")
    add_tool_options(parser)


def run(options: argparse.Namespace) -> int:
    """Read all pictures; see the module for the exit codes."""
    try:
        inputs = find_pictures(options.files)
        outputs = plan_outputs(inputs, options.out)
        tools = make_tools(options)
    except (StartError, ModelFilesError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    failed = 0
    for path, output in zip(inputs, outputs, strict=True):
        try:
            _read(path, output, tools, options.json)
        except (OSError, FrameError) as error:
            failed += 1
            _complain(path, error, options.json)
    return 1 if failed else 0


def _read(path: Path, output: Output | None, tools: Tools, as_json: bool) -> None:
    picture = decode_picture(path.read_bytes())
    analysis = tools.emojifier.analyse(picture)
    height, width = picture.shape[:2]
    if output is not None:
        drawn = Stage(width, height, tools.emojis, tools.labels).draw(picture, analysis.faces)
        output.write(cv2.imencode(output.ending, drawn)[1].tobytes())
    print(_json(path, analysis, tools) if as_json else _text(path, analysis, tools, output), flush=True)


def _json(path: Path, analysis: Analysis, tools: Tools) -> str:
    faces = [face_fields(face) for face in analysis.faces]
    return json.dumps({"file": str(path), "labels": list(tools.labels), "faces": faces}, ensure_ascii=False)


def _text(path: Path, analysis: Analysis, tools: Tools, output: Output | None) -> str:
    count = len(analysis.faces)
    found = "no face" if not count else "1 face" if count == 1 else f"{count} faces"
    lines = [f"{path}: {found}" + (f" -> {output.path}" if output else "")]
    lines += [_face(number, face, tools.labels) for number, face in enumerate(analysis.faces, 1)]
    return "\n".join(lines)


def _face(number: int, face: Face, labels: tuple[str, ...]) -> str:
    x, y, width, height = (percent(part) for part in face.box)
    scores = sorted(zip(face.scores, labels, strict=True), reverse=True)
    others = ", ".join(f"{label} {percent(score)}" for score, label in scores if score >= 0.005)
    return f"  {number}. {face.label:<8}  at {x}, {y}, size {width} x {height}  ({others})"


def _complain(path: Path, error: OSError | FrameError, as_json: bool) -> None:
    code, words = ("unreadable", _reason(path, error)) if isinstance(error, OSError) else (error.code, error.message)
    if as_json:
        fields: dict[str, Any] = {"file": str(path), "error": {"code": code, "message": words}}
        print(json.dumps(fields, ensure_ascii=False), flush=True)
    print(f"error: {path}: {words}", file=sys.stderr, flush=True)


def _reason(path: Path, error: OSError) -> str:
    other = error.filename is not None and Path(error.filename) != path
    return f"{error.strerror or error}" + (f" ({error.filename})" if other else "")
