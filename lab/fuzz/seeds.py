"""Seed inputs of each target: valid ones, and a few known kinds of invalid ones."""

import base64
import json
import random
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from lab.bench.wire import BINARY, PING, TEXT, pack
from lab.soak.inputs import garbage, many_scans, with_claimed_size
from server.settings import ROOT
from tests.support.pictures import astronaut_frame, to_jpeg

_SMALL = np.asarray(cv2.resize(astronaut_frame(), (96, 72), interpolation=cv2.INTER_AREA), np.uint8)


def _encoded(ending: str, *options: int) -> bytes:
    done, data = cv2.imencode(ending, _SMALL, options)
    assert done
    return data.tobytes()


def _frames() -> list[bytes]:
    plain = to_jpeg(_SMALL)
    odd = [to_jpeg(np.asarray(_SMALL[:1, :1], np.uint8)), to_jpeg(np.asarray(_SMALL[:, :2], np.uint8)), plain + b"more"]
    exif = plain[:2] + b"\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    kinds = [_encoded(".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 1), _encoded(".jpg", cv2.IMWRITE_JPEG_RST_INTERVAL, 1)]
    kinds.append(to_jpeg(np.asarray(cv2.cvtColor(_SMALL, cv2.COLOR_BGR2GRAY), np.uint8)))
    rng = random.Random(0)
    claimed = [with_claimed_size(plain, 20_000, 20_000), with_claimed_size(plain, 0, 9)]
    bad = [*claimed, many_scans(25), *garbage(rng, plain, 8)]
    return [plain, *odd, exif + plain[2:], *kinds, *bad]


def _pictures() -> list[bytes]:
    return [*_frames(), _encoded(".png"), _encoded(".webp"), _encoded(".webp", cv2.IMWRITE_WEBP_QUALITY, 101)]


def _texts() -> list[bytes]:
    good = {"type": "configure", "smoothing_s": 0.3, "margin": 0.1, "floor": 0.4, "resting": None, "reset": False}
    face = {"type": "configure", "resting": [0.1, 0, 0, 0.2, 0.7, 0, 0]}
    bad = [b"", b"{}", b"[[[[", b'"\\ud800"']
    bad += [b'{"type":"configure","floor":NaN}', b'{"type":"configure","margin":1e999}']
    # Features only, as many as the target's model has.
    example = base64.b64encode(b"\x01\0" + bytes(2 * 8)).decode()
    teaching = [
        {"type": "example", "seconds": 1.5},
        {"type": "teach", "label": "wink", "example": example},
        {"type": "teach", "label": "\ud800", "example": example[:-4]},
        {"type": "forget", "label": None},
    ]
    return [*(json.dumps(message).encode() for message in (good, face, *teaching)), *bad]


def _forms() -> list[bytes]:
    head = b'--b\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n'
    head += b"Content-Type: image/jpeg\r\n\r\n"
    form = b"multipart/form-data; boundary=b\n" + head + to_jpeg(_SMALL) + b"\r\n--b--\r\n"
    text = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    two = b'multipart/form-data; boundary="b"; charset=x\n' + text + head + b"x\r\n--b--"
    odd = [b"multipart/form-data" + end for end in (b"\n", b"; boundary*0*=utf-8''%62\n--b", b"; boundary=\n")]
    return [form, two, *odd]


def _uploads() -> list[bytes]:
    return [*_forms(), b"image/jpeg\n" + to_jpeg(_SMALL), b"image/png;q=1\n" + _encoded(".png"), b"\n", b"text/html\n<"]


def _manifests() -> list[bytes]:
    real = (ROOT / "model" / "emotion.json").read_bytes()
    fields = json.loads(real)
    values: tuple[Any, ...] = (None, 0, -1, 1e999, "", "\ud800", [], [[]], {}, {"": None}, True)
    damaged = [json.dumps({**fields, name: value}).encode() for name in fields for value in values]
    damaged += [json.dumps(value).encode() for value in values]
    return [real, json.dumps(fields, separators=(",", ":")).encode(), b"", b"{", b"[" * 10_000, *damaged]


