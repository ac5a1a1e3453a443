"""Errors that the user can correct."""


class DataError(Exception):
    """Dataset files are missing or wrong; the message says what to do."""


class RunError(Exception):
    """A training run or an exported model is missing, damaged or does not fit; the message says what to do."""
