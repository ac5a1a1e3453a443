"""The HTTP API on a real server: pictures of all kinds, and problem documents."""

import http.client
import json
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from server.http.problem_details import PROBLEMS
from server.http.schema import CLASSIFIED, ModelServed, ProblemDocument
from server.live.messages import ResultMessage
from server.vision.motion.values import Motion
from tests.support import ROOT
from tests.support.pictures import to_jpeg
from tests.support.running_server import TIMEOUT, RunningServer

Reply = tuple[int, dict[str, str], Any]


def ask(server: RunningServer, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
    """Status, headers and JSON of an answer; header names are given with underscores."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Host": f"localhost:{server.port}", **named})
        response = connection.getresponse()
        given = {name.lower(): value for name, value in response.getheaders()}
        return response.status, given, json.loads(response.read())
    finally:
        connection.close()


def classify(server: RunningServer, body: bytes, content_type: str = "image/jpeg", **headers: str) -> Reply:
    return ask(server, "POST", "/api/classify", body, content_type=content_type, **headers)


def problem(reply: Reply, code: str) -> dict[str, Any]:
    """The problem document, which must follow the schema, be listed on /docs and have this code."""
    status, headers, fields = reply
    assert headers["content-type"] == "application/problem+json", reply
    document = ProblemDocument.model_validate(fields)
    assert document.code == code and document.status == status == PROBLEMS[code][0]
    assert document.type == f"/docs#{code}" and len(document.detail) > 20
    return dict(fields)


@pytest.mark.parametrize("ending", [".jpg", ".png", ".webp"])
def test_a_smile_is_happy_in_every_kind_of_picture(
    server: RunningServer, smiling: npt.NDArray[np.uint8], ending: str
) -> None:
    picture = cv2.imencode(ending, smiling)[1].tobytes()
    kind = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}[ending]
    status, headers, answer = classify(server, picture, kind)
    assert status == 200 and headers["content-type"] == "application/json"
    assert [face.label for face in ResultMessage.model_validate(answer).faces] == ["happy"]


def test_the_response_is_the_result_message_of_the_websocket(server: RunningServer, smiling_jpeg: bytes) -> None:
    answer = classify(server, smiling_jpeg)[2]
    with server.connect() as client:
        client.expect("hello")
        result = client.ask(smiling_jpeg)
    assert answer.keys() == result.keys() and answer["timing_ms"].keys() == result["timing_ms"].keys()
    assert answer["faces"] == result["faces"]


def test_motion_is_added_where_the_address_asks_for_it(server: RunningServer, smiling_jpeg: bytes) -> None:
    faces = ask(server, "POST", "/api/classify?motion=true", smiling_jpeg)[2]["faces"]
    assert list(faces[0]["outputs"]) == list(Motion._fields) and faces[0]["outputs"]["mouth_smile"][0] > 0.3
    assert ask(server, "POST", "/api/classify?motion=false", smiling_jpeg)[2]["faces"] == [
        {name: value for name, value in faces[0].items() if name != "outputs"}
    ]
    problem(ask(server, "POST", "/api/classify?motion=much", smiling_jpeg), "bad_query")


def test_a_server_without_motion_says_so(start_server: Callable[..., RunningServer], smiling_jpeg: bytes) -> None:
    still = start_server("--living", "off")
    problem(ask(still, "POST", "/api/classify?motion=true", smiling_jpeg), "no_motion")
    with still.connect() as client:
        assert client.expect("hello")["motion"] is False
        client.send('{"type": "configure", "motion": true}')
        assert client.expect("configured")["settings"]["motion"] is False
        assert "outputs" not in client.ask(smiling_jpeg)["faces"][0]


def test_a_form_works_and_an_empty_room_has_no_face(
    server: RunningServer, smiling_jpeg: bytes, empty_jpeg: bytes
) -> None:
    for picture, count in ((smiling_jpeg, 1), (empty_jpeg, 0)):
        head = b'--b\r\nContent-Disposition: form-data; name="any"; filename="a.jpg"\r\n\r\n'
        status, _, answer = classify(server, head + picture + b"\r\n--b--\r\n", "multipart/form-data; boundary=b")
        assert status == 200 and len(answer["faces"]) == count


@pytest.mark.parametrize("content_type", ["image/jpg", "text/plain", "application/x-www-form-urlencoded", ""])
def test_the_content_type_of_a_body_does_not_matter(
    server: RunningServer, smiling_jpeg: bytes, content_type: str
) -> None:
    given = {"content_type": content_type} if content_type else {}
    assert ask(server, "POST", "/api/classify", smiling_jpeg, **given)[2]["faces"][0]["label"] == "happy"


def test_a_photograph_of_a_phone_is_read(server: RunningServer, smiling: npt.NDArray[np.uint8]) -> None:
    """48 million pixels and 8 MB, as the README's `curl -F picture=@photo.jpg` sends it."""
    large = cv2.resize(smiling, (8000, 6000), interpolation=cv2.INTER_LINEAR)
    photograph = to_jpeg(large.astype(np.uint8), 90)
    comment = b"\xff\xfe\xff\xff" + bytes(65533)
    photograph = photograph[:2] + comment * ((8_000_000 - len(photograph)) // len(comment)) + photograph[2:]
    assert 7_900_000 < len(photograph) < 12 * 2**20
    form = b'--b\r\nContent-Disposition: form-data; name="picture"; filename="photo.jpg"\r\n\r\n'
    body = form + photograph + b"\r\n--b--\r\n"
    (face,) = classify(server, body, "multipart/form-data; boundary=b")[2]["faces"]
    assert face["label"] == "happy"


def test_all_limits_that_a_picture_breaks_are_named_at_once(server: RunningServer) -> None:
    """Also of a picture that is not read to its end, and in a form."""
    start = to_jpeg(np.zeros((8, 8), np.uint8))
    at = start.index(b"\xff\xc0") + 5
    start = start[:at] + (9000).to_bytes(2, "big") * 2 + start[at + 4 :]
    form = b'--b\r\nContent-Disposition: form-data; name="picture"; filename="photo.jpg"\r\n\r\n'
    for size in (13 * 2**20, 20 * 2**20):
        for head, kind in ((b"", "image/jpeg"), (form, "multipart/form-data; boundary=b")):
            detail = problem(classify(server, head + start + bytes(size), kind), "too_many_bytes")["detail"]
            assert "--picture-bytes" in detail and "9000x9000" in detail and "--picture-pixels" in detail


def test_each_picture_has_a_state_of_its_own(server: RunningServer, smiling_jpeg: bytes) -> None:
    assert [classify(server, smiling_jpeg)[2]["faces"][0]["id"] for _ in range(3)] == [1, 1, 1]


def test_every_invalid_picture_has_a_problem_with_a_remedy(server: RunningServer, smiling_jpeg: bytes) -> None:
    wide = cv2.imencode(".png", np.zeros((8001, 8000), np.uint8))[1].tobytes()
    broken = bytearray(cv2.imencode(".png", np.zeros((50, 50), np.uint8))[1].tobytes())
    broken[41:60] = bytes(19)
    assert "JPEG, PNG or WebP" in problem(classify(server, b""), "empty")["detail"]
    problem(classify(server, b"hello"), "not_picture")
    problem(classify(server, smiling_jpeg[:9000]), "truncated")
    assert "8000x8001" in problem(classify(server, wide, "image/png"), "too_many_pixels")["detail"]
    problem(classify(server, bytes(broken), "image/png"), "undecodable")
    assert "kind GIF" in problem(classify(server, b"GIF89a" + bytes(60)), "not_picture")["detail"]
    problem(classify(server, smiling_jpeg, "multipart/form-data"), "bad_form")
    problem(classify(server, b"--b\r\n\r\n--b--", "multipart/form-data; boundary=b"), "bad_form")
    assert classify(server, smiling_jpeg)[0] == 200, "and the next one is fine"


def test_too_many_bytes_are_refused_with_and_without_a_content_length(server: RunningServer) -> None:
    problem(classify(server, b"\xff\xd8\xff" + bytes(12 * 2**20)), "too_many_bytes")
    problem(classify(server, b"\xff\xd8\xff" + bytes(20_000_000)), "too_many_bytes")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT)
    connection.putrequest("POST", "/api/classify", skip_host=True)
    for name, value in (("Host", "localhost"), ("Content-Type", "image/jpeg"), ("Transfer-Encoding", "chunked")):
        connection.putheader(name, value)
    connection.endheaders()
    for _ in range(13):
        connection.send(b"100000\r\n" + bytes(0x100000) + b"\r\n")
    connection.send(b"0\r\n\r\n")
    assert connection.getresponse().status == 413
    connection.close()


def test_pages_of_other_sites_may_not_send_pictures(server: RunningServer, smiling_jpeg: bytes) -> None:
    for origin in ("http://evil.example", "null", f"https://localhost:{server.port}"):
        problem(classify(server, smiling_jpeg, origin=origin), "forbidden")
    problem(ask(server, "GET", "/api/model", Host="evil.example"), "forbidden")
    assert classify(server, smiling_jpeg, origin=f"http://localhost:{server.port}")[0] == 200


def test_unknown_addresses_and_methods_are_problems_too(server: RunningServer) -> None:
    for method, path, status in (("GET", "/nothing", 404), ("GET", "/api/classify", 405), ("PUT", "/api/model", 405)):
        got, headers, fields = ask(server, method, path)
        assert got == status == fields["status"] and headers["content-type"] == "application/problem+json"
        assert fields["type"] == "about:blank"


def test_a_request_over_the_upload_limit_is_told_when_to_retry(
    start_server: Callable[..., RunningServer], smiling_jpeg: bytes
) -> None:
    server = start_server("--uploads", "1")
    slow = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT)
    slow.putrequest("POST", "/api/classify", skip_host=True)
    for name, value in (("Host", "localhost"), ("Content-Type", "image/jpeg"), ("Expect", "100-continue")):
        slow.putheader(name, value)
    slow.putheader("Content-Length", str(len(smiling_jpeg)))
    slow.endheaders()
    assert slow.sock.recv(200).startswith(b"HTTP/1.1 100"), "it is inside, and the server waits for its bytes"
    reply = classify(server, smiling_jpeg)
    assert problem(reply, "full") and int(reply[1]["retry-after"]) >= 1
    slow.send(smiling_jpeg)
    assert b"200 OK" in slow.sock.recv(200)
    slow.close()


