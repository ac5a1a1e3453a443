"""What `image` and `video` need without a server: a model that reads expressions, and the emojis to draw."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from server.cli.keras_export import exported_model
from server.cli.native_stderr import filtered_native_stderr
from server.emojifier import Emojifier
from server.packs.packs import DEFAULT, find_packs
from server.render.emojis import Emojis
from server.settings import ROOT, Settings, add_options, given_settings, load_settings

SETTINGS = ("model", "detector", "engine", "pack", "emojis", "smoothing", "margin", "floor", "expressiveness")


@dataclass(frozen=True)
class Resources:
    """The loaded model and emoji pack."""

    emojifier: Emojifier
    emojis: Emojis

    @property
    def labels(self) -> tuple[str, ...]:
        """The model's labels, in the order of its scores."""
        return self.emojifier.labels


def add_resource_options(parser: argparse.ArgumentParser) -> None:
    """Declare the settings that matter without a server."""
    add_options(parser, SETTINGS)


def load_resources(options: argparse.Namespace) -> Resources:
    """Load the model and the emojis that the options and the environment name.

    Raises:
        StartError, ModelFilesError: a setting is wrong, or a file is missing or damaged.
    """
    settings = load_settings(given_settings(options), dict(os.environ))
    with filtered_native_stderr():
        emojifier = Emojifier(exported_model(settings.model), settings.detector, settings.engine, settings.expression)
    return Resources(emojifier, Emojis(_emoji_files(settings, emojifier.labels)))


def _emoji_files(settings: Settings, labels: tuple[str, ...]) -> dict[str, Path]:
    roots = [ROOT / "emojis"] + ([settings.emojis] if settings.emojis else [])
    packs = find_packs(roots, labels, settings.pack)
    return {**packs[DEFAULT].files, **packs[settings.pack].files}
