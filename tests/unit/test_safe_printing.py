"""Nothing that is printed ends the work: letters that an encoding lacks, readers that go away, disks that are full."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.running_server import TIMEOUT

START = """
import sys
from pathlib import Path
from safe_printing import make_printing_safe, printing_fault
make_printing_safe()
"""
NAMES = """
for name in ("Zoë", "日本", "😀", b"\\xff".decode("utf-8", "surrogateescape"), "→"):
    print(name)
    print("error:", name, file=sys.stderr)
print("end")
"""
MANY = """
for number in range(50_000):
    print("a line of output", number, flush=number % 2 == 0)
Path(sys.argv[1]).write_text(str(printing_fault()))
"""


def command(code: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", START + code, *map(str, arguments)]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf-8", "utf-16"])
def test_every_name_is_printed_in_every_encoding(encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run(command(NAMES), cwd=ROOT, env=environment, capture_output=True, timeout=TIMEOUT, check=False)
    printed = done.stdout.decode(encoding)
    assert done.returncode == 0 and printed.splitlines()[-1] == "end"
    assert ("Zoë" in printed) == (encoding != "ascii") and ("\\u65e5" in printed) == (not encoding.startswith("utf"))
    assert "\\udcff" in printed and done.stderr.decode(encoding).count("error:") == 5


@pytest.mark.parametrize("flags", [[], ["-u"]])
def test_a_reader_that_goes_away_does_not_end_the_work(tmp_path: Path, flags: list[str]) -> None:
    start = command(MANY, tmp_path / "done")
    pipe = subprocess.PIPE
    with subprocess.Popen([start[0], *flags, *start[1:]], cwd=ROOT, stdout=pipe, stderr=pipe) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline().startswith(b"a line")
        process.stdout.close()
        errors = process.stderr.read()
        assert (process.wait(TIMEOUT), errors) == (0, b"")
    assert (tmp_path / "done").read_text() == "None"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_does_not_end_the_work_and_is_reported(tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command(MANY, tmp_path / "done"), cwd=ROOT, stdout=full, timeout=TIMEOUT, check=False)
    assert done.returncode == 0
    assert (tmp_path / "done").read_text() == "what was printed is incomplete: No space left on device"


@pytest.mark.skipif(os.name != "posix", reason="pipes of Windows block always")
def test_a_pipe_that_does_not_block_loses_nothing(tmp_path: Path) -> None:
    source, sink = os.pipe()
    os.set_blocking(sink, False)
    with os.fdopen(source, "rb") as reader:
        process = subprocess.Popen(command(MANY, tmp_path / "done"), cwd=ROOT, stdout=sink)
        os.close(sink)
        assert reader.read().count(b"\n") == 50_000
    assert process.wait(TIMEOUT) == 0


def test_without_standard_output_the_work_is_done(tmp_path: Path) -> None:
    code = f"import sys; sys.stdout = sys.__stdout__ = None\n{START}{MANY}"
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "done")], cwd=ROOT, timeout=TIMEOUT, check=False)
    assert done.returncode == 0 and (tmp_path / "done").exists()


@pytest.mark.parametrize("module", ["server/__main__.py", "model/__main__.py", "model/distil/__main__.py"])
def test_every_command_begins_with_it(module: str) -> None:
    assert "    make_printing_safe()\n" in (ROOT / module).read_text()
