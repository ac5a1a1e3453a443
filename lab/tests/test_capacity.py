"""What a crowd takes: the arithmetic on measured costs, and the command that does it."""

import json
import subprocess
import sys
from typing import Any

import pytest

from lab.capacity.__main__ import main
from lab.capacity.costs import Costs, OutOfRangeError, load_costs
from lab.capacity.measure import table
from lab.capacity.model import Workload, on_the_wire, plan
from tests.support import ROOT

FACES, SIZES = (0, 1, 10), ((320, 240), (640, 480))


def made_up() -> Costs:
    """Round numbers: a frame costs 1 ms and one more for each face, twice that at the larger size."""
    frames = [
        {
            "faces": faces,
            "width": width,
            "height": height,
            "usual_ms": (1 + faces) * width / 320,
            "still_ms": (1 + faces) * width / 640,
            "search_ms": 3 * (1 + faces) * width / 320,
            "searches_per_s": 1.0,
            "first_ms": 10.0,
            "jpeg_bytes": width * 100,
            "answer_bytes": 100 + 300 * faces,
        }
        for faces in FACES
        for width, height in SIZES
    ]
    server = {
        "result_cpu_ms": 0.4, "connect_cpu_ms": 2.0, "connection_mb": 0.1, "thread_mb": 20.0, "process_mb": 100.0,
        "page_bytes": 300_000,
    }
    return Costs({"machine": {}, "unit_ms": 2.0, "server": server, "frames": frames})


def test_costs_are_interpolated_between_measured_rows() -> None:
    costs = made_up()
    assert costs.frame(1, 320, 240).usual_ms == 2
    assert costs.frame(5.5, 640, 480).usual_ms == pytest.approx(2 * (1 + 5.5))
    assert 2 < costs.frame(1, 480, 360).usual_ms < 4


def test_a_lower_frame_rate_has_more_searches_a_frame() -> None:
    frame = made_up().frame(1, 320, 240)
    assert frame.cpu_ms(10) == pytest.approx(2 + 0.1 * 4)
    assert frame.cpu_ms(0.5) == frame.search_ms
    assert frame.cpu_ms(10, still=True) < frame.cpu_ms(10)


def test_the_figures_of_a_plan_are_consistent() -> None:
    answer = plan(Workload(people=1000, fps=10, width=320, height=240, utilisation=0.5, cores=2, spare=1), made_up())
    assert answer.busy == pytest.approx(10_000 * (2.4 + 0.4) / 1000)  # 28 cores at work
    assert (answer.loaded, answer.replicas, answer.cores) == (28, 29, 58)
    assert answer.people_each == 36  # 1000 / 28, rounded up
    assert answer.replica_mb == pytest.approx(100 + 2 * 20 + 36 * 0.1)
    assert answer.up_mbit == pytest.approx(10_000 * on_the_wire(32_008) * 8 / 1e6)


@pytest.mark.parametrize(
    "more", [{"people": 2000}, {"fps": 20.0}, {"faces": 3.0}, {"utilisation": 0.4}, {"speed": 0.5}]
)
def test_a_larger_workload_needs_more_cores(more: dict[str, Any]) -> None:
    usual: dict[str, Any] = {"people": 1000, "width": 320, "height": 240}
    assert plan(Workload(**{**usual, **more}), made_up()).cores > plan(Workload(**usual), made_up()).cores


def test_message_sizes_include_protocol_headers() -> None:
    assert on_the_wire(100) == 100 + 22 + 52
    assert on_the_wire(1426) == 1426 + 22 + 52
    assert on_the_wire(1427) == 1427 + 22 + 2 * 52
    assert on_the_wire(20_000) == 20_000 + 2 * 22 + 14 * 52


@pytest.mark.parametrize(("faces", "width", "height"), [(11, 320, 240), (-1, 320, 240), (1, 100, 100), (1, 4000, 3000)])
def test_workloads_outside_the_measured_range_are_refused(faces: float, width: int, height: int) -> None:
    with pytest.raises(OutOfRangeError):
        made_up().frame(faces, width, height)


def test_the_measured_costs_have_every_case_and_found_every_face() -> None:
    costs = load_costs()
    assert costs.faces == [0, 1, 2, 5, 10]
    assert costs.sizes == [(320, 240), (480, 360), (640, 480), (1280, 720), (1920, 1080)]
    assert len(costs.rows) == 25 and costs.unit_ms > 0
    for row in costs.rows:
        assert row["found"] == pytest.approx(row["faces"], abs=0.1), row
        assert 0 < row["usual_ms"] < row["search_ms"], row


def test_the_command_prints_text_or_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--people", "10,000", "--fps", "10"]) == 0
    text = capsys.readouterr().out
    for word in ("cores", "memory", "replicas", "up", "down", "10,000 people x 10 a second"):
        assert word in text
    assert main(["--people", "10000", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["plan"]["replicas"] * report["workload"]["cores"] == report["plan"]["cores"]
    assert f"{report['plan']['cores']:,}" in text


def test_half_as_fast_a_machine_needs_twice_the_cores(capsys: pytest.CaptureFixture[str]) -> None:
    unit = load_costs().unit_ms
    busy = []
    for factor in (1, 2):
        assert main(["--people", "500", "--unit-ms", str(factor * unit), "--json"]) == 0
        busy.append(json.loads(capsys.readouterr().out)["plan"]["busy"])
    assert busy[1] == pytest.approx(2 * busy[0])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--people", "0"], "whole number"),
        (["--people", "5", "--fps", "nan"], "above 0"),
        (["--people", "5", "--utilisation", "60"], "0.6"),
        (["--people", "5", "--size", "large"], "640x480"),
        (["--people", "5", "--size", "99x99"], "expected 320x240"),
        (["--people", "5", "--faces", "11"], "0 to 10"),
        (["--people", "5", "--costs", "/nowhere.json"], "/nowhere.json"),
        ([], "--people"),
    ],
)
def test_an_invalid_option_is_refused_with_its_valid_range(
    words: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main([*words])
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert code == 2 and expected in capsys.readouterr().err


def test_the_plan_warns_about_limits(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--people", "50000", "--fps", "1", "--cores", "16", "--still", "--utilisation", "0.9"])
    notes = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Note:")]
    assert any("ulimit -n" in note for note in notes) and any("80 %" in note for note in notes)


def test_the_planner_imports_no_large_library() -> None:
    code = "import sys, lab.capacity.__main__ as m; m.main(['--people', '9']); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    for heavy in ("numpy", "cv2", "fastapi", "uvicorn", "pydantic"):
        assert f"'{heavy}'" not in done.stdout


def test_the_documents_quote_the_measured_costs() -> None:
    text = (ROOT / "docs" / "scaling.md").read_text()
    assert table(load_costs()) in text, "python -m lab.capacity.measure --table prints what should be there"
