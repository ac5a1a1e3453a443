"""All settings, assembled from their groups; each group has a module of its own.

`server.settings.options` makes the command line, the environment variables and `--help` from them.
"""

from server.settings.access_control import AccessSettings, MetricsAccess
from server.settings.group import ROOT, SettingsGroup
from server.settings.inference import EmojiSettings, InferenceSettings, available_cores
from server.settings.limits import ConnectionSettings, FrameSettings
from server.settings.listening import ListeningSettings
from server.settings.log_output import LogFormat, LogLevel, LogSettings

__all__ = ["GROUPS", "ROOT", "LogFormat", "LogLevel", "MetricsAccess", "Settings", "available_cores"]

# In the order of --help and docs/settings.md.
GROUPS: dict[str, type[SettingsGroup]] = {
    "address and TLS": ListeningSettings,
    "access": AccessSettings,
    "inference": InferenceSettings,
    "emojis": EmojiSettings,
    "limits of frames": FrameSettings,
    "limits of connections and requests": ConnectionSettings,
    "log": LogSettings,
}


class Settings(
    ListeningSettings,
    AccessSettings,
    InferenceSettings,
    EmojiSettings,
    FrameSettings,
    ConnectionSettings,
    LogSettings,
):
    """All settings of the server. Immutable; raises pydantic's ValidationError on bad values."""
