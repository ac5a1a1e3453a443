"""`--view`: the drawing as it is made, in the browser of this machine; OpenCV without windows needs none."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
import numpy as np
from numpy.typing import NDArray

from server.http.access.headers import SECURITY_HEADERS
from server.loopback import LOOPBACK_NAMES
from server.origins import host_name

PAGE = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Emojify: video</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css"><img src="/live" alt="The video with its emoji, live"></html>"""
STYLE = b"html, body, img { margin: 0; width: 100%; height: 100%; background: #2a1433; object-fit: contain }"
BOUNDARY = "emojify"
JPEG_QUALITY = 85


class View:
    """A small server on a free port of this machine; each frame goes to whoever looks. Nothing is kept but the last."""

    def __init__(self) -> None:
        """Start it."""
        self._frame, self._number, self._ended = b"", 0, False
        self._changed = threading.Condition()
        self.watched = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where to look."""
        return f"http://localhost:{self._server.server_address[1]}/"

    def show(self, picture: NDArray[np.uint8]) -> None:
        """The next frame, uint8 [height, width, 3]."""
        jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
        with self._changed:
            self._frame, self._number = jpeg, self._number + 1
            self._changed.notify_all()

    def close(self) -> None:
        """End all streams and the server."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()

    def after(self, number: int) -> tuple[int, bytes] | None:
        """The newest frame once there is one after `number`; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._number > number or self._ended)
            return (self._number, self._frame) if self._number > number else None


def _handler(view: View) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # Under another name it could be a foreign page that has rebound its own.
            if host_name(self.headers.get("host", "")) not in LOOPBACK_NAMES:
                self.send_error(403)
            elif self.path == "/live":
                self._stream()
            elif self.path in ("/", "/style.css"):
                self._send(*((PAGE, "text/html") if self.path == "/" else (STYLE, "text/css")))
            else:
                self.send_error(404)

        def _send(self, body: bytes, kind: str) -> None:
            self._begin(kind)
            self.wfile.write(body)

        def _begin(self, kind: str) -> None:
            self.send_response(200)
            for name, value in {**SECURITY_HEADERS, "content-type": kind}.items():
                self.send_header(name, value)
            self.end_headers()

        def _stream(self) -> None:
            self._begin(f"multipart/x-mixed-replace; boundary={BOUNDARY}")
            view.watched.set()
            number = 0
            try:
                while (newer := view.after(number)) is not None:
                    number, jpeg = newer
                    head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                    self.wfile.write(head.encode() + jpeg + b"\r\n")
                self.wfile.write(f"--{BOUNDARY}--\r\n".encode())
            except ConnectionError:
                return  # the page was closed

        def send_response(self, code: int, message: str | None = None) -> None:
            """Begin an answer, without the banner that names the versions of Python and its server."""
            self.send_response_only(code, message)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
