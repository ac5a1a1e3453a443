"""The errors of this package. Their messages say what was wrong, what was expected and what to do."""


class FrameError(Exception):
    """A frame cannot be analysed; the next one may be fine.

    Attributes:
        code: `empty`, `not_jpeg`, `truncated`, `too_many_pixels` or `undecodable`; `not_picture` where other kinds
            are accepted too; `internal` for a fault of the server.
        message: what was wrong, what was expected, what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        """Keeps the code for programs and the message for people."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def too_many_pixels(width: int, height: int, max_pixels: int) -> FrameError:
    """The error of a picture that is too large."""
    claim = f"{width}x{height}, more than the {max_pixels} pixels allowed here"
    return FrameError("too_many_pixels", f"The picture is {claim}; make it smaller.")


class ModelFilesError(Exception):
    """A file of the model or of the detector is missing or damaged; the message is one line."""
