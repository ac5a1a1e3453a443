"""`python -m server video`, run as a user runs it."""

import csv
import signal
import subprocess
import sys
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest

from tests.cli.conftest import Run, environment, write_clip
from tests.support import ROOT
from tests.support.network_camera import PASSWORD, USER, HttpCamera, network_camera
from tests.support.running_server import TIMEOUT


def frames(path: Path) -> tuple[int, float]:
    """The number of frames of a video, and the time of the last one in seconds."""
    with av.open(str(path)) as container:
        times = [frame.time or 0.0 for frame in container.decode(video=0)]
    return len(times), times[-1]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def start(*arguments: str | Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "server", "video", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_clip_becomes_a_video_and_a_csv_file(run: Run, clip: Path, tmp_path: Path) -> None:
    out = [tmp_path / name for name in ("out.mp4", "out.csv")]
    done = run("video", clip, "-o", out[0], "--csv", out[1])
    assert (done.returncode, done.stderr) == (0, "")
    assert "60 frames" in done.stdout and "1 face: happy 67 %, no face 33 % of the time" in done.stdout
    count, last = frames(out[0])
    assert count == 60 and abs(last - 59 / 20) < 0.01
    with av.open(str(out[0])) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.width > 1.4 * 640 and stream.height >= 480
    table = rows(out[1])
    assert {row["label"] for row in table} == {"happy"} and {row["track"] for row in table} == {"1"}
    assert [int(row["frame"]) for row in table] == list(range(1, 41)), "a row a face and frame, none for nobody"
    assert abs(float(table[-1]["time_s"]) - 39 / 20) < 0.01 and float(table[0]["happy"]) > 0.9


def test_the_documented_example_plots_the_csv(run: Run, clip: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert run("video", clip, "--csv", tmp_path / "out.csv", "--every", "4").returncode == 0
    command = [sys.executable, "docs/plot_csv.py", str(tmp_path / "out.csv"), str(tmp_path / "out.png")]
    subprocess.run(command, cwd=ROOT, env=environment() | {"MPLBACKEND": "Agg"}, timeout=TIMEOUT, check=True)
    plot = cv2.imread(str(tmp_path / "out.png"))
    assert plot is not None and plot.shape[1] > 1000 and len(np.unique(plot.reshape(-1, 3), axis=0)) > 50


def test_opencv_reads_the_video_and_the_background_follows_the_label(run: Run, clip: Path, tmp_path: Path) -> None:
    assert run("video", clip, "-o", tmp_path / "out.mp4").returncode == 0
    capture = cv2.VideoCapture(str(tmp_path / "out.mp4"))
    shown = []
    while (read := capture.read())[0]:
        shown.append(read[1][4:12, 4:12].mean(axis=(0, 1)))
    smile, nobody = shown[30], shown[-1]
    assert smile[0] < 120 < smile[2], "yellow"
    assert nobody.min() > 190, "the grey of no face"


def test_every_second_frame_is_analysed_and_all_are_drawn(run: Run, clip: Path, tmp_path: Path) -> None:
    done = run("video", clip, "-o", tmp_path / "o.mp4", "--csv", tmp_path / "o.csv", "--every", "2")
    assert done.returncode == 0 and frames(tmp_path / "o.mp4")[0] == 60
    assert [int(row["frame"]) for row in rows(tmp_path / "o.csv")] == list(range(1, 41, 2))


def test_a_webm_without_a_duration_is_read(run: Run, smiling: npt.NDArray[np.uint8], tmp_path: Path) -> None:
    path = write_clip(tmp_path / "page.webm", [smiling], 0.5, "libvpx")
    done = run("video", path, "--csv", tmp_path / "o.csv")
    assert done.returncode == 0 and len(rows(tmp_path / "o.csv")) == 10


@pytest.mark.parametrize("ending", ["gif", "webm"])
def test_the_ending_says_what_is_written(run: Run, clip: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"out.{ending}"
    assert run("video", clip, "-o", out).returncode == 0
    assert out.read_bytes().startswith({"gif": b"GIF89a", "webm": b"\x1aE\xdf\xa3"}[ending])
    _, last = frames(out)
    assert abs(last - 59 / 20) < 0.1


def test_the_credentials_of_a_camera_are_printed_and_written_nowhere(
    run: Run, smiling: npt.NDArray[np.uint8], tmp_path: Path
) -> None:
    with network_camera(HttpCamera, smiling, tmp_path) as port:
        address = f"http://{USER}:{PASSWORD}@127.0.0.1:{port}/live?password={PASSWORD}"
        seen = run("video", address, "--csv", tmp_path / "o.csv")
        failed = run("video", address.replace("/live", "/gone"))
        wrong = [run("video", *words) for words in (("x.mp4", address), (address, "-o", address))]
        as_picture = run("image", address)
    assert seen.returncode == 1 and "the stream ended" in seen.stderr
    assert seen.stdout.startswith(f"http://127.0.0.1:{port}: ") and "happy" in seen.stdout
    assert [done.returncode for done in (failed, *wrong, as_picture)] == [2, 2, 2, 2]
    said = "".join(done.stdout + done.stderr for done in (seen, failed, *wrong, as_picture))
    assert PASSWORD not in said + (tmp_path / "o.csv").read_text() and "Traceback" not in said


def test_an_incomplete_video_keeps_the_results_so_far(
    run: Run, smiling: npt.NDArray[np.uint8], tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    noisy = [np.clip(smiling + rng.normal(0, 12, smiling.shape), 0, 255).astype(np.uint8) for _ in range(40)]
    whole = write_clip(tmp_path / "whole.avi", noisy, 0.05, "mjpeg").read_bytes()
    (tmp_path / "half.avi").write_bytes(whole[: len(whole) // 2])
    done = run("video", tmp_path / "half.avi", "--csv", tmp_path / "o.csv", "-o", tmp_path / "o.mp4")
    assert done.returncode == 1 and "breaks off" in done.stderr and done.stderr.count("\n") == 1
    assert 10 <= len(rows(tmp_path / "o.csv")) < 40
    assert 10 <= frames(tmp_path / "o.mp4")[0] < 40


def test_ctrl_c_leaves_a_playable_video(smiling: npt.NDArray[np.uint8], tmp_path: Path) -> None:
    long = write_clip(tmp_path / "long.mp4", [smiling], 120)
    table = tmp_path / "o.csv"
    process = start(long, "-o", tmp_path / "o.mp4", "--csv", table)
    try:
        while not (table.exists() and table.stat().st_size > 4000):  # it has begun: some rows are on the disk
            assert process.poll() is None, process.communicate()
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate(timeout=TIMEOUT)
    finally:
        process.kill()
    assert process.returncode == 130 and errors == "" and "frames" in said
    count, _ = frames(tmp_path / "o.mp4")
    assert 0 < count < 2400 and len(rows(table)) == count


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["/nowhere.mp4"], "no such file"),
        (["docs"], "a folder"),
        (["README.md"], "cannot be read as a video"),
        (["87"], "no camera 87"),
        (["/dev/video87"], "no camera /dev/video87"),
        (["ftp://host/film.mp4"], "addresses begin with rtsp"),
        (["CLIP", "-o", "out.avi"], "names end in .mp4"),
        (["CLIP", "-o", "/nowhere/out.mp4"], "no folder /nowhere"),
        (["CLIP", "--csv", "/dev/full/x.csv"], "/dev/full"),
        (["CLIP", "-o", "CLIP"], "would overwrite"),
        (["CLIP", "--csv", "docs"], "is a folder"),
        (["CLIP", "--pack", "nobody"], "no emoji pack"),
    ],
)
def test_a_wrong_argument_gives_one_line_and_code_2(
    run: Run, clip: Path, arguments: list[str], words: str
) -> None:
    done = run("video", *(str(clip) if word == "CLIP" else word for word in arguments))
    assert done.returncode == 2 and words in done.stderr and done.stdout == ""
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_gives_one_line(run: Run, clip: Path) -> None:
    done = run("video", clip, "--csv", "/dev/full")
    assert done.returncode == 1 and "No space left" in done.stderr and "Traceback" not in done.stderr


def test_every_must_be_a_positive_number(run: Run, clip: Path) -> None:
    done = run("video", clip, "--every", "0")
    assert done.returncode == 2 and "1 or more" in done.stderr
