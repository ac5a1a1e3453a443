"""What the server writes to standard error."""

from typing import Literal

from pydantic import Field

from server.settings.group import SettingsGroup

LogFormat = Literal["text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]


class LogSettings(SettingsGroup):
    """The log."""

    log_format: LogFormat = Field(
        "text", description="Format of the log: `text` for people, or `json`, one object per line, for programs."
    )
    log_level: LogLevel = Field(
        "warning",
        description="Lowest level that is logged. `info` adds start and end of the server, `debug` each connection and "
        "the output of native libraries.",
    )
