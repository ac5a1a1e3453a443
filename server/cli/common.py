"""What the commands that read files share: the model and the emojis by the settings."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from server.cli.keras_export import exported
from server.cli.native_stderr import filtered_native_stderr
from server.emojifier import Emojifier
from server.packs.packs import DEFAULT, find_packs
from server.render.emojis import Emojis
from server.settings.groups import ROOT, Settings
from server.settings.options import add_options, given_settings, load_settings
from server.vision.types import ExpressionSettings

SETTINGS = ("model", "detector", "engine", "pack", "emojis", "smoothing", "margin", "floor")


@dataclass(frozen=True)
class Tools:
    """What reads faces and what draws them."""

    emojifier: Emojifier
    emojis: Emojis

    @property
    def labels(self) -> tuple[str, ...]:
        """Of the model, in the order of scores."""
        return self.emojifier.labels


def add_tool_options(parser: argparse.ArgumentParser) -> None:
    """The settings that matter without a server."""
    add_options(parser, SETTINGS)


def make_tools(options: argparse.Namespace) -> Tools:
    """Load what the options and the environment name.

    Raises:
        StartError, ModelFilesError: a setting is wrong, a file is missing or damaged; says which and what to do.
    """
    settings = load_settings(given_settings(options), dict(os.environ))
    tuning = ExpressionSettings(smoothing_s=settings.smoothing, margin=settings.margin, floor=settings.floor)
    with filtered_native_stderr():
        emojifier = Emojifier(exported(settings.model), settings.detector, settings.engine, tuning)
    return Tools(emojifier, Emojis(_files(settings, emojifier.labels)))


def _files(settings: Settings, labels: tuple[str, ...]) -> dict[str, Path]:
    roots = [ROOT / "emojis"] + ([settings.emojis] if settings.emojis else [])
    packs = find_packs(roots, labels, settings.pack)
    return {**packs[DEFAULT].files, **packs[settings.pack].files}