def test_the_model_is_described(server: RunningServer) -> None:
    model = ModelServed.model_validate(ask(server, "GET", "/api/model")[2])
    manifest = json.loads((ROOT / "model" / "emotion.json").read_text())
    assert model.labels == manifest["labels"] and model.accuracy == manifest["accuracy"]
    assert model.sha256 == manifest["files"]["litert"]["sha256"]


def test_the_openapi_document_is_complete_and_its_example_valid(server: RunningServer) -> None:
    openapi = ask(server, "GET", "/openapi.json")[2]
    assert {"/api/classify", "/api/model", "/api/emojis"} <= openapi["paths"].keys()
    post = openapi["paths"]["/api/classify"]["post"]
    assert {"multipart/form-data", "image/jpeg", "image/png", "image/webp"} == post["requestBody"]["content"].keys()
    shown = {code for status in post["responses"].values() for code in _examples(status)}
    assert shown == set(PROBLEMS)
    ResultMessage.model_validate(CLASSIFIED)
    photograph = (ROOT / "web" / "static" / "samples" / "astronaut.jpg").read_bytes()
    assert classify(server, photograph)[2]["faces"][0]["label"] == CLASSIFIED["faces"][0]["label"]


def _examples(answer: dict[str, Any]) -> list[str]:
    return list(answer["content"].get("application/problem+json", {}).get("examples", {}))


def test_a_problem_is_found_in_the_log_by_its_id(start_server: Callable[..., RunningServer]) -> None:
    server = start_server("--log-level", "info")
    fields = problem(classify(server, b"hello"), "not_picture")
    while f"problem request={fields['request']} status=415 code=not_picture" not in server.errors:
        assert server.process.poll() is None
