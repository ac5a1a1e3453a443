"""A server whose inference threads fail on request: `python -m tests.support.faulty_server`, options as of `server`.

A word after the end of a JPEG names the fault; decoders ignore such bytes. Only the analysers are wrapped, so the
server itself has no such feature.
"""

import argparse
import os
import sys
import threading

from server.cli.native_stderr import filtered_native_stderr
from server.cli.serve import analyser_factory, listen, serve
from server.live.inference_pool import Analyser
from server.logs import set_up
from server.settings import add_options, given_settings, load_settings
from server.vision.expression.manifest import load_manifest
from server.vision.state import State
from server.vision.types import Analysis

HANG, LATE, MEMORY, FAULT, EXIT = b"hang", b"late", b"memory", b"fault", b"exit"


class Faulty:
    """An analyser that obeys the last word of a frame."""

    def __init__(self, inner: Analyser) -> None:
        self._inner = inner

    def warm_up(self) -> None:
        self._inner.warm_up()

    def analyse(self, jpeg: bytes, received_at: float, state: State) -> tuple[Analysis, State]:
        if jpeg.endswith(HANG):
            threading.Event().wait()
        if jpeg.endswith(LATE):
            threading.Event().wait(1.0)
        if jpeg.endswith(MEMORY):
            raise MemoryError
        if jpeg.endswith(FAULT):
            raise ZeroDivisionError("a stage failed")
        if jpeg.endswith(EXIT):
            sys.exit(3)
        return self._inner.analyse(jpeg, received_at, state)


def main() -> int:
    parser = argparse.ArgumentParser()
    add_options(parser)
    settings = load_settings(given_settings(parser.parse_args()), dict(os.environ))
    set_up(settings.log_format, settings.log_level)
    manifest = load_manifest(settings.model)
    make = analyser_factory(settings, manifest)
    with filtered_native_stderr(settings.log_level == "debug"):
        return serve(settings, manifest, lambda: Faulty(make()), listen(settings.host, settings.port))


if __name__ == "__main__":
    sys.exit(main())
