"""Start of the server: health, and clear errors when it cannot start."""

import hashlib
import http.client
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.running_server import TIMEOUT, RunningServer


def get(server: RunningServer, path: str, host: str | None = None) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT)
    try:
        connection.request("GET", path, headers={"Host": host or f"localhost:{server.port}"})
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def refuse_to_start(*options: str) -> str:
    """Run the server, which must end with code 2 and one line; returns that line."""
    done = subprocess.run(
        [sys.executable, "-m", "server", *options], cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr, done.stderr
    return done.stderr


def test_health_and_readiness(server: RunningServer) -> None:
    status, _, body = get(server, "/healthz")
    assert (status, json.loads(body)["status"]) == (200, "ok")
    status, _, body = get(server, "/readyz")
    assert (status, json.loads(body)) == (200, {"ready": True})


def test_the_page_loads_from_this_server_only(server: RunningServer) -> None:
    status, headers, body = get(server, "/")
    assert status == 200 and b'id="config"' in body
    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy
    assert b"http://" not in body and b"https://" not in body
    assert "server" not in headers


@pytest.mark.parametrize("path", ["/static/../server/settings/groups.py", "/emojis/%2e%2e/LICENSE", "/nothing"])
def test_files_come_from_their_folders_only(server: RunningServer, path: str) -> None:
    assert get(server, path)[0] == 404


def test_a_foreign_host_name_is_refused(server: RunningServer) -> None:
    assert get(server, "/", host="evil.example")[0] == 403


def test_a_used_port_is_one_clear_line(server: RunningServer) -> None:
    assert "another program uses this port" in refuse_to_start("--port", str(server.port))


def test_a_foreign_address_is_one_clear_line() -> None:
    assert "cannot listen on 203.0.113.7" in refuse_to_start("--host", "203.0.113.7", "--port", "0")


def test_a_missing_model_is_one_clear_line(tmp_path: Path) -> None:
    assert str(tmp_path) in refuse_to_start("--port", "0", "--model", str(tmp_path))


@pytest.mark.parametrize(
    "change",
    [
        {"labels": "abcdefg"},
        {"labels": ["a", "b", "c", "d", "e", "f", "f"]},
        {"labels": ["a", "b", "c", "d", "e", "f", "unsure"]},
        {"alignment": {"eye_left_of_image": [1e300, 0]}},
        {"files": {"litert": {"name": "emotion.tflite", "sha256": 5}}},
        {"accuracy": {"ferplus_private": float("nan")}},
        {"format": 3},
    ],
    ids=["no list", "repeated label", "reserved label", "far away", "sha of a number", "NaN", "other format"],
)
def test_a_wrong_manifest_is_one_clear_line(tmp_path: Path, change: dict[str, object]) -> None:
    shutil.copy(ROOT / "model" / "emotion.tflite", tmp_path)
    manifest = json.loads((ROOT / "model" / "emotion.json").read_text())
    (tmp_path / "emotion.json").write_text(json.dumps({**manifest, **change}))
    assert "emotion.json" in refuse_to_start("--port", "0", "--model", str(tmp_path))


def test_a_file_that_is_not_a_model_is_one_clear_line(tmp_path: Path) -> None:
    """Even when its checksum in the manifest is right."""
    manifest = json.loads((ROOT / "model" / "emotion.json").read_text())
    (tmp_path / "emotion.tflite").write_bytes(b"junk")
    manifest["files"]["litert"]["sha256"] = hashlib.sha256(b"junk").hexdigest()
    (tmp_path / "emotion.json").write_text(json.dumps(manifest))
    assert "not a LiteRT model" in refuse_to_start("--port", "0", "--model", str(tmp_path))


@pytest.mark.parametrize("file", ["emotion.tflite", "emotion.json"])
def test_a_damaged_model_is_one_clear_line(tmp_path: Path, file: str) -> None:
    for name in ("emotion.tflite", "emotion.json"):
        shutil.copy(ROOT / "model" / name, tmp_path)
    data = (tmp_path / file).read_bytes()
    (tmp_path / file).write_bytes(data[: len(data) // 2])
    assert file in refuse_to_start("--port", "0", "--model", str(tmp_path))


@pytest.mark.parametrize(("option", "value"), [("--fps", "0"), ("--host", ""), ("--frame-bytes", "1e30")])
def test_a_bad_option_is_one_clear_line(option: str, value: str) -> None:
    assert f"{option} {value!r}" in refuse_to_start(option, value)
