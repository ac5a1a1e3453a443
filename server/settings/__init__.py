"""The settings: their groups, the command-line options made from them, and the checks of their values."""

from server.settings.groups import ROOT, Settings, available_cores
from server.settings.options import add_options, given_settings, load_settings

__all__ = ["ROOT", "Settings", "add_options", "available_cores", "given_settings", "load_settings"]
