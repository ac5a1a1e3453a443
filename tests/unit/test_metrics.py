"""Who may read the metrics, and what the histograms say."""

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from server.http.metrics.counters import Metrics, make_registry
from server.http.routes.metrics import is_local
from server.vision.types import STAGES


def value(metrics: Metrics, name: str, **labels: str) -> float:
    """The value of one sample of the exposition."""
    families = text_string_to_metric_families(generate_latest(make_registry(metrics)).decode())
    (found,) = (s for family in families for s in family.samples if s.name == "emojify_" + name and s.labels == labels)
    return found.value


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
def test_others_may_not(peer: str, host: str) -> None:
    assert not is_local(peer, host)


def test_a_stage_is_counted_in_seconds_and_buckets_are_cumulative() -> None:
    metrics = Metrics()
    for detect in (0.05, 0.1, 0.3, 40.0, 5000.0):
        metrics.answered(2, dict.fromkeys(STAGES, 0.4) | {"detect": detect}, queue_ms=1.0, total_ms=9.0)
    for limit, count in {"0.0001": 2, "0.0005": 3, "0.05": 4, "1.0": 4, "+Inf": 5}.items():
        assert value(metrics, "stage_seconds_bucket", stage="detect", le=limit) == count, limit
    assert value(metrics, "stage_seconds_count", stage="detect") == 5
    assert value(metrics, "stage_seconds_sum", stage="detect") == pytest.approx(5.04045)
    assert value(metrics, "frame_seconds_sum") == pytest.approx(0.045)
    assert (value(metrics, "frames_answered_total"), value(metrics, "faces_total")) == (5, 10)


def test_two_applications_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.received()
    assert value(one, "frames_received_total") == 1
    assert value(other, "frames_received_total") == 0
