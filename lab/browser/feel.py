"""How soon the emoji follows a face, in a real browser: `python -m lab.browser.feel`.

The fake camera shows photographs of faces in turn (film.py). Measured in the page's own clock, from the camera's frame
to the animation frame that draws the emoji. Besides: answers a second, the time to encode a frame, tasks that keep the
main thread for more than 50 ms. Run it on an idle machine.

`--living` measures the living emoji instead, before a camera that shows one face tilting to and fro: the age of motion
(from the camera's frame to the animation frame that first draws its motion values), by how much the drawn tilt is
behind that of the film as the page shows it, and the time to draw with a processor four times slower (Chromium's own
throttling of the page's thread).
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import CDPSession, Page, sync_playwright

from lab.bench.load_run import serving
from lab.bench.stats import percentile
from lab.browser.film import BITS, FPS, SQUARE, Film, make_film, make_tilting_film
from tests.support import ROOT
from tests.support.chromium import FLAGS, find_browser

SAMPLES = ROOT / "web" / "static" / "samples"
PICTURES = (SAMPLES / "astronaut.jpg", SAMPLES / "surprised.jpg")
ENTRY, LIVING_ENTRY = "emojify:frame", "emojify:living"
# One swing of the head in so many seconds and degrees: quick, as in a dance.
SWING_S, SWING_DEGREES = 1.5, 20.0
THROTTLED = 4  # times slower
LAGS_MS = range(-100, 300)
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
_SCRIPT_OPTIONS = {"bits": BITS, "square": SQUARE, "name": ENTRY, "living": LIVING_ENTRY}

# Key, title, required value; "more" or "less" is better.
TARGETS = (
    ("face_to_emoji_p50", "face to emoji, median, ms", "less", 350),
    ("face_to_emoji_p95", "face to emoji, p95, ms", "less", 450),
    ("missed", "changes that were never shown", "less", 0),
    ("answers_per_s", "answers a second", "more", 24),
    ("encode_p95", "encoding, p95, ms", "less", 60),
    ("longest_task", "longest task of the main thread, ms", "less", LONG_TASK_MS),
)
LIVING_TARGETS = (
    ("motion_age_p95", "age of motion, p95, ms", "less", 70),
    ("lag", "drawn tilt behind the shown picture, ms", "less", 70),
    ("drawings_per_s", "drawings a second", "more", 50),
    ("draw_p95", f"drawing, p95, ms, processor {THROTTLED} times slower", "less", 4),
)


def main() -> int:
    """Print a table; 0 when every figure meets its required value."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each face is shown")
    parser.add_argument("--pictures", type=Path, nargs="+", default=PICTURES, help="photographs of faces, in turn")
    parser.add_argument("--living", action="store_true", help="measure the living emoji")
    parser.add_argument("--json", type=Path, help="file for every change and all figures")
    options = parser.parse_args()
    if options.living:
        return _main_living(options)
    with tempfile.TemporaryDirectory() as folder, serving() as server:
        film = make_film(Path(folder) / "film.y4m", options.pictures, options.seconds)
        report = measure(server.url, film, options.changes)
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")
    print(table(report))
    return int(any(not _meets(report[key], better, must) for key, _, better, must in TARGETS))


def measure(url: str, film: Film, changes: int) -> Report:
    """Play the film to the page at `url` until it had this many changes."""
    with _live_page(url, film.path) as page:
        page.locator(f"#emoji[data-expression={film.labels[0]}]").wait_for()
        page.wait_for_timeout(3000)  # until the page has adapted and its scripts are compiled
        notes = _notes(page, changes * film.part_frames / FPS)
    return judge(notes, film)


def measure_living(url: str, film: Path, tilts: tuple[float, ...], seconds: float) -> Report:
    """Play a film of a tilting face to the page at `url`, and again with a slower processor."""
    with _live_page(url, film) as page:
        page.locator("#emoji[data-living]").wait_for(timeout=60_000)
        page.wait_for_timeout(3000)
        notes = _notes(page, seconds)
        tools = page.context.new_cdp_session(page)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLED})
        page.wait_for_timeout(2000)
        slow = _notes(page, seconds)
    return judge_living(notes, slow, tilts)


