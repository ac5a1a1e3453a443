"""The alerts and the metrics: checked by Prometheus' own tool where it is, and by name everywhere."""

import re
import subprocess

import pytest
import yaml
from prometheus_client import ProcessCollector, generate_latest

from server.http.metrics.counters import Metrics
from server.http.metrics.gauges import Gauges
from server.live.inference_pool import Analyser, InferencePool
from server.live.scheduler import Scheduler
from server.settings import load_settings
from server.vision.expression.manifest import load_manifest
from server.vision.types import STAGES
from tests.live import tools
from tests.support import ROOT

DEPLOY = ROOT / "deploy"


def never() -> Analyser:
    raise AssertionError("no thread is started here")


@pytest.fixture(scope="module")
def exposition() -> str:
    """What `/metrics` says when everything that can happen has happened."""
    settings = load_settings({}, {})
    metrics, pool = Metrics(), InferencePool(never, 2, 5.0)
    metrics.opened()
    frames = metrics.frames("socket")
    frames.received()
    frames.answered(1, dict.fromkeys(STAGES, 1.0), queue_ms=1, total_ms=5)
    frames.failed("internal")
    metrics.closed(1000)
    ProcessCollector(registry=metrics.registry)
    metrics.registry.register(Gauges(settings, load_manifest(settings.model), pool, Scheduler(pool, 1.0)))
    return generate_latest(metrics.registry).decode()


def families(exposition: str) -> dict[str, str]:
    """The names of our metrics, without the suffixes of single samples, and their types."""
    return dict(re.findall(r"^# TYPE (emojify_\w+) (\w+)$", exposition, re.MULTILINE))


def promtool(*words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    program = tools.find("promtool")
    if program is None:
        pytest.skip(tools.missing("promtool"))
    return subprocess.run([program, *words], cwd=ROOT, input=stdin, capture_output=True, text=True, check=False)


def test_prometheus_has_nothing_to_say_about_the_metrics(exposition: str) -> None:
    """Its linter knows the conventions: base units, `_total`, `_seconds`, `_info`, a help text."""
    done = promtool("check", "metrics", stdin=exposition)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_alerts_fire_when_they_should_and_not_before() -> None:
    done = promtool("test", "rules", "deploy/alerts.test.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_example_configuration_is_valid() -> None:
    done = promtool("check", "config", "deploy/prometheus.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tested_and_reads_metrics_that_there_are(exposition: str) -> None:
    """An alert on a name that nobody exposes never fires."""
    rules = [rule for group in yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"] for rule in group["rules"]]
    tests = yaml.safe_load((DEPLOY / "alerts.test.yml").read_text())["tests"]
    fired = {case["alertname"] for test in tests for case in test["alert_rule_test"] if case.get("exp_alerts")}
    assert fired == {rule["alert"] for rule in rules}
    for rule in rules:
        for name in re.findall(r"\b(?:emojify|process)_\w+", rule["expr"]):
            assert re.search(rf"^{name}[ {{]", exposition, re.MULTILINE), (rule["alert"], name)


def test_the_documents_name_every_metric_with_its_type(exposition: str) -> None:
    text = (ROOT / "docs" / "operating.md").read_text()
    rows = dict(re.findall(r"^\| `(emojify_\w+)(?:{[^}]*})?` \| (\w+) \|", text, re.MULTILINE))
    exposed = {name: kind if not name.endswith("_info") else "info" for name, kind in families(exposition).items()}
    assert rows == exposed


