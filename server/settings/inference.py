"""The model, the threads that run it, and the smoothing of its scores."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field

from server.settings.group import ROOT, SettingsGroup
from server.vision.detectors.registry import DetectorName
from server.vision.types import ExpressionSettings


class InferenceSettings(SettingsGroup):
    """Model, detector and smoothing."""

    model: Path = Field(
        ROOT / "model",
        description="Folder of an exported model (with emotion.json), or a .keras file, which is exported first.",
    )
    detector: DetectorName = Field(
        "blazeface",
        description="Face detector. `haar` is the tutorial's: it is many times slower and misses tilted faces.",
    )
    engine: Literal["litert", "keras"] = Field(
        "litert",
        description="What runs the model. `keras` runs emotion.keras itself; it is slower and needs TensorFlow.",
    )
    workers: int = Field(0, ge=0, le=256, description="Inference threads. 0 starts one for each core.")
    smoothing: float = Field(
        0.2,
        ge=0,
        le=5,
        description="Seconds over which scores are averaged (time constant). 0 follows every frame; 1 reacts slowly.",
    )
    margin: float = Field(
        0.1,
        ge=0,
        le=1,
        description="Lead in score (0 to 1) that a new label needs over the shown one. At 0 labels flicker; above "
        "0.25 clear changes are late too.",
    )
    floor: float = Field(0.4, ge=0, le=1, description="Score (0 to 1) below which the label is `unsure`.")
    expressiveness: float = Field(
        0.0,
        ge=-1,
        le=1,
        description="How easily neutral gives way to the other labels: 1 names faint expressions too, -1 only clear "
        "ones.",
    )
    living: Literal["auto", "on", "off"] = Field(
        "auto",
        description="Motion values, by which emojis come alive, for pages that ask. `auto` leaves them out while the "
        "inference threads are busy, so that nobody waits longer for expressions; `on` always gives them.",
    )
    adapt: bool = Field(
        False,
        description="Get to know each face while it is at rest, so that its faint expressions are found. Clients may "
        "switch it for themselves.",
    )

    @property
    def expression(self) -> ExpressionSettings:
        """The same for the pipeline."""
        return ExpressionSettings(
            smoothing_s=self.smoothing,
            margin=self.margin,
            floor=self.floor,
            expressiveness=self.expressiveness,
            adapt=self.adapt,
        )

    @property
    def threads(self) -> int:
        """Inference threads to start."""
        return self.workers or available_cores()


class EmojiSettings(SettingsGroup):
    """Emoji packs."""

    pack: str = Field(
        "default",
        pattern=r"^[^\W_][\w .-]*$",
        description="Emoji pack, by the name of its folder: the one that the page shows first, or that "
        "a command draws.",
    )
    emojis: Path | None = Field(
        None, description="Folder of further emoji packs, or of one pack. The packs in emojis/ are always available."
    )


def available_cores() -> int:
    """Cores this process may run on. A container's CPU quota is not visible here: set `workers` there."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
