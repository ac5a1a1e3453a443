"""The pictures of our own packs, made from their rigs: `python -m server.render.stills` after every change of a rig.

A rig is the only source of its pack's pictures; a test compares them.
"""

import argparse
import sys
from pathlib import Path

from server.packs.rig import FILE_NAME, BrokenRigError, load_rig
from server.packs.rig.drawing import Rig
from server.render.rig import rig_svg

PACKS = Path(__file__).parents[2] / "emojis"
TITLES = {"no-face": "No face", "unsure": "Not sure"}


def still(rig: Rig, label: str) -> str:
    """The picture of one expression, as an SVG document."""
    return rig_svg(rig, {label: 1}, name=label, title=TITLES.get(label, label.capitalize()))


def main() -> int:
    """Write the pictures of the packs that are named, or of all our own; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m server.render.stills", description=__doc__)
    parser.add_argument("packs", nargs="*", type=Path, metavar="PACK", help="Folder with a rig.json.")
    folders = parser.parse_args().packs or sorted(path.parent for path in PACKS.glob(f"*/{FILE_NAME}"))
    for folder in folders:
        try:
            rig = load_rig(folder / FILE_NAME)
        except BrokenRigError as error:
            print(f"error: {folder / FILE_NAME}: {error}; see docs/rigs.md", file=sys.stderr)
            return 2
        for label in rig.labels:
            (folder / f"{label}.svg").write_text(still(rig, label), encoding="utf-8")
        print(f"{folder}: {len(rig.labels)} pictures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
