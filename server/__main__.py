"""Command line: `python -m server` serves the page; the commands `image` and `video` read files.

Exit codes: 0 success, 1 partial success, 2 failure with one line on standard error, 130 ended by Ctrl-C. The
DESCRIPTION of each command has the details; `--help` shows it.
"""

from __future__ import annotations  # for older versions of Python, which main() refuses

import argparse
import sys
from typing import Any, NoReturn

from server.supported_python import python_problem

EPILOG = """Each option can also be set by the environment variable in its description; the option takes precedence.

other commands:
  python -m server image FILE... [-o OUT]       classify faces in pictures (python -m server image --help)
  python -m server video SOURCE [-o OUT.mp4]    classify faces in a video or camera (python -m server video --help)
"""

COMMANDS = ("serve", "image", "video")


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    problem = python_problem(sys.version_info[:3])
    if problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    given = sys.argv[1:] if arguments is None else arguments
    name = given[0] if given and given[0] in COMMANDS else ""
    command = _command(name)
    parser = _Parser(
        prog=f"python -m server {name}".strip(),
        usage=command.USAGE,  # argparse would list all options before their descriptions
        description=command.DESCRIPTION,
        epilog=EPILOG if name in ("", "serve") else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.configure(parser)
    code: int = command.run(parser.parse_args(given[1:] if name else given))
    return code


class _Parser(argparse.ArgumentParser):
    """Leaves addresses out of its errors: they may hold the password of a camera."""

    def error(self, message: str) -> NoReturn:
        from server.cli.video_address import without_addresses

        super().error(without_addresses(message))


def _command(name: str) -> Any:
    """Import only the module of the command."""
    if name == "image":
        from server.cli import image

        return image
    if name == "video":
        from server.cli import video

        return video
    from server.cli import serve

    return serve


if __name__ == "__main__":
    from safe_printing import make_printing_safe, printing_fault

    make_printing_safe()
    try:
        code = main()
        fault = printing_fault()  # no :=, which an older Python that is to be refused cannot read
        if fault:
            print(f"error: {fault}", file=sys.stderr)
        sys.exit(code or (1 if fault else 0))
    except KeyboardInterrupt:  # before the server is ready; afterwards Ctrl-C ends it with 0
        sys.exit(130)
