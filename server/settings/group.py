"""The base of the groups of settings."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

ROOT = Path(__file__).resolve().parents[2]  # the folder with server/, web/, model/ and emojis/

REPEATABLE = "May be repeated or separated by commas."


class SettingsGroup(BaseModel):
    """Settings that `--help` and docs/settings.md show together. Immutable.

    A field's description says what the setting is, its unit, and the reason for its default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: Any, info: ValidationInfo) -> Any:
        """An empty environment variable, as in a compose file, means none, no or an empty list."""
        default = cls.model_fields[info.field_name or ""].default
        return default if value == "" and default in (None, False, ()) else value