def judge_living(notes: Report, slow: Report, tilts: tuple[float, ...]) -> Report:
    """The figures of the living emoji, from what the page noted at full speed and with a slower processor."""
    draws, lasts = notes["draws"], notes["draws"][-1][0] - notes["draws"][0][0]
    shown = [(taken, tilts[number % len(tilts)]) for number, taken, *_ in notes["frames"] if number < len(tilts)]
    # The page is a mirror.
    drawn = [(start + cost, -roll) for start, cost, roll in draws if roll is not None]
    return {
        "motion_age_p50": percentile([age for _, age, _ in notes["answers"]], 0.5),
        "motion_age_p95": percentile([age for _, age, _ in notes["answers"]], 0.95),
        "lag": lag_ms(drawn, shown),
        "drawings_per_s": (len(draws) - 1) * 1000 / lasts,
        "answers_per_s": (len(notes["answers"]) - 1) * 1000 / (notes["answers"][-1][0] - notes["answers"][0][0]),
        "draw_full_p95": percentile([cost for _, cost, _ in draws], 0.95),
        "draw_p50": percentile([cost for _, cost, _ in slow["draws"]], 0.5),
        "draw_p95": percentile([cost for _, cost, _ in slow["draws"]], 0.95),
        "thread": notes["thread"],
        "slow_thread": slow["thread"],
    }


def lag_ms(drawn: list[tuple[float, float]], shown: list[tuple[float, float]]) -> float:
    """By how much one curve is behind another: the shift with which they are most alike.

    Args:
        drawn: times in ms, and values in any unit.
        shown: the same of the curve that is followed; between its times it is a line.
    """
    times, values = (np.array(each) for each in zip(*shown, strict=True))
    at, seen = (np.array(each) for each in zip(*drawn, strict=True))

    def likeness(late: float) -> float:
        inside = (at - late > times[0]) & (at - late < times[-1])
        return float(np.corrcoef(seen[inside], np.interp(at[inside] - late, times, values))[0, 1])

    return float(max(LAGS_MS, key=likeness))


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


def living_table(report: Report) -> str:
    """The figures of the living emoji, each with its required value."""
    lines = _rows(report, LIVING_TARGETS)
    for name, key in (("at full speed", "thread"), (f"{THROTTLED} times slower", "slow_thread")):
        lines.append(f"{name}, the page's thread is busy {100 * report[key]['all']:.0f} % of the time")
    lines.append(
        f"age of motion p50 {report['motion_age_p50']:.0f} ms; {report['answers_per_s']:.1f} answers a second; drawing "
        f"{report['draw_full_p95']:.1f} ms (p95) at full speed, p50 {report['draw_p50']:.1f} ms when slower"
    )
    return "\n".join(lines)


def table(report: Report) -> str:
    """The figures, each with its required value."""
    lines = _rows(report, TARGETS)
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


def _main_living(options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder, serving() as server:
        film = Path(folder) / "film.y4m"
        tilts = make_tilting_film(film, options.pictures[0], SWING_S, SWING_DEGREES)
        report = measure_living(server.url, film, tilts, options.changes * SWING_S / 2)
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")
    print(living_table(report))
    return int(any(not _meets(report[key], better, must) for key, _, better, must in LIVING_TARGETS))


@contextmanager
def _live_page(url: str, film: Path) -> Iterator[Page]:
    """The page in Chromium with the film as its camera, started."""
    with sync_playwright() as playwright:
        flags = [*FLAGS, "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(url)
            page.locator("#action").click()
            yield page
        finally:
            browser.close()


def _rows(report: Report, targets: Sequence[tuple[str, str, str, float]]) -> list[str]:
    rows = []
    for key, title, better, must in targets:
        met = "" if _meets(report[key], better, must) else "  NO"
        rows.append(f"{title:45} {report[key]:7.1f}  {'at least' if better == 'more' else 'at most'} {must}{met}")
    return rows


def _meets(value: float, better: str, must: float) -> bool:
    return value >= must if better == "more" else value <= must


def _notes(page: Page, seconds: float) -> Report:
    page.evaluate(SCRIPT.read_text(encoding="utf-8"), _SCRIPT_OPTIONS)
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
