"""`python -m server`: serve the page, the WebSocket and the HTTP API until Ctrl-C."""

import argparse
import errno
import logging
import os
import socket
import sys
from collections.abc import Callable

import cv2

from server.cli.access_options import tls_certificate, trusted_networks, with_generated_token
from server.cli.keras_export import exported_model
from server.cli.native_stderr import filtered_native_stderr
from server.cli.startup_message import access_lines, phone_link, ready_line, warning
from server.cli.uvicorn_server import make_server
from server.errors import StartError
from server.http.app import create_app
from server.live.inference_pool import Analyser
from server.logs import fields, set_up
from server.qr_code import terminal_text
from server.settings import Settings, add_options, given_settings, load_settings
from server.tls.certificate_files import check_files
from server.vision.errors import ModelFilesError
from server.vision.expression.manifest import Manifest, load_manifest
from server.vision.pipeline import Pipeline, make_pipeline

USAGE = "python -m server [OPTION ...]"
DESCRIPTION = """Serve Emojify: a web page on which an emoji follows your face.

Exit codes: 0 ended by Ctrl-C or SIGTERM; 1 a graceful shutdown took too long; 2 the server could not start, or its
inference threads failed repeatedly; 130 Ctrl-C before the server was ready.
"""

log = logging.getLogger(__name__)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare this command's options."""
    add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Serve; returns the exit code, see DESCRIPTION."""
    try:
        settings = load_settings(given_settings(options), dict(os.environ))
        if settings.certfile and settings.keyfile:
            check_files(settings.certfile, settings.keyfile)
        listener = listen(settings.host, settings.port)
        manifest = load_manifest(exported_model(settings.model))
        make = analyser_factory(settings, manifest)
        set_up(settings.log_format, settings.log_level)
        with filtered_native_stderr(settings.log_level == "debug"):
            first = make()  # a missing or damaged file is reported now, in one line, and not by a thread later
            return serve(settings, manifest, reusing_first(first, make), listener)
    except (StartError, ModelFilesError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def analyser_factory(settings: Settings, manifest: Manifest) -> Callable[[], Pipeline]:
    """The function that each inference thread calls to make its own pipeline.

    OpenCV gets one thread in the whole process, because the inference threads already use all cores.
    """
    cv2.setNumThreads(1)
    return lambda: make_pipeline(
        settings.detector,
        settings.engine,
        manifest,
        settings.frame_pixels,
        max_picture_pixels=settings.picture_pixels,
    )


def reusing_first(first: Pipeline, make: Callable[[], Pipeline]) -> Callable[[], Pipeline]:
    """A factory that returns `first` once, then new pipelines: a discarded one would still occupy 10 MB."""
    unused = [first]

    def take_or_make() -> Pipeline:
        try:
            return unused.pop()  # atomic
        except IndexError:
            return make()

    return take_or_make


def listen(host: str, port: int) -> socket.socket:
    """Bind the port before the model is loaded, so that a port in use is reported immediately.

    Raises:
        StartError: the address or the port is not available.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":  # on Windows this option would let two servers share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        hint = "another program uses this port; stop it or choose another --port"
        reason = hint if error.errno == errno.EADDRINUSE else (error.strerror or str(error))
        raise StartError(f"cannot listen on {host} port {port}: {reason}") from error
    return listener


def serve(settings: Settings, manifest: Manifest, make: Callable[[], Analyser], listener: socket.socket) -> int:
    """Serve on a bound listener until a signal arrives or the threads fail; returns the exit code.

    `make` is called in each inference thread.
    """
    failures: list[Exception | None] = []
    settings, token = with_generated_token(settings)
    certificate = tls_certificate(settings) if settings.tls else None
    port = listener.getsockname()[1]
    log.info("starts", extra=fields(port=port, threads=settings.threads, detector=settings.detector))

    def announce() -> None:
        log.info("ready", extra=fields(port=port))
        lines = [ready_line(settings, port, token), *access_lines(settings, port, token, certificate)]
        link = phone_link(settings, port, token)
        code = terminal_text(link, sys.stdout) if link else None
        print("\n".join([*lines, *([f"Scan it with a phone:\n{code}"] if code else [])]), flush=True)

    def stop(reason: Exception | None) -> None:
        failures.append(reason)
        server.should_exit = True

    app = create_app(settings, manifest, make, announce, stop, certificate.authority if certificate else None)
    server = make_server(
        app,
        settings,
        app.state.observer,
        app.state.close_all,
        ws_max_size=settings.frame_bytes,
        ws_per_message_deflate=False,  # JPEG does not compress further
        timeout_keep_alive=settings.keep_alive,
        server_header=False,
        access_log=False,  # it would contain addresses, and the token once
        log_config=None,
        log_level=None,
        proxy_headers=bool(settings.trusted_proxy),  # by default uvicorn trusts every program on this computer
        forwarded_allow_ips=trusted_networks(settings.trusted_proxy),
        ssl_certfile=certificate.file if certificate else settings.certfile,
        ssl_keyfile=settings.keyfile,
    )
    if unsafe := warning(settings):
        print(unsafe, file=sys.stderr, flush=True)
    server.run(sockets=[listener])
    log.info("ended", extra=fields(code=2 if failures else 0))
    if failures:
        print(f"error: the inference threads failed: {failures[0]}", file=sys.stderr)
        return 2
    return 0
