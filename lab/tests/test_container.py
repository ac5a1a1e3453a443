"""What can be said of the container without building it; `make test-container` runs its very steps."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from lab.container.dockerfile import context, read
from server.settings import Settings
from server.settings.options import PREFIX
from server.vision.detectors import haar
from tests.support import ROOT

STAGES = read(ROOT / "Dockerfile")
FINAL = STAGES[-1]


def in_context() -> set[Path]:
    return set(context(ROOT, ROOT / ".dockerignore"))


def test_every_copied_file_exists_in_the_build_context() -> None:
    files = in_context()
    for step in (step for stage in STAGES for step in stage.steps if step.word == "COPY"):
        *sources, _ = step.rest.split()
        for source in sources:
            if not step.rest.startswith("--from"):
                assert any(file == Path(source) or Path(source) in file.parents for file in files), source


def test_the_build_context_has_only_what_serving_needs() -> None:
    """No data, no tests, no training, no network that only TensorFlow reads, nothing hidden."""
    for file in in_context():
        assert file.parts[0] in ("server", "safe_printing.py", "web", "emojis", "locks", "model")
        assert not any(part.startswith(".") or part == "__pycache__" for part in file.parts), file
        assert file.suffix not in (".keras", ".zip", ".csv", ".pem", ".env"), file
    assert {file.name for file in in_context() if file.parts[0] == "model"} == {"emotion.json", "emotion.tflite"}


def test_the_image_runs_as_an_unprivileged_user_without_a_shell() -> None:
    user = FINAL.last("USER").split(":")
    assert all(int(number) >= 10000 for number in user)
    assert FINAL.command("CMD") == ["/usr/bin/python3", "-m", "server"]
    check = FINAL.command("HEALTHCHECK")
    assert "/readyz" in check[-1] and ast.parse(check[-1])
    after = [step.word for step in FINAL.steps[[step.word for step in FINAL.steps].index("USER") :]]
    assert "RUN" not in after and "COPY" not in after, "nothing belongs to whom it runs as"


def test_every_package_is_installed_by_hash() -> None:
    installs = [step.rest for stage in STAGES for step in stage.steps if "pip install" in step.rest]
    assert installs and all("--require-hashes" in step and "--no-deps" in step for step in installs)


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, object]]:
    composed = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert isinstance(composed, dict)
    return composed


def test_every_service_is_read_only_limited_and_unprivileged(services: dict[str, dict[str, object]]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert all(service[limit] for limit in ("cpus", "mem_limit", "pids_limit")), name


def test_replicas_know_their_number_of_cores(services: dict[str, dict[str, object]]) -> None:
    """A share of CPU time does not show inside a container."""
    for name in ("app1", "app2"):
        environment = services[name]["environment"]
        assert isinstance(environment, dict)
        assert int(environment["EMOJIFY_WORKERS"]) == services[name]["cpus"]
        known = {PREFIX + setting.upper() for setting in Settings.model_fields}
        assert set(environment) - {"EMOJIFY_TRUSTED_PROXY"} <= known


def test_the_proxy_uses_the_names_of_the_replicas(services: dict[str, dict[str, object]]) -> None:
    text = (ROOT / "deploy" / "compose" / "nginx.conf").read_text()
    assert set(re.findall(r"^\s*server (\w+):8000", text, re.MULTILINE)) == set(services) - {"nginx"}


def test_the_cascade_of_the_haar_detector_stays_in_the_image() -> None:
    (step,) = [step.rest for stage in STAGES for step in stage.steps if "cv2/data" in step.rest]
    assert re.findall(r"! -name (\S+) -delete", step) == [haar.CASCADE]
