"""Stages that fail or hang in a real server: the frame is answered, and others do not wait."""

from collections.abc import Callable, Iterator

import pytest

from tests.live.metrics_client import get
from tests.support.faulty_server import EXIT, FAULT, HANG, LATE, MEMORY
from tests.support.running_server import TIMEOUT, RunningServer


@pytest.fixture(scope="module")
def faulty() -> Iterator[RunningServer]:
    """A server with one thread, so that a lost thread would be noticed."""
    running = RunningServer("--workers", "1", module="tests.support.faulty_server")
    yield running
    running.end()


@pytest.mark.parametrize("fault", [FAULT, MEMORY, EXIT])
def test_a_thread_survives_whatever_a_stage_raises(faulty: RunningServer, smiling_jpeg: bytes, fault: bytes) -> None:
    with faulty.connect() as client:
        client.expect("hello")
        answer = client.ask(smiling_jpeg + fault)
        assert (answer["type"], answer["frame"], answer["code"]) == ("error", 1, "internal")
        answer = client.ask(smiling_jpeg)
        assert (answer["type"], answer["frame"]) == ("result", 2)
        assert answer["faces"][0]["label"] == "happy"
    assert get(faulty, "/healthz")[0] == 200


def test_a_hung_frame_is_answered_and_others_do_not_wait(
    start_server: Callable[..., RunningServer], smiling_jpeg: bytes
) -> None:
    """One of two threads hangs until the deadline; the other one serves meanwhile."""
    server = start_server(
        "--workers", "2", "--deadline", "2", "--fps", "1000", "--log-format", "json",
        module="tests.support.faulty_server",
    )
    with server.connect() as stuck, server.connect() as other:
        stuck.expect("hello"), other.expect("hello")
        stuck.send(smiling_jpeg + HANG)
        during = 0
        while True:  # until the stuck one has its answer
            assert other.ask(smiling_jpeg)["type"] == "result"
            during += 1
            try:
                answer = stuck.connection.recv(timeout=0)
                break
            except TimeoutError:
                continue
        assert '"timeout"' in answer and '"frame":1' in str(answer)
        assert during > 1
        assert stuck.ask(smiling_jpeg)["type"] == "result", "with the thread that replaced the hung one"
    status, body = get(server, "/healthz")
    assert status == 200 and '"abandoned_threads":1' in body.replace(" ", "")
    assert '"event":"an inference thread hangs and is replaced"' in server.errors


def test_a_process_whose_threads_keep_hanging_ends_by_itself(
    start_server: Callable[..., RunningServer], smiling_jpeg: bytes
) -> None:
    """Its supervisor restarts it; its clients receive their answers before."""
    server = start_server("--workers", "2", "--deadline", "0.3", module="tests.support.faulty_server")
    with server.connect() as client:
        client.expect("hello")
        for _ in range(2):
            client.send(smiling_jpeg + HANG)
            assert client.receive()["code"] == "timeout"
    assert server.process.wait(TIMEOUT) == 2
    assert "the inference threads failed" in server.errors


def test_a_slow_frame_is_answered_before_the_close(
    start_server: Callable[..., RunningServer], smiling_jpeg: bytes
) -> None:
    """The server is terminated while it processes a frame."""
    server = start_server("--workers", "1", module="tests.support.faulty_server")
    with server.connect() as client:
        client.expect("hello")
        client.send(smiling_jpeg + LATE)
        while get(server, "/metrics")[1].count('emojify_frames_received_total{source="socket"} 1.0') == 0:
            pass
        server.process.terminate()
        assert client.expect("result")["frame"] == 1
        assert client.end() == 1012
    assert server.process.wait(TIMEOUT) == 0