def _faces() -> list[bytes]:
    example = base64.b64encode(b"\x01\0" + bytes(2 * 8)).decode()  # as above
    wink = {"label": "wink", "name": "Wink", "emoji": None, "examples": [example] * 2}
    happy = {"label": "happy", "emoji": "data:image/png;base64,iVBORw0K", "examples": [example]}
    fields = {"format": 1, "model": "0" * 64, "expressions": [wink, happy]}
    values: tuple[Any, ...] = (None, 0, "", "\ud800", [], [[]], {}, [{}], True)
    damaged = [{**fields, name: value} for name in fields for value in values]
    damaged += [{**fields, "expressions": [{**wink, name: value}]} for name in wink for value in values]
    return [*(json.dumps(each).encode() for each in (fields, *damaged)), b"", b"{", b"[" * 10_000, b"\xff"]


def _packs() -> list[bytes]:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
    about = b'pack.json\t{"name": "Mine", "author": "me", "licence": "CC0", "files": {"happy": "smile.svg"}}'
    whole = b"\n".join([about, b"smile.svg\t" + svg, b"sad.svg\t" + svg, b"no-face.png\t\x89PNG\r\n\x1a\n"])
    links = b"happy.svg\t-> /etc/passwd\nsad.svg\t-> ../../x.svg\nfear.svg\t-> fear.svg\nangry.svg\t-> /dev/zero"
    hostile = (b"<script>.svg", b'"onload=.svg', b"%2e%2e.svg", b"HAPPY.SVG", b"\xff.svg")
    names = b"\n".join([*(name + b"\t<svg" for name in hostile), b"pack.json\t-> /dev/zero"])
    out = b'pack.json\t{"files": {"happy": "../x.svg", "sad": null, "fear": "", "angry": ".."}}\nhappy.svg\t<svg'
    texts = b'pack.json\t{"name": "a\\u0000b", "author": 1, "files": []}\nhappy.svg\t<?xml?><svg/>\n'
    texts += b"sad.svg\t\xef\xbb\xbf<svg"
    return [whole, links, names, out, texts, b"pack.json\t[" + b"[" * 5000]


def _sockets() -> list[bytes]:
    frame = pack(BINARY, to_jpeg(_SMALL))
    parts = b"\x02" + pack(BINARY, b"\xff\xd8")[1:] + b"\x00" + pack(0, b"\xff")[1:] + pack(0, b"")
    wrong = [b"\x83\x80" + bytes(4), b"\x82\x05hello", pack(0, b"x"), pack(TEXT, b"\xff"), b"\xc2\x80" + bytes(4)]
    wrong += [b"\x82\xff\x7f" + bytes(11), b"\x89\xfe\x00\xff" + bytes(300), pack(8, b"\x03"), pack(8, b"\x03\xed")]
    return [frame, frame * 5, pack(TEXT, _texts()[0]), pack(PING, b"x"), pack(8, b"\x03\xe8"), parts, *wrong]


def _requests() -> list[bytes]:
    def request(line: str, *headers: str, body: bytes = b"") -> bytes:
        return "\r\n".join([line, "Host: localhost", *headers, "", ""]).encode() + body

    jpeg = to_jpeg(_SMALL)
    post, length = "POST /api/classify HTTP/1.1", f"Content-Length: {len(jpeg)}"
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
    content_type, form = _forms()[0].split(b"\n", 1)
    paths = ("/", "/api/emojis", "/healthz", "/static/../x", "/emojis/default/%00")
    deflate = "Sec-WebSocket-Extensions: permessage-deflate"
    return [
        *(request(f"GET {path} HTTP/1.1") for path in paths),
        request(post, "Content-Type: image/jpeg", length, body=jpeg),
        request(post, f"Content-Type: {content_type.decode()}", f"Content-Length: {len(form)}", body=form),
        request(post, "Content-Type: image/jpeg", "Transfer-Encoding: chunked", body=b"3\r\n\xff\xd8\xff\r\n0\r\n\r\n"),
        request(post, length, "Content-Length: 3", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
        request("GET /ws HTTP/1.1", *upgrade, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="),
        request("GET /ws HTTP/1.1", *upgrade, "Sec-WebSocket-Key: short", deflate),
        request("GET / HTTP/1.1", "X: " + "y" * 70_000),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
    ]


SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "frames": _frames,
    "pictures": _pictures,
    "texts": _texts,
    "uploads": _uploads,
    "forms": _forms,
    "manifests": _manifests,
    "faces": _faces,
    "packs": _packs,
    "sockets": _sockets,
    "requests": _requests,
}
