"""The pure parts of the bench: its arithmetic, its table, and that its clients keep to the page's rules."""

import itertools
import re
from fractions import Fraction
from pathlib import Path

import pytest

from lab.bench import adapt, flow
from lab.bench.__main__ import PARTS, _parser
from lab.bench.context import Context
from lab.bench.figures import TARGETS, missed, table
from lab.bench.load import Group
from lab.bench.load_run import put_load, serving
from lab.bench.stats import percentile
from lab.bench.wire import BINARY, TEXT, pack, unpack

PAGE = Path(__file__).parents[2] / "web" / "static" / "js" / "connection"
LIMITS = {"fps": 10.0, "credits": 2}


def constants(file: str) -> dict[str, float]:
    """The numbers that a module of the page gives names to: `const NAME = 5;` and, in a table, `name: 0.5,`."""
    text = (PAGE / file).read_text()
    return {name: float(value) for name, value in re.findall(r"(\w+)(?: = |: )([\d._]+)(?:;|,\n)", text)}


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([3, 1, 2], 0.5, 2), ([1, 2, 3, 4], 0.5, 2), (range(1, 101), 0.95, 95), ([7], 0.95, 7), ([1, 9], 1, 9)],
)
def test_percentiles_are_measured_values(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_the_table_marks_met_and_missed_values() -> None:
    measured = {"throughput": 400.0, "clients20_p95": 50.0, "start": 0.5}
    lines = table(measured).splitlines()[2:]
    assert [line.split()[-1] for line in lines] == ["must", "NO", "aim"]
    assert lines[0].split()[-5:] == ["per", "second", "320", "500", "must"]
    assert missed(measured) == ["clients20_p95"]


def test_a_desired_value_is_at_least_as_good_as_the_required_one() -> None:
    for target in TARGETS.values():
        assert target.aim is None or target.meets(target.aim, target.must), target


def test_packed_messages_are_unpacked_when_complete() -> None:
    for size in (0, 125, 126, 65535, 65536):
        packed = pack(BINARY, bytes(size))
        assert len(packed) == size + 6 + (0 if size < 126 else 2 if size < 65536 else 8)
    buffer = bytearray([0x80 | TEXT, 2]) + b"{}" + bytearray([0x80 | TEXT, 126, 0, 200]) + b"x" * 199
    assert unpack(buffer) == (TEXT, b"{}")
    assert unpack(buffer) is None
    buffer += b"x"
    assert unpack(buffer) == (TEXT, b"x" * 200) and not buffer


def test_a_frame_spends_a_credit_and_any_answer_returns_it() -> None:
    client = flow.Flow(LIMITS)
    now = 0.0
    for answer in ("result", "drop", "error"):
        assert client.may_send(now)
        frame = client.frame_sent(now)
        assert not client.may_send(now + 10_000), "without an answer never again"
        if answer == "result":
            client.answered(frame, 5.0, now + 10)
        elif answer == "drop":
            client.dropped(frame, 300.0, now + 10)
            assert not client.may_send(now + 300)
        else:
            client.failed(frame)
        now += 1000


def test_mirrored_constants_equal_those_of_the_page() -> None:
    page = constants("flow.js")
    assert (page["WEIGHT"], page["CALM_MS"], page["SMALLEST_GAP"]) == (flow.WEIGHT, flow.CALM_MS, flow.SMALLEST_GAP)
    page = constants("adapt.js")
    for name, value in vars(adapt.RULE).items():
        assert page[name] == value, name
    scales = re.search(r"SCALES = \[(.*)\]", (PAGE / "adapt.js").read_text())
    assert scales and [float(Fraction(part.replace(" ", ""))) for part in scales[1].split(",")] == list(adapt.SCALES)


def test_drops_lower_the_rate_then_the_size_and_both_recover_slowly() -> None:
    pace = adapt.Pace(30.0)
    now = 0.0
    rates = []
    for answer in ["drop"] * 100 + ["result"] * 600:
        now += 100
        if answer == "drop":
            pace.drop(now)
        else:
            pace.result(trip=20.0, server=5.0, queue=1.0, now=now)
        rates.append(pace.fps)
    assert min(rates) == adapt.RULE.overloadFps
    assert max(later - earlier for earlier, later in itertools.pairwise(rates)) < 10
    assert (pace.fps, pace.step) == (30.0, 0)


def test_each_kind_of_client_gets_results_from_a_real_server(tmp_path: Path) -> None:
    """One client that keeps to the rules and one that floods: every frame is answered, and the others live on."""
    context = Context(quick=True, folder=tmp_path)
    with serving() as server:
        groups = [Group("page", 2), Group("adaptive", 1), Group("saturating", 1), Group("flood", 1)]
        outcome = put_load(server, groups, context.pictures, warm_up=1.0, seconds=4.0)
    assert [record.kind for record in outcome.records] == ["page", "page", "adaptive", "saturating", "flood"]
    assert all(record.results > 0 and record.closed is None for record in outcome.records)
    assert outcome.of("flood").records[0].dropped["rate"] > 0
    assert not outcome.of("page").records[0].errors
    assert outcome.cpu_seconds > 0 and outcome.resident_bytes > 10**7


def test_the_parts_can_be_chosen() -> None:
    assert _parser().parse_args(["--only", "start,flood"]).only == ["start", "flood"]
    assert _parser().parse_args([]).only == list(PARTS)
    with pytest.raises(SystemExit):
        _parser().parse_args(["--only", "nothing"])
