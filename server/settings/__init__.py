"""The settings: their groups, the command-line options made from them, and the checks of their values."""
