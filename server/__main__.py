"""Command line: `python -m server` serves the page, `image` and `video` read files.

`python -m server --help` lists the options of each. Exit codes: 0 when all went well, 1 when some of the input could
not be read (the rest is done), 2 when nothing could be done, 130 after Ctrl-C.
"""

import argparse
import sys
from typing import Any

EPILOG = """Each option can be set in the environment too, by the name in capitals.

other commands:
  python -m server image FILE... [-o OUT]       read pictures (python -m server image --help)
  python -m server video SOURCE [-o OUT.mp4]    read a video or a camera (python -m server video --help)
"""

COMMANDS = ("serve", "image", "video")


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    name = words[0] if words and words[0] in COMMANDS else ""
    command = _command(name)
    parser = argparse.ArgumentParser(
        prog=f"python -m server {name}".strip(),
        description=command.DESCRIPTION,
        epilog=EPILOG if name in ("", "serve") else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.configure(parser)
    code: int = command.run(parser.parse_args(words[1:] if name else words))
    return code


def _command(name: str) -> Any:
    """The module of a command; the others are not even loaded."""
    if name == "image":
        from server.cli import image

        return image
    if name == "video":
        from server.cli import video

        return video
    from server.cli import serve

    return serve


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # before the server was up; from then on Ctrl-C ends it with 0
        sys.exit(130)
