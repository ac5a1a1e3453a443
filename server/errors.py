"""The error of a command that cannot start."""


class StartError(Exception):
    """A command cannot start; the message is one line that says what to do. Ends the process with code 2."""
