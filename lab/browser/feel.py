"""How soon the emoji follows a face, in a real browser: `python -m lab.browser.feel`.

The fake camera shows photographs of faces in turn (film.py). Measured in the page's own clock, from the camera's frame
to the animation frame that draws the emoji. Besides: answers a second, the time to encode a frame, tasks that keep the
main thread for more than 50 ms. Run it on an idle machine.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from lab.bench.load_run import serving
from lab.bench.stats import percentile
from lab.browser.film import BITS, FPS, SQUARE, Film, make_film
from tests.support import ROOT
from tests.support.chromium import FLAGS, find_browser

SAMPLES = ROOT / "web" / "static" / "samples"
PICTURES = (SAMPLES / "astronaut.jpg", SAMPLES / "surprised.jpg")
ENTRY = "emojify:frame"
SCRIPT = Path(__file__).with_name("feel.js")
# Milliseconds. Chromium calls a task long above this.
LONG_TASK_MS = 50
# Chromium's names of what keeps the page's thread busy; the first includes the others.
THREAD = {
    "all": "TaskDuration",
    "scripts": "ScriptDuration",
    "style": "RecalcStyleDuration",
    "layout": "LayoutDuration",
}
Report = dict[str, Any]

# Key, title, required value; "more" or "less" is better.
TARGETS = (
    ("face_to_emoji_p50", "face to emoji, median, ms", "less", 350),
    ("face_to_emoji_p95", "face to emoji, p95, ms", "less", 450),
    ("missed", "changes that were never shown", "less", 0),
    ("answers_per_s", "answers a second", "more", 24),
    ("encode_p95", "encoding, p95, ms", "less", 60),
    ("longest_task", "longest task of the main thread, ms", "less", LONG_TASK_MS),
)


def main() -> int:
    """Print a table; 0 when every figure meets its required value."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each face is shown")
    parser.add_argument("--pictures", type=Path, nargs="+", default=PICTURES, help="photographs of faces, in turn")
    parser.add_argument("--json", type=Path, help="file for every change and all figures")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving() as server:
        film = make_film(Path(folder) / "film.y4m", options.pictures, options.seconds)
        report = measure(server.url, film, options.changes)
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")
    print(table(report))
    return int(any(not _meets(report[key], better, must) for key, _, better, must in TARGETS))


def measure(url: str, film: Film, changes: int) -> Report:
    """Play the film to the page at `url` until it had this many changes."""
    with sync_playwright() as playwright:
        flags = [*FLAGS, "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={film.path}"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(url)
            page.locator("#action").click()
            page.locator(f"#emoji[data-expression={film.labels[0]}]").wait_for()
            page.wait_for_timeout(3000)  # until the page has adapted and its scripts are compiled
            notes = _notes(page, changes * film.part_frames / FPS)
        finally:
            browser.close()
    return judge(notes, film)


def judge(notes: Report, film: Film) -> Report:
    """The figures from what the page noted (feel.js) and from Chromium's own counts of the page's thread."""
    follows = follow_times(notes["frames"], notes["emojis"], film)
    shown = [after for _, after in follows if after is not None]
    answers = notes["answers"]
    encodes = [ms for _, _, ms in answers if ms is not None]
    return {
        "face_to_emoji_p50": percentile(shown, 0.5),
        "face_to_emoji_p95": percentile(shown, 0.95),
        "missed": len(follows) - len(shown),
        "answers_per_s": (len(answers) - 1) * 1000 / (answers[-1][0] - answers[0][0]),
        "answer_age_p50": percentile([age for _, age, _ in answers], 0.5),
        "answer_age_p95": percentile([age for _, age, _ in answers], 0.95),
        "encode_p50": percentile(encodes, 0.5),
        "encode_p95": percentile(encodes, 0.95),
        "longest_task": max([ms for _, ms in notes["tasks"]], default=0),
        "long_tasks": len(notes["tasks"]),
        "own_cost_p95": percentile([cost for *_, cost in notes["frames"]], 0.95),
        "thread": notes["thread"],
        "has_capture_time": notes["hasCaptureTime"],
        "changes": follows,
    }


def follow_times(
    frames: list[tuple[int, float, float, float]], emojis: list[tuple[str, float]], film: Film
) -> list[tuple[str, float | None]]:
    """For each change of the film its label, and the milliseconds until the emoji showed it; None if it never did.

    Args:
        frames: number of the film's frame, and when the camera took it, in ms; further values are ignored.
        emojis: each new label of the emoji, and when it was drawn.
        film: the film.
    """
    changes: list[tuple[str, float]] = []
    part = None
    for number, taken, *_ in frames:
        now = number // film.part_frames
        # A frame that the page missed is counted back by the numbers.
        began = taken - (number % film.part_frames) * 1000 / FPS
        if part is not None and now != part:
            changes.append((film.labels[now], began))
        part = now
    ends = [began for _, began in changes[1:]]
    follows: list[tuple[str, float | None]] = []
    for (label, began), end in zip(changes, ends, strict=False):  # the last change may not have ended
        times = [at - began for shown, at in emojis if shown == label and began < at <= end]
        follows.append((label, min(times, default=None)))
    return follows


def table(report: Report) -> str:
    """The figures, each with its required value."""
    lines = []
    for key, title, better, must in TARGETS:
        met = "" if _meets(report[key], better, must) else "  NO"
        lines.append(f"{title:40} {report[key]:7.1f}  {'at least' if better == 'more' else 'at most'} {must}{met}")
    each = " ".join("-" if after is None else f"{after:.0f}" for _, after in report["changes"])
    lines.append(f"each change, ms: {each}")
    shares = ", ".join(f"{name} {100 * share:.0f} %" for name, share in report["thread"].items())
    lines.append(f"the page's thread is busy with {shares} of the time")
    lines.append(
        f"age of an answer p50 {report['answer_age_p50']:.0f}, p95 {report['answer_age_p95']:.0f} ms; "
        f"encoding p50 {report['encode_p50']:.0f} ms; {report['long_tasks']} long tasks; "
        f"reading the film's numbers costs the page {report['own_cost_p95']:.1f} ms a frame (p95)"
    )
    return "\n".join(lines)


def _meets(value: float, better: str, must: float) -> bool:
    return value >= must if better == "more" else value <= must


def _notes(page: Page, seconds: float) -> Report:
    page.evaluate(SCRIPT.read_text(encoding="utf-8"), {"bits": BITS, "square": SQUARE, "name": ENTRY})
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable")
    before = _thread_times(tools)
    page.wait_for_timeout(1000 * seconds + 1500)
    after = _thread_times(tools)
    notes: Report = page.evaluate("() => window.notes")
    elapsed = after.pop("Timestamp") - before.pop("Timestamp")
    notes["thread"] = {name: (after[metric] - before[metric]) / elapsed for name, metric in THREAD.items()}
    return notes


def _thread_times(tools: CDPSession) -> dict[str, float]:
    """Seconds that the page's thread has spent, by Chromium's metric, and the time itself."""
    return {each["name"]: each["value"] for each in tools.send("Performance.getMetrics")["metrics"]}


if __name__ == "__main__":
    sys.exit(main())
