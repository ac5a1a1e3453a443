"""Command line of the server: `python -m server` serves the page; `python -m server --help` lists the options."""

import argparse
import sys


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 on success, 2 when something about the input or the surroundings is wrong."""
    from server.commands import serve

    parser = argparse.ArgumentParser(
        prog="python -m server",
        description="Serve Emojify: a page on which an emoji follows your face.",
        epilog="Each option can be set in the environment too, by the name in capitals.",
    )
    serve.configure(parser)
    return serve.run(parser.parse_args(arguments))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # before the server was up; from then on Ctrl-C ends it with 0
        sys.exit(130)
