"""Keeps the noise of native libraries out of standard error without losing the message of a crash.

libjpeg (inside OpenCV) prints a line for each damaged JPEG, straight to file descriptor 2, and cannot be told not to:
a client could fill a disk with them. The alternatives lose more than the noise. Sending descriptor 2 to /dev/null
hides why native code aborted (`terminate called after throwing...`); so does a pipe that a thread of this process
reads, because the thread dies with the process; sending it to /dev/null only while decoding affects all threads.

So descriptor 2 becomes a pipe to a small process (`stderr_filter`), which drops the known lines, limits the rate of
others, and outlives this one by as long as it takes to pass on the rest. Python's own output, logging and the traces
of faulthandler bypass the pipe. The filter costs about 8 MB of memory.

Limits: if the server is process 1 of a container, the kernel kills the filter together with it. The message of an abort
then arrives only if the filter ran first (in half of 26 trials on an overloaded machine); the trace of faulthandler
always does. A library with a C runtime of its own, as on Windows, may bypass the filter.
"""

import contextlib
import faulthandler
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from safe_printing import safe_text

FILTER = Path(__file__).with_name("stderr_filter.py")
END_TIMEOUT_S = 2.0  # for the filter to pass on what is left; it needs milliseconds


@contextlib.contextmanager
def filtered_native_stderr(debug: bool = False) -> Iterator[None]:
    """Filter what native code writes to file descriptor 2, while inside.

    Args:
        debug: drop only what LiteRT and TensorFlow print while they load a model, for `--log-level debug`.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow (`--engine keras`) has a setting of its own
    sys.stderr.flush()
    with contextlib.ExitStack() as stack:
        encoding = sys.stderr.encoding or "utf-8"
        file = stack.enter_context(os.fdopen(os.dup(2), "w", buffering=1, encoding=encoding))
        kept, ours = sys.stderr, stack.enter_context(safe_text(file))
        stack.enter_context(_descriptor_2_filtered(debug))
        handlers = [
            each
            for each in logging.getLogger().handlers
            if isinstance(each, logging.StreamHandler) and each.stream is kept
        ]
        traced = faulthandler.is_enabled()
        sys.stderr = ours
        for handler in handlers:
            handler.setStream(ours)
        faulthandler.enable(ours)
        try:
            yield
        finally:
            sys.stderr = kept
            for handler in handlers:
                handler.setStream(kept)
            faulthandler.disable()
            if traced:
                faulthandler.enable(kept)


@contextlib.contextmanager
def _descriptor_2_filtered(debug: bool) -> Iterator[None]:
    source, sink = os.pipe()
    original = os.dup(2)
    process = None
    try:
        command = [sys.executable, "-I", "-S", str(FILTER), *(["debug"] if debug else [])]
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.DEVNULL)
        os.dup2(sink, 2)
    except OSError as error:  # a limit of processes or of memory: noise in the log is better than no server
        print(f"warning: messages of native libraries are not filtered: {error.strerror}", file=sys.stderr, flush=True)
    finally:
        os.close(source)
        os.close(sink)
    try:
        yield
    finally:
        os.dup2(original, 2)  # closes the only end of the pipe for writing: the filter ends
        os.close(original)
        if process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):  # a child process of ours may still hold the pipe
                process.wait(END_TIMEOUT_S)
