"""`/metrics` of a real server after known requests of a real client."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from server import __version__
from server.settings import available_cores
from server.vision.types import STAGES
from tests.live.http_client import ask
from tests.live.metrics_client import Scrape, get, wait_for_sum
from tests.support.running_server import RunningServer


@pytest.fixture
def counted(start_server: Callable[..., RunningServer]) -> Iterator[RunningServer]:
    """A server without connections so far."""
    yield start_server("--clients", "2")


def test_counts_are_those_of_the_client(counted: RunningServer, smiling_jpeg: bytes, empty_jpeg: bytes) -> None:
    heard: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    faces = 0
    frames = [smiling_jpeg, empty_jpeg, b"no jpeg", b"", smiling_jpeg[:900]] * 8
    with counted.connect() as client:
        client.expect("hello")
        client.send("dance")
        assert client.expect("error")["code"] == "not_json"
        for frame in frames:
            client.send(frame)
        for _ in frames:
            answer = client.receive()
            kind = answer["type"]
            heard[answer["reason"] if kind == "dropped" else kind] += 1
            codes.update([answer["code"]] if kind == "error" else [])
            faces += len(answer.get("faces", []))
        assert Scrape(counted).sum("connections_open") == 1
    scrape = wait_for_sum(counted, 1, "connections_closed_total", code="1000")
    assert scrape.sum("connections_open") == 0
    assert scrape.sum("frames_received_total") == len(frames)
    assert scrape.sum("frames_answered_total") == heard["result"]
    for reason in ("superseded", "rate", "overload", "disconnected"):
        assert scrape.sum("frames_dropped_total", reason=reason) == heard[reason]
    for code, count in codes.items():
        assert scrape.sum("errors_total", subject="frame", code=code) == count
    assert scrape.sum("errors_total", subject="frame") == heard["error"]
    assert scrape.sum("errors_total", subject="text", code="not_json") == 1
    assert scrape.sum("faces_total") == faces
    for stage in ("queue", "decode", "detect", "classify", "track"):
        assert scrape.sum("stage_seconds_count", stage=stage) == heard["result"]
    assert scrape.sum("frame_seconds_count") == heard["result"]
    assert scrape.sum("frame_seconds_sum") >= scrape.sum("stage_seconds_sum", stage="detect")
    assert scrape.sum("frames_waiting") == scrape.sum("inference_threads_busy") == 0
    assert scrape.sum("inference_threads") == available_cores()
    assert scrape.sum("connections_limit") == 2
    assert scrape.sum("build_info", version=__version__) == scrape.sum("model_info", engine="litert") == 1


def test_each_received_frame_of_a_client_that_leaves_is_counted_as_answered_dropped_or_failed(
    counted: RunningServer, smiling_jpeg: bytes
) -> None:
    """The client leaves with 19 answers unread, so that frames are in each state: answered, dropped and in service."""
    with counted.connect() as client:
        client.expect("hello")
        for _ in range(20):
            client.send(smiling_jpeg)
        client.receive()  # at least one frame was received, whatever the timing
    scrape = wait_for_sum(counted, 1, "connections_closed_total")
    ends = ("frames_answered_total", "frames_dropped_total", "errors_total")
    received = scrape.sum("frames_received_total")
    assert 1 <= received <= 20
    assert received == sum(scrape.sum(name) for name in ends)


def test_connections_are_counted_by_how_they_ended(counted: RunningServer) -> None:
    with pytest.raises(InvalidStatus), counted.connect(origin="https://evil.example"):
        pass
    with counted.connect() as one, counted.connect() as other:
        limit = one.expect("hello")["limits"]["frame_bytes"]
        other.expect("hello")
        with counted.connect() as third:
            assert third.expect("error")["code"] == "full"
        with pytest.raises(ConnectionClosed):
            one.send(b"\xff\xd8\xff" + bytes(limit))
            one.receive()
        other.connection.close(1001)
    wait_for_sum(counted, 2, "connections_closed_total")
    with counted.connect() as inventor:
        inventor.expect("hello")
        inventor.connection.close(4321)
    scrape = wait_for_sum(counted, 3, "connections_closed_total")
    for code in ("1009", "1001", "other"):
        assert scrape.sum("connections_closed_total", code=code) == 1, code
    for reason in ("origin", "clients"):
        assert scrape.sum("connections_refused_total", reason=reason) == 1, reason
    assert scrape.sum("connections_refused_total") == 2
    assert scrape.sum("connections_open") == 0
    assert scrape.sum("errors_total", subject="connection", code="full") == 1


def test_pictures_sent_by_http_are_counted_under_their_source(
    counted: RunningServer, smiling_jpeg: bytes, empty_jpeg: bytes
) -> None:
    """Frames, faces, errors and times are counted as for the WebSocket, under a source of their own."""
    kind = {"Content-Type": "image/jpeg"}
    pictures = [smiling_jpeg, empty_jpeg, smiling_jpeg[:900], b"", b"no picture"]
    statuses = [ask(counted, "/api/classify", "POST", picture, kind).status for picture in pictures]
    assert statuses == [200, 200, 422, 400, 415]
    assert ask(counted, "/api/classify", "POST", smiling_jpeg, {"Content-Type": "multipart/form-data"}).status == 400
    scrape = Scrape(counted)
    assert scrape.sum("frames_received_total", source="http") == 5
    assert scrape.sum("frames_answered_total", source="http") == 2
    assert scrape.sum("faces_total", source="http") == 1
    for code in ("truncated", "empty", "not_picture"):
        assert scrape.sum("errors_total", source="http", subject="frame", code=code) == 1, code
    assert scrape.sum("errors_total", source="http", subject="frame") == 3
    assert scrape.sum("errors_total", source="http", subject="request", code="bad_form") == 1
    for stage in ("queue", *STAGES):
        assert scrape.sum("stage_seconds_count", source="http", stage=stage) == 2
    detect = scrape.sum("stage_seconds_sum", source="http", stage="detect")
    assert scrape.sum("frame_seconds_sum", source="http") >= detect > 0
    for name in ("frames_received_total", "errors_total", "stage_seconds_count"):
        assert scrape.sum(name, source="socket") == 0, name


def test_a_name_that_is_not_loopback_is_refused_with_the_reason(
    start_server: Callable[..., RunningServer],
) -> None:
    """The server answers to a name to which its metrics do not."""
    server = start_server("--host", "0.0.0.0", "--allow-host", "emojify.example")
    status, text = get(server, "/metrics", Host="emojify.example")
    assert status == 403 and "--metrics everyone" in text
    assert get(server, "/readyz", Host="emojify.example")[0] == 200
    assert Scrape(server).sum("frames_received_total") == 0


@pytest.mark.parametrize(("access", "expected"), [("everyone", 200), ("nobody", 404)])
def test_a_setting_opens_or_removes_the_metrics(
    start_server: Callable[..., RunningServer], access: str, expected: int
) -> None:
    server = start_server("--host", "0.0.0.0", "--allow-host", "emojify.example", "--metrics", access)
    assert get(server, "/metrics", Host="emojify.example")[0] == expected
