"""The two things that can go wrong here, each with words for the person who can mend it."""


class FrameError(Exception):
    """A frame that cannot be analysed; the next one may be fine.

    Attributes:
        code: `empty`, `not_jpeg`, `truncated`, `too_many_pixels` or `undecodable`; `not_picture` where PNG and
            WebP will do too; `internal` when the fault is ours.
        message: what was wrong, what was expected, what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        """Keep the code for programs and the message for people."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class ModelFilesError(Exception):
    """A file of the model or of the detector is missing or damaged: one line that says which and what to do."""
