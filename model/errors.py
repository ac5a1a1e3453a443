"""The errors that a person at the terminal can cause and can mend."""


class DataError(Exception):
    """Dataset files are missing or not what they should be; the message says what to do."""


class RunError(Exception):
    """A training run or an exported model is missing, damaged or does not fit; the message says what to do."""
