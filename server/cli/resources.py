"""What `image` and `video` need without a server: a model that reads expressions, and the emojis to draw."""

import argparse
import base64
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from server.cli.keras_export import exported_model
from server.cli.native_stderr import filtered_native_stderr
from server.emojifier import Emojifier
from server.errors import StartError
from server.packs.packs import DEFAULT, Pack, find_packs
from server.render.emojis import Emojis
from server.render.living import LivingEmojis
from server.settings import ROOT, Settings, add_options, given_settings, load_settings

log = logging.getLogger(__name__)

SETTINGS = ("model", "detector", "engine", "pack", "emojis", "smoothing", "margin", "floor", "expressiveness", "adapt")


@dataclass(frozen=True)
class Resources:
    """The loaded model and emoji pack."""

    emojifier: Emojifier
    emojis: Emojis

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in the order of `smoothed`: the model's, then own ones of --faces."""
        return self.emojifier.smoothed_labels

    @property
    def is_taught(self) -> bool:
        """Whether --faces taught anything."""
        return self.emojifier.is_taught


def add_resource_options(parser: argparse.ArgumentParser) -> None:
    """Declare the settings that matter without a server."""
    parser.add_argument(
        "--faces",
        type=Path,
        metavar="FILE",
        help="Read faces as a person taught them: a file that the page exported or `Emojifier.save_faces` wrote.",
    )
    parser.add_argument(
        "--living",
        dest="alive",  # the server's setting `living` is another one
        action="store_true",
        help="Draw the emoji alive: between expressions, and moving with the face, where the pack has a rig.",
    )
    add_options(parser, SETTINGS)


def load_resources(options: argparse.Namespace) -> Resources:
    """Load the model and the emojis that the options and the environment name.

    Raises:
        StartError, ModelFilesError: a setting is wrong, or a file is missing or damaged.
    """
    settings = load_settings(given_settings(options), dict(os.environ))
    expression = replace(settings.expression, motion=options.alive)
    with filtered_native_stderr():
        emojifier = Emojifier(exported_model(settings.model), settings.detector, settings.engine, expression)
    try:
        taught = emojifier.load_faces(options.faces) if options.faces else ()
    except ValueError as error:
        raise StartError(f"--faces {error}") from error
    pack, files = _emoji_files(settings, emojifier.labels)
    pictures: dict[str, Path | bytes] = dict(files)
    own = {each.label: picture for each in taught if (picture := _own_picture(each.emoji, pictures)) is not None}
    if options.alive and pack.rig is None:
        log.warning("--living: the pack %s has no rig.json, so its pictures are drawn; see docs/rigs.md", pack.id)
    both = {**own, **pictures}
    return Resources(emojifier, LivingEmojis(both, pack.rig) if options.alive and pack.rig else Emojis(both))


def _own_picture(emoji: str | None, pictures: Mapping[str, Path | bytes]) -> Path | bytes | None:
    """The picture of an own expression: one of the pack, by its label, or that in a `data:` URL; None without one."""
    if emoji is None or not emoji.startswith("data:"):
        return pictures.get(emoji or "")
    try:
        picture = base64.b64decode(emoji.partition(";base64,")[2], validate=True)
    except ValueError:
        picture = b""
    if not picture:
        raise StartError("--faces: the picture of an own expression is damaged; choose another one")
    return picture


def _emoji_files(settings: Settings, labels: tuple[str, ...]) -> tuple[Pack, dict[str, Path]]:
    """The chosen pack, and its pictures with those of the default pack where it has none."""
    roots = [ROOT / "emojis"] + ([settings.emojis] if settings.emojis else [])
    packs = find_packs(roots, labels, settings.pack)
    return packs[settings.pack], {**packs[DEFAULT].files, **packs[settings.pack].files}
