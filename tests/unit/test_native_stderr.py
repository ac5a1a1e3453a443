"""What native code writes to file descriptor 2: known noise is dropped, the message of a crash arrives."""

import logging
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from server.cli.stderr_filter import LAST_LINES, MAX_LINES, PERIOD_S, LineFilter
from tests.support import ROOT
from tests.support.running_server import TIMEOUT

NATIVE = """
import ctypes, logging, os, sys
from server.cli.native_stderr import filtered_native_stderr
libc = ctypes.CDLL(None)
def native(text): libc.write(2, text, len(text))
logging.basicConfig(format="%(message)s")
"""


def run(body: str) -> "subprocess.CompletedProcess[str]":
    code = NATIVE + textwrap.dedent(body)
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )


@pytest.mark.skipif(os.name != "posix", reason="needs libc")
def test_the_last_words_of_an_abort_in_native_code_arrive() -> None:
    done = run(
        """
        with filtered_native_stderr():
            native(b"terminate called after throwing an instance of 'std::bad_alloc'\\n  what():  no newline")
            libc.abort()
        """
    )
    assert done.returncode == -signal.SIGABRT
    assert "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  no newline\n" in done.stderr
    assert "Fatal Python error: Aborted" in done.stderr, "the trace of faulthandler"


@pytest.mark.skipif(os.name != "posix", reason="needs libc")
def test_without_a_process_to_spare_everything_arrives_unfiltered() -> None:
    done = run(
        """
        import subprocess
        def refuse(*arguments, **options): raise BlockingIOError(11, "Resource temporarily unavailable")
        subprocess.Popen = refuse
        with filtered_native_stderr():
            native(b"Corrupt JPEG data\\n")
        """
    )
    warning, noise = done.stderr.splitlines()
    assert warning.startswith("warning: messages of native libraries are not filtered: Resource")
    assert noise == "Corrupt JPEG data" and done.returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="needs libc")
def test_the_last_words_arrive_after_a_flood_too() -> None:
    done = run(
        """
        with filtered_native_stderr():
            for _ in range(5000):
                native(b"some library: something\\n")
            native(b"assertion failed\\n")
            libc.abort()
        """
    )
    assert "assertion failed\n" in done.stderr
    assert done.stderr.count("some library") < MAX_LINES + LAST_LINES


@pytest.mark.skipif(os.name != "posix", reason="needs libc")
def test_damaged_jpegs_write_nothing_and_python_bypasses_the_filter() -> None:
    done = run(
        """
        import cv2, numpy
        picture = numpy.random.default_rng(0).integers(0, 256, (64, 64, 3), numpy.uint8)
        jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
        with filtered_native_stderr():
            for end in range(len(jpeg) // 2, len(jpeg) - 2, 50):
                cv2.imdecode(numpy.frombuffer(jpeg[:end], numpy.uint8), cv2.IMREAD_COLOR)
            print("Corrupt JPEG data: printed", file=sys.stderr)
            logging.warning("Corrupt JPEG data: logged")
        native(b"after\\n")
        """
    )
    assert done.stderr == "Corrupt JPEG data: printed\nCorrupt JPEG data: logged\nafter\n"
    assert done.returncode == 0


def test_lines_pass_at_a_limited_rate_and_the_last_ones_are_held() -> None:
    now = 0.0
    kept = LineFilter(clock=lambda: now)
    assert [kept.passes(b"line %d\n" % n) for n in range(100)] == [True] * MAX_LINES + [False] * (100 - MAX_LINES)
    assert kept.held() == [b"line %d\n" % n for n in range(100 - LAST_LINES, 100)]
    now = PERIOD_S
    assert kept.passes(b"next period\n") and kept.held() == []
    assert not kept.passes(b"Corrupt JPEG data: premature end of data segment\n") and kept.held() == []


def test_debug_passes_everything_but_the_messages_of_loading() -> None:
    line_filter = LineFilter(debug=True)
    warnings = [b"Corrupt JPEG data: premature end of data segment\n"] * (2 * MAX_LINES)
    assert all(line_filter.passes(line) for line in warnings)
    assert not line_filter.passes(b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n")


def test_standard_error_and_handlers_are_restored() -> None:
    from server.cli.native_stderr import filtered_native_stderr

    stream, handlers = sys.stderr, [getattr(each, "stream", None) for each in logging.getLogger().handlers]
    before = os.fstat(2)
    with filtered_native_stderr():
        assert os.fstat(2).st_ino != before.st_ino
    assert sys.stderr is stream and os.fstat(2).st_ino == before.st_ino
    assert [getattr(each, "stream", None) for each in logging.getLogger().handlers] == handlers
