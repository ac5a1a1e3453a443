"""Train the teachers and the students: `python -m model.distil --data fer2013.zip --ferplus ferplus.csv ...`.

Then `python -m model pool --distilled OUT --run RUN` and `python -m model export --run RUN`.
"""

import argparse
import dataclasses
import platform
import sys
from pathlib import Path

import torch

from model.distil.data import load_examples
from model.distil.faceres import read_faceres
from model.distil.settings import Recipe, Students, Teacher
from model.distil.train import Run
from model.errors import DataError
from model.shapes import SHAPES
from safe_printing import make_printing_safe


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code: 0 success, 2 wrong input."""
    options = _parser().parse_args(arguments)
    try:
        distil(options)
    except DataError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def distil(options: argparse.Namespace) -> None:
    """Load the data, train the teachers one after the other, then the students."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    options.out.mkdir(parents=True, exist_ok=True)
    recipe = trial(Recipe()) if options.trial else Recipe()
    limit = 64 if options.trial else 0
    examples = load_examples(options.data, options.ferplus, options.teacher5, device, limit)
    run = Run(recipe, examples, read_faceres(options.faceres), options.out)
    run.log["about"]["environment"] = {
        "torch": torch.__version__,
        "python": platform.python_version(),
        "device": torch.cuda.get_device_name() if device.type == "cuda" else platform.processor(),
    }
    teachers = [run.train_teacher(name, how) for name, how in recipe.teachers.items()]
    run.train_students(teachers, recipe.students)


def trial(recipe: Recipe) -> Recipe:
    """The same recipe with tiny networks, few images and few steps, to check the code on a CPU."""

    def shortened(how: Teacher) -> Teacher:
        return dataclasses.replace(how, shape=SHAPES["tiny"], size=32, epochs=0.1)

    teachers = {name: shortened(how) for name, how in recipe.teachers.items() if name in ("R1", "F1")}
    return dataclasses.replace(recipe, teachers=teachers, students=Students(("tiny",), epochs=0.5), batch=8)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model.distil", description="Train teachers and distil them.")
    parser.add_argument("--data", type=Path, required=True, help="fer2013.zip, or the folder it extracts to")
    parser.add_argument("--ferplus", type=Path, required=True, help="ferplus.csv with the FER+ votes")
    parser.add_argument("--teacher5", type=Path, required=True, help="teacher5.csv.gz, the output of Intel's network")
    parser.add_argument("--faceres", type=Path, required=True, help="folder models/ of npm's @vladmandic/human")
    parser.add_argument("--out", type=Path, required=True, help="folder for the networks and the log")
    parser.add_argument("--trial", action="store_true", help="tiny networks and few steps, to check the code")
    return parser


if __name__ == "__main__":
    make_printing_safe()
    sys.exit(main())
