"""What the documents say is what the files say."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
METRICS = json.loads((ROOT / "model" / "metrics.json").read_text())


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


@pytest.mark.parametrize("labels", ["ferplus", "fer2013"])
@pytest.mark.parametrize("name", ["PrivateTest", "PublicTest", "test", "test without leaks"])
def test_the_model_card_quotes_the_measured_figures(labels: str, name: str) -> None:
    report = METRICS[labels][name]
    figures = [percent(report[key]) for key in ("accuracy", "macro_recall", "calibration_error")]
    assert f"| {name} | {report['n']:,} | {report['excluded']} | {' | '.join(figures)} |" in (
        ROOT / "model" / "README.md"
    ).read_text()


def test_the_model_card_quotes_the_recall_of_each_label() -> None:
    card = (ROOT / "model" / "README.md").read_text()
    for label, report in METRICS["ferplus"]["PrivateTest"]["classes"].items():
        assert f"| {label} | {report['n']} | {percent(report['recall'])} |" in card


def test_the_readme_quotes_the_headline() -> None:
    readme = (ROOT / "README.md").read_text()
    assert f"{100 * METRICS['ferplus']['PrivateTest']['accuracy']:.0f} % of the time" in readme
