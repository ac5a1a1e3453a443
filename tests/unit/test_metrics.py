"""Access to the metrics, and what they count."""

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from server.http.metrics.counters import Metrics
from server.http.routes.metrics import is_local


def value(metrics: Metrics, name: str, **labels: str) -> float:
    """The value of one sample of the exposition."""
    families = text_string_to_metric_families(generate_latest(metrics.registry).decode())
    (found,) = (s for family in families for s in family.samples if s.name == "emojify_" + name and s.labels == labels)
    return found.value


def label_values(metrics: Metrics, name: str, label: str) -> set[str]:
    """The values of a label among all samples of this name."""
    families = text_string_to_metric_families(generate_latest(metrics.registry).decode())
    return {s.labels[label] for family in families for s in family.samples if s.name == "emojify_" + name}


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_this_machine_may_read(peer: str, host: str) -> None:
    assert is_local(peer, host)


@pytest.mark.parametrize(
    ("peer", "host"),
    [
        ("192.168.0.7", "localhost:8000"),
        ("::ffff:192.168.0.7", "localhost"),
        ("", "localhost"),
        ("testclient", "localhost"),
        ("127.0.0.1", "emojify.example"),
        ("127.0.0.1", ""),
    ],
    ids=["other machine", "other machine, mapped", "no address", "no number", "through a proxy here", "no host"],
)
def test_others_may_not_read(peer: str, host: str) -> None:
    assert not is_local(peer, host)


def test_a_stage_is_counted_in_seconds_and_buckets_are_cumulative() -> None:
    metrics = Metrics()
    for detect in (0.05, 0.1, 0.3, 40.0, 5000.0):
        timing = {"decode": 0.4, "detect": detect, "classify": 0.0, "track": 0.0}
        metrics.frames("socket").answered(2, timing, queue_ms=1.0, total_ms=9.0)
    for limit, count in {"0.0001": 2, "0.0005": 3, "0.05": 4, "1.0": 4, "+Inf": 5}.items():
        assert value(metrics, "stage_seconds_bucket", source="socket", stage="detect", le=limit) == count, limit
    assert value(metrics, "stage_seconds_count", source="socket", stage="detect") == 5
    assert value(metrics, "stage_seconds_sum", source="socket", stage="detect") == pytest.approx(5.04045)
    assert value(metrics, "frame_seconds_sum", source="socket") == pytest.approx(0.045)
    assert value(metrics, "frames_answered_total", source="socket") == 5
    assert value(metrics, "faces_total", source="socket") == 10


def test_text_messages_are_counted_by_type() -> None:
    metrics = Metrics()
    metrics.text("teach")
    assert value(metrics, "texts_received_total", type="teach") == 1
    assert value(metrics, "texts_received_total", type="configure") == 0


def test_sources_are_counted_apart() -> None:
    metrics = Metrics()
    metrics.frames("http").received()
    metrics.frames("http").lost("overload")
    assert value(metrics, "frames_received_total", source="http") == 1
    assert value(metrics, "frames_dropped_total", source="http", reason="overload") == 1
    assert value(metrics, "frames_received_total", source="socket") == 0


def test_close_codes_that_are_not_registered_are_one_label_value() -> None:
    """A client may close with any code up to 4999; each one would add a time series."""
    metrics = Metrics()
    for code in range(1000, 5000):
        metrics.opened()
        metrics.closed(code)
    values = label_values(metrics, "connections_closed_total", "code")
    assert {"1000", "1001", "1006", "1008", "1009", "1013", "other"} <= values and len(values) <= 17
    assert all(code == "other" or 1000 <= int(code) <= 1015 for code in values)
    assert value(metrics, "connections_closed_total", code="other") > 3900
    assert value(metrics, "connections_open") == 0


def test_refused_connections_are_not_closed_ones() -> None:
    metrics = Metrics()
    metrics.refused("origin")
    assert value(metrics, "connections_refused_total", reason="origin") == 1
    assert value(metrics, "connections_refused_total", reason="host") == 0
    assert label_values(metrics, "connections_closed_total", "code") == set()


def test_two_applications_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.frames("socket").received()
    assert value(one, "frames_received_total", source="socket") == 1
    assert value(other, "frames_received_total", source="socket") == 0
