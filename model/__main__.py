"""Command line of the model package: `python -m model --help` lists the commands."""

import argparse
import dataclasses
import os
import sys
from pathlib import Path

import platformdirs

# Hide TensorFlow's messages about missing CUDA libraries.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from model.config import TUTORIAL, TrainConfig
from model.errors import DataError, RunError
from safe_printing import make_printing_safe

HERE = Path(__file__).parent
RUNS = Path(platformdirs.user_cache_dir("emojify", appauthor=False)) / "runs"
PEOPLE = "photographs of people, PEOPLE/<set>/<person>/<label>*, through the server's pipeline"
DATA_HELP = (
    "FER2013 as fer2013.csv, fer2013.tar.gz, a zip or a folder; or any folder, zip or tar with a folder of images for "
    "each label. What is left out is counted and named"
)
FERPLUS_HELP = (
    "FER+ votes: fer2013new.csv of github.com/microsoft/FERPlus. Its rows are those of fer2013.csv: give that as "
    "--data, or put it beside the votes to match other copies of the images by their pixels"
)
EXAMPLES = {
    "prepare": "python -m model prepare --data fer2013.csv --ferplus fer2013new.csv --extract data",
    "explore": "python -m model explore --data fer2013.csv --ferplus fer2013new.csv --out runs/explore",
    "train": "python -m model train --data fer2013.csv --ferplus fer2013new.csv --run runs/mine",
    "export": "python -m model export --run runs/mine --data fer2013.csv --ferplus fer2013new.csv --out runs/model",
    "pool": "python -m model pool --distilled runs/distilled --network residual-71m --run runs/pooled",
    "evaluate": "python -m model evaluate --data fer2013.csv --ferplus fer2013new.csv --people people --degrade",
    "figures": "python -m model figures --model model",
    "convert": "python -m model convert mine.keras --out mine --labels kiss,smile,wink",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 success, 2 wrong input (one line says what to do), 130 Ctrl-C."""
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except (DataError, RunError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. The same command resumes a training run.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m model",
        description="Prepare the data; train, export and evaluate the model. Exit codes: 0 success; 2 wrong input, "
        "described in one line on standard error; 130 Ctrl-C.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    prepare = _command(commands, "prepare", "check a dataset: counts, duplicates, leaks, votes", _prepare)
    prepare.add_argument("--extract", type=Path, help="also extract the images into this folder")
    explore = _command(commands, "explore", "plot a dataset: class counts, label agreement, sample images", _explore)
    explore.add_argument(
        "--out",
        type=Path,
        default=Path("runs/explore"),
        help="folder for the figures (default runs/explore). They contain images of the dataset, which may not be "
        "redistributed, so a folder that git tracks is refused",
    )
    train = _command(commands, "train", "train a network; the same command resumes an interrupted run", _train)
    train.add_argument("--run", type=Path, help=f"folder of the run (default {RUNS}/NETWORK-LABELS)")
    train.add_argument("--fresh", action="store_true", help="start anew, even if the folder contains a run")
    for field in dataclasses.fields(TrainConfig):
        default = "none" if field.default == "" else field.default
        train.add_argument(
            "--" + field.name.replace("_", "-"),
            type=type(field.default),
            default=argparse.SUPPRESS,
            help=f"{field.metadata['help']} (default {default})".replace("%", "%%"),
        )
    export = _command(commands, "export", "turn a run into the files that the server loads", _export)
    export.add_argument("--run", type=Path, required=True, help="folder of a training run")
    export.add_argument("--out", type=Path, default=HERE, help="folder for the model files (default model/)")
    export.add_argument("--balance", type=float, default=0.0, help="extra logit shift towards rare labels (default 0)")
    export.add_argument(
        "--mean-with",
        type=Path,
        nargs="+",
        default=[],
        metavar="FOLDER",
        help="runs or exported models whose weights are averaged with those of the run",
    )
    export.add_argument("--people", type=Path, help=f"also evaluate on {PEOPLE}")
    pool = _command(commands, "pool", "make a run of a network from python -m model.distil", _pool, data=False)
    pool.add_argument("--distilled", type=Path, required=True, help="folder that python -m model.distil wrote")
    pool.add_argument("--network", default="residual-71m", help="which of its networks (default residual-71m)")
    pool.add_argument("--run", type=Path, required=True, help="folder of the run to write, for export")
    evaluate = _command(commands, "evaluate", "evaluate an exported model on the test splits", _evaluate, data=False)
    evaluate.add_argument("--data", type=Path, help=DATA_HELP)
    evaluate.add_argument("--ferplus", type=Path, help=FERPLUS_HELP)
    evaluate.add_argument("--people", type=Path, help=f"evaluate on {PEOPLE}")
    evaluate.add_argument(
        "--teach",
        type=int,
        nargs="+",
        default=[],
        choices=(1, 2, 3, 4, 5),
        metavar="N",
        help="also teach N examples of each label and judge the other pictures in --people, ten times: the first "
        "pictures, then random ones",
    )
    evaluate.add_argument("--teach-neutral", action="store_true", help="also teach one neutral picture and no other")
    evaluate.add_argument(
        "--adapt",
        action="store_true",
        help="also judge how the server gets to know a face, on films made of the pictures in --people",
    )
    evaluate.add_argument("--model", type=Path, default=HERE, help="folder of an exported model (default model/)")
    evaluate.add_argument("--engine", choices=("litert", "keras"), default="litert", help="runtime (default litert)")
    evaluate.add_argument(
        "--degrade", action="store_true", help="also evaluate degraded images (tilted, covered, dark ...)"
    )
    evaluate.add_argument(
        "--expressiveness", type=float, default=0.0, help="the server's setting, -1 to 1 (default 0); not for --degrade"
    )
    evaluate.add_argument("--time", action="store_true", help="also time one face, relative to a matrix product")
    evaluate.add_argument("--out", type=Path, help="also write the metrics to this JSON file")
    figures = _command(commands, "figures", "draw an exported model's figures; needs no data", _figures, data=False)
    figures.add_argument("--model", type=Path, default=HERE, help="folder of an exported model (default model/)")
    figures.add_argument(
        "--baseline", type=Path, default=HERE / "baseline", help="model to compare with (default model/baseline/)"
    )
    convert = _command(commands, "convert", "convert a .keras file for the server; needs no data", _convert, data=False)
    convert.add_argument("source", type=Path, help=".keras file: grey 48x48 crops in, a score for each label out")
    convert.add_argument("--out", type=Path, required=True, help="folder for the model files")
    convert.add_argument(
        "--labels",
        default="",
        help="labels in the order of the scores, separated by commas (default: from config.json, or those of FER2013)",
    )
    convert.add_argument(
        "--divide-by",
        type=float,
        help="the model was trained on pixels divided by this, such as 255: fold the division into it (default: "
        "pixels from 0 to 255, checked with a few faces; 1 omits the check)",
    )
    convert.add_argument(
        "--subtract", type=float, default=0.0, help="and then reduced by this: 1 with --divide-by 127.5 (default 0)"
    )
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    purpose: str,
    call: object,
    data: bool = True,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=purpose,
        description=purpose[0].upper() + purpose[1:] + ".",
        epilog="example: " + EXAMPLES[name],
    )
    if data:
        parser.add_argument("--data", type=Path, required=True, help=DATA_HELP)
        parser.add_argument("--ferplus", type=Path, help=FERPLUS_HELP)
    parser.set_defaults(command=call)
    return parser


# Each command imports what it needs, because TensorFlow takes seconds to load.


def _prepare(options: argparse.Namespace) -> None:
    from model.prepare import prepare

    prepare(options.data, options.ferplus, options.extract)


def _explore(options: argparse.Namespace) -> None:
    from model.explore import explore

    explore(options.data, options.ferplus, options.out)


def _train(options: argparse.Namespace) -> None:
    given = {field.name for field in dataclasses.fields(TrainConfig)} & vars(options).keys()
    usual = TUTORIAL if vars(options).get("network") == "tutorial" else TrainConfig()
    config = dataclasses.replace(usual, **{name: getattr(options, name) for name in given})
    folder = options.run or RUNS / f"{config.network}-{config.labels}"
    if config.network == "tutorial":
        from model.tutorial import train_tutorial

        train_tutorial(config, options.data, folder, options.fresh)
    else:
        from model.train import train

        train(config, options.data, options.ferplus, folder, options.fresh)


def _export(options: argparse.Namespace) -> None:
    from model.export import export

    export(options.run, options.out, options.data, options.ferplus, options.balance, options.mean_with, options.people)


def _pool(options: argparse.Namespace) -> None:
    from model.distil.to_keras import pool

    pool(options.distilled, options.network, options.run)


def _evaluate(options: argparse.Namespace) -> None:
    from model.evaluate import evaluate_command

    if not (options.data or options.people):
        raise RunError("give --data, --people or both")
    if not options.people and (options.teach or options.teach_neutral or options.adapt):
        raise RunError("--teach and --adapt need --people: photographs of people, PEOPLE/<set>/<person>/<label>*")
    if options.degrade and not options.data:
        raise RunError("--degrade needs --data")
    evaluate_command(
        options.model,
        options.data,
        options.ferplus,
        options.engine,
        options.out,
        options.degrade,
        options.people,
        options.expressiveness,
        options.teach,
        options.teach_neutral,
        options.adapt,
    )
    if options.time:
        from model.timing import print_cost

        print_cost(options.model)


def _figures(options: argparse.Namespace) -> None:
    from model.figures import draw_figures

    for path in draw_figures(options.model, options.baseline):
        print(path)


def _convert(options: argparse.Namespace) -> None:
    from model.foreign import H5_ENDINGS, describe_h5

    if options.source.suffix in H5_ENDINGS:
        raise RunError(describe_h5(options.source))  # before TensorFlow is loaded
    from model.convert import convert
    from model.probe import Scaling

    if options.divide_by is not None and not options.divide_by > 0:
        raise RunError("--divide-by must be more than 0; omit it for a model that was trained on pixels from 0 to 255")
    scaled = options.divide_by is not None or options.subtract
    scaling = Scaling(options.divide_by or 1.0, options.subtract) if scaled else None
    convert(options.source, options.out, options.labels, scaling)


if __name__ == "__main__":
    make_printing_safe()
    sys.exit(main())
