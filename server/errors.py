"""Why the server cannot start."""


class StartError(Exception):
    """The server cannot start; the message is one line that says what to do. Ends the process with code 2."""
