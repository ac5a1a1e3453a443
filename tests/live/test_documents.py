"""docs/ describes what the server does; its example clients are run as a reader runs them."""

import json
import re
import shutil
import subprocess
import sys
from typing import Any

import pytest
from websockets.frames import CloseCode

from server.live.messages import RANGES
from tests.support import ROOT
from tests.support.running_server import TIMEOUT, RunningServer

PROTOCOL = (ROOT / "docs" / "protocol.md").read_text()
PHOTOGRAPH = "web/static/samples/astronaut.jpg"
SURPRISED = "web/static/samples/surprised.jpg"


def run(*command: str) -> list[str]:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def example(kind: str) -> dict[str, object]:
    """The example message of a type."""
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PROTOCOL, re.DOTALL)]
    (found,) = (block for block in blocks if block["type"] == kind)
    return dict(found)


def shape(value: object) -> object:
    """The names in a message without their values; a list counts by its first element."""
    if isinstance(value, dict):
        return {name: shape(inside) for name, inside in value.items()}
    if isinstance(value, list):
        return "list of objects" if value and isinstance(value[0], dict) else "list"
    return "value"


def test_the_python_client_of_the_documents_runs(server: RunningServer) -> None:
    assert len((ROOT / "docs" / "client.py").read_text().splitlines()) <= 15
    first, second = run(sys.executable, "docs/client.py", f"ws://localhost:{server.port}/ws", PHOTOGRAPH, SURPRISED)
    assert first.startswith(f"{PHOTOGRAPH} happy") and second.startswith(f"{SURPRISED} surprise")


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_the_javascript_client_of_the_documents_runs(server: RunningServer) -> None:
    assert len((ROOT / "docs" / "client.mjs").read_text().splitlines()) <= 15
    client = ("node", "--experimental-websocket", "docs/client.mjs")  # Node 20 has it behind this switch
    first, second = run(*client, f"ws://localhost:{server.port}/ws", PHOTOGRAPH, SURPRISED)
    assert first.startswith(f"{PHOTOGRAPH} happy") and second.startswith(f"{SURPRISED} surprise")


def test_the_messages_of_the_reference_are_those_of_the_server(server: RunningServer) -> None:
    with server.connect() as client:
        hello = client.expect("hello")
        result = client.ask((ROOT / PHOTOGRAPH).read_bytes())
        error = client.ask(b"no picture")
        configure = example("configure")
        client.send(json.dumps(configure))
        configured = client.expect("configured")
    for message in (hello, result, error):
        assert shape(example(message["type"])) == shape(message)
    documented: Any = example("result")
    assert [shape(face) for face in documented["faces"]] == [shape(face) for face in result["faces"]]
    assert set(configured["settings"]) == set(configure) - {"type", "reset"}
    assert hello["limits"] == example("hello")["limits"] and hello["settings"] == example("hello")["settings"]
    assert hello["teaching"] == example("hello")["teaching"]


def test_every_code_reason_and_range_of_the_code_is_in_the_reference() -> None:
    http = [ROOT / "server" / "http" / name for name in ("routes/websocket.py", "access/token.py")]
    files = [*(ROOT / "server" / "live").rglob("*.py"), *(ROOT / "server" / "vision").rglob("*.py"), *http]
    source = "".join(path.read_text() for path in files)
    made = r'(?:FrameError|ProtocolError|_fail|refuse|error)\(\s*(?:frame, |channel, |None, )?"(\w+)"'
    codes = set(re.findall(made, source)) - {"connection", "text", "frame"}  # subjects of the observer
    codes |= set(re.findall(r'\bcode(?:, text)? = "(\w+)"', source))  # of refused connections
    (limits,) = re.findall(r'limit: Limit = "(\w+)" if .* else "(\w+)"', source)
    codes |= set(limits)
    codes -= {"not_picture"}  # of HTTP and the commands only
    documented = set(re.findall(r"^\| `(\w+)` \| (?:a frame|a text|the connection) \|", PROTOCOL, re.MULTILINE))
    assert documented == codes
    for name, (low, high) in RANGES.items():
        assert f"| `{name}` | {low:g} to {high:g} |" in PROTOCOL
    for reason in ("superseded", "rate", "overload"):
        assert f"`{reason}`" in PROTOCOL


def test_the_close_codes_of_the_code_are_in_the_reference() -> None:
    source = "".join(path.read_text() for path in (ROOT / "server").rglob("*.py"))
    names = set(re.findall(r"\bCloseCode\.([A-Z_]+)", source))
    assert "POLICY_VIOLATION" in names
    for name in names:
        assert re.search(rf"^\|.*\b{CloseCode[name]:d}\b.*\|", PROTOCOL, re.MULTILINE), name
