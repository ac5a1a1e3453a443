"""`python -m server`: serve the page and the socket until Ctrl-C."""

import argparse
import logging
import os
import socket
import sys
from collections.abc import Callable

import cv2

from server.cli.access_setup import certify, proxies, with_token
from server.cli.keras_export import exported
from server.cli.native_stderr import filtered_native_stderr
from server.cli.startup_message import more_lines, ready_line, warning
from server.cli.uvicorn_server import make_server
from server.errors import StartError
from server.http.app import create_app
from server.live.inference_pool import Analyser
from server.logs import fields, set_up
from server.settings.groups import Settings
from server.settings.options import add_options, given_settings, load_settings
from server.tls.certificate_files import check_files
from server.vision.errors import ModelFilesError
from server.vision.expression.manifest import Manifest, load_manifest
from server.vision.pipeline import Pipeline, make_pipeline

DESCRIPTION = "Serve Emojify: a page on which an emoji follows your face."

log = logging.getLogger(__name__)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare this command's options."""
    add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Serve; 0 after a clean end, 2 when the server cannot start or can no longer work."""
    try:
        settings = load_settings(given_settings(options), dict(os.environ))
        if settings.certfile and settings.keyfile:
            check_files(settings.certfile, settings.keyfile)
        listener = listen(settings.host, settings.port)
        manifest = load_manifest(exported(settings.model))
        make = analyser_factory(settings, manifest)
        set_up(settings.log_format, settings.log_level)
        with filtered_native_stderr(settings.log_level != "debug"):
            first = make()  # a missing or damaged file is reported now, in one line, and not by a thread later
            return serve(settings, manifest, beginning_with(first, make), listener)
    except (StartError, ModelFilesError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def analyser_factory(settings: Settings, manifest: Manifest) -> Callable[[], Pipeline]:
    """What each inference thread calls to make its own pipeline.

    OpenCV gets one thread, for the whole process: the inference threads share the cores already.
    """
    cv2.setNumThreads(1)
    return lambda: make_pipeline(settings.detector, settings.engine, manifest, settings.frame_pixels)


def beginning_with(first: Pipeline, make: Callable[[], Pipeline]) -> Callable[[], Pipeline]:
    """The same factory, whose first product is made already: thrown away, it would still hold 10 MB."""
    made = [first]

    def take_or_make() -> Pipeline:
        try:
            return made.pop()  # whichever thread comes first; popping is atomic
        except IndexError:
            return make()

    return take_or_make


def listen(host: str, port: int) -> socket.socket:
    """Bind the port before anything else is loaded, so that a used one is known at once.

    Raises:
        StartError: the address or the port cannot be had.
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
        hint = "another program uses it; stop that one or choose another --port"
        reason = hint if error.errno in (48, 98, 10048) else (error.strerror or str(error))
        raise StartError(f"cannot listen on {host} port {port}: {reason}") from error
    return listener


def serve(
    settings: Settings, manifest: Manifest, make: Callable[[], Analyser], listener: socket.socket
) -> int:
    """Serve on a bound listener until a signal or until the threads cannot work; returns the exit code.

    `make` is called in each inference thread.
    """
    broken: list[Exception | None] = []
    settings, made = with_token(settings)
    certificate = certify(settings) if settings.tls else None
    port = listener.getsockname()[1]
    log.info("starts", extra=fields(port=port, threads=settings.threads, detector=settings.detector))

    def announce() -> None:
        log.info("ready", extra=fields(port=port))
        lines = [ready_line(settings, port, made), *more_lines(settings, port, made, certificate)]
        print("\n".join(lines), flush=True)

    def give_up(reason: Exception | None) -> None:
        broken.append(reason)
        server.should_exit = True

    app = create_app(settings, manifest, make, announce, give_up, certificate.authority if certificate else None)
    server = make_server(
        app,
        settings,
        app.state.observer,
        app.state.close_all,
        ws_max_size=settings.frame_bytes,
        ws_per_message_deflate=False,  # JPEG does not compress further; it would only cost time
        timeout_keep_alive=settings.keep_alive,
        server_header=False,
        access_log=False,  # its lines would have addresses, and the token once
        log_config=None,
        log_level=None,
        proxy_headers=bool(settings.trusted_proxy),  # uvicorn itself would believe every program of this machine
        forwarded_allow_ips=proxies(settings.trusted_proxy),
        ssl_certfile=certificate.file if certificate else settings.certfile,
        ssl_keyfile=settings.keyfile,
    )
    if unsafe := warning(settings):
        print(unsafe, file=sys.stderr, flush=True)
    server.run(sockets=[listener])
    log.info("ended", extra=fields(code=2 if broken else 0))
    if broken:
        print(f"error: the inference threads cannot work: {broken[0]}", file=sys.stderr)
        return 2
    return 0
