"""Cameras in a network that ask for user and password: RTSP with H.264, and HTTP with files and Motion JPEG."""

import base64
import http.server
import re
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from tests.support.pictures import to_jpeg

USER, PASSWORD = "operator", "s3cr3t-w0rd"
BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
FRAMES = 20


class RtspCamera(socketserver.StreamRequestHandler):
    """One session (RFC 2326): each NAL unit of H.264 is one RTP packet (RFC 6184, 5.6) in the same connection."""

    picture: npt.NDArray[np.uint8]

    def handle(self) -> None:
        while request := b"".join(iter(self.rfile.readline, b"\r\n")).decode():
            method, number = request.split()[0], re.findall(r"(?i)cseq: *(\d+)", request)[0]
            if method != "OPTIONS" and BASIC not in request:
                self.answer(number, "401 Unauthorized", 'WWW-Authenticate: Basic realm="camera"')
            elif method == "DESCRIBE":
                lines = ("v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=camera", "t=0 0", "m=video 0 RTP/AVP 96")
                sdp = "\r\n".join((*lines, "a=rtpmap:96 H264/90000", "a=control:video", ""))
                self.answer(number, "200 OK", "Content-Type: application/sdp", body=sdp)
            elif method == "SETUP":
                self.answer(number, "200 OK", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1", "Session: 1")
            else:
                self.answer(number, "200 OK", "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN", "Session: 1")
                if method == "PLAY":
                    self.play()
                    return

    def answer(self, number: str, status: str, *headers: str, body: str = "") -> None:
        lines = (f"RTSP/1.0 {status}", f"CSeq: {number}", *headers, f"Content-Length: {len(body)}", "", body)
        self.wfile.write("\r\n".join(lines).encode())

    def play(self) -> None:
        encoder = av.CodecContext.create("libx264", "w")
        assert isinstance(encoder, av.VideoCodecContext)
        encoder.height, encoder.width = self.picture.shape[:2]
        encoder.pix_fmt, encoder.time_base = "yuv420p", Fraction(1, 20)
        encoder.options = {"tune": "zerolatency", "preset": "veryfast"}
        frame, count = av.VideoFrame.from_ndarray(self.picture, format="bgr24"), 0
        for at in range(FRAMES):
            frame.pts = at
            data = b"".join(map(bytes, encoder.encode(frame)))
            units = re.split(rb"\x00?\x00\x00\x01", data)[1:]
            for unit in units:
                last = 0x80 if unit is units[-1] else 0
                packet = struct.pack(">BBHII", 0x80, last | 96, count, at * 4500, 7) + unit
                self.wfile.write(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
                count += 1


class HttpCamera(http.server.SimpleHTTPRequestHandler):
    """Files of a folder; at /live pictures as multipart/x-mixed-replace."""

    picture: npt.NDArray[np.uint8]

    def do_GET(self) -> None:
        if self.headers.get("Authorization") != BASIC:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="camera"')
            self.end_headers()
        elif self.path.startswith("/live"):
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            jpeg = to_jpeg(self.picture)
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n".encode()
            for _ in range(FRAMES):
                self.wfile.write(head + jpeg + b"\r\n")
            self.wfile.write(b"--frame--\r\n")
        else:
            super().do_GET()

    def log_message(self, *arguments: Any) -> None:
        """Nothing: the output of the tests is theirs."""


@contextmanager
def network_camera(
    kind: type[RtspCamera] | type[HttpCamera], picture: npt.NDArray[np.uint8], folder: Path
) -> Iterator[int]:
    """A camera that shows a picture; gives its port on 127.0.0.1."""

    class Camera(kind):  # type: ignore[valid-type,misc]
        def __init__(self, *arguments: Any) -> None:
            self.picture = picture
            options = {"directory": str(folder)} if issubclass(kind, HttpCamera) else {}
            super().__init__(*arguments, **options)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *arguments: Any) -> None:
            """A client that leaves early is no error."""

    with Server(("127.0.0.1", 0), Camera) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
