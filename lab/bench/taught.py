"""Measures what teaching costs: `python -m lab.bench.taught`, one minute, on an idle machine.

A clip of a moving face passes the pipeline on one thread, by turns with nothing taught, with one example of each label
of the model, and with as much as can be taught. So each frame measures its points, which a face that does not move
would spare. The unit is that of docs/performance.md.
"""

import time
from collections.abc import Mapping
from itertools import cycle, islice

import cv2
import numpy as np
from threadpoolctl import threadpool_limits

from lab.bench.parts.pipeline import make_unit
from lab.bench.stats import median
from server.vision.expression.example import Example
from server.vision.expression.hold import Hold
from server.vision.expression.manifest import load_manifest
from server.vision.expression.taught_examples import MAX_EXAMPLES, MAX_OWN_LABELS, TaughtExamples
from server.vision.pipeline import make_pipeline
from server.vision.state import State
from server.vision.types import ExpressionSettings
from tests.support import ROOT
from tests.support.clips import astronaut_scene, play

ROUNDS, FRAMES, FPS = 40, 20, 10.0


def main() -> None:
    """Print a line for each amount that was taught."""
    manifest = load_manifest(ROOT / "model")
    pipeline = make_pipeline("blazeface", "litert", manifest, 10**6)
    clip = [jpeg for _, jpeg in play(astronaut_scene(), 10.0, FPS, seed=3)]
    shown, _ = pipeline.analyse(clip[0], 0.0, State.for_picture().with_hold(Hold(0.0)))
    assert shown.hold is not None and shown.hold.example is not None
    own = [f"own {index}" for index in range(MAX_OWN_LABELS)]
    states = {
        "nothing taught": State.initial(),
        "adapting": State.initial(ExpressionSettings(adapt=True)),
        f"{len(manifest.labels)} examples": _taught(shown.hold.example, manifest.labels, manifest.labels, 1),
        f"{MAX_EXAMPLES * (len(manifest.labels) + MAX_OWN_LABELS)} examples": _taught(
            shown.hold.example, (*manifest.labels, *own), manifest.labels, MAX_EXAMPLES
        ),
    }
    cv2.setNumThreads(1)  # as in the server
    unit_round, times = make_unit(), dict.fromkeys(states, 0.0)
    frames: Mapping[str, list[float]] = {name: [] for name in states}
    units, jpegs, clock = [], cycle(clip), 0.0
    with threadpool_limits(1):
        for number in range(ROUNDS + 1):
            some = list(islice(jpegs, FRAMES))
            for name, state in states.items():
                started = time.perf_counter()
                for index, jpeg in enumerate(some):
                    _, state = pipeline.analyse(jpeg, clock + index / FPS, state)
                times[name] = 1e3 * (time.perf_counter() - started) / FRAMES
                states[name] = state
            clock += FRAMES / FPS
            if number:  # the first round is slower
                units.append(unit_round())
                for name, elapsed in times.items():
                    frames[name].append(elapsed)
        _print(frames, units)
        _print_step(states, shown.faces[0].scores)


def _taught(example: bytes, labels: tuple[str, ...], of_model: tuple[str, ...], number: int) -> State:
    lesson = TaughtExamples()
    for label in labels:
        for _ in range(number):
            lesson = lesson.with_example(label, example, of_model)
    return State.initial().with_taught(lesson)


def _print(frames: Mapping[str, list[float]], units: list[float]) -> None:
    plain = frames["nothing taught"]
    print(f"a unit {median(units):.2f} ms; one face, decode to smoothed expression, {ROUNDS} rounds of {FRAMES} frames")
    for name, elapsed in frames.items():
        in_units = median([ms / unit for ms, unit in zip(elapsed, units, strict=True)])
        more = median([(ms - base) / unit for ms, base, unit in zip(elapsed, plain, units, strict=True)])
        print(f"  {name:15} {median(elapsed):6.2f} ms  {in_units:5.2f} units  {more:+6.3f} more")


def _print_step(states: Mapping[str, State], scores: tuple[float, ...]) -> None:
    """The comparison with the examples by itself."""
    for name, state in states.items():
        if state.prepared:
            face = _any_face()
            repeats = 2000
            started = time.perf_counter()
            for _ in range(repeats):
                state.prepared.fused(scores, face)
            print(f"  comparing with {name}: {1e6 * (time.perf_counter() - started) / repeats:.0f} microseconds")


def _any_face() -> Example:
    rng = np.random.default_rng(0)
    return Example(rng.uniform(size=199).astype(np.float32), rng.uniform(size=(468, 2)).astype(np.float32))


if __name__ == "__main__":
    main()
