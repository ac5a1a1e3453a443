"""The time of one face in milliseconds on one thread, and in a unit that can be compared between machines."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from model.manifest import LITERT

ROUNDS = 300  # of each call, alternating, so that other load on the machine affects both equally


def print_cost(folder: Path) -> None:
    """Time emotion.tflite in units of a 512x512 float32 matrix product on one thread."""
    from ai_edge_litert.interpreter import Interpreter
    from threadpoolctl import threadpool_limits

    interpreter = Interpreter(model_path=str(folder / LITERT), num_threads=1)
    interpreter.allocate_tensors()
    rng = np.random.default_rng(0)
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], rng.integers(0, 256, (1, 48, 48, 1), np.uint8))
    a, b = rng.random((2, 512, 512), np.float32)
    with threadpool_limits(1):
        face, unit = _medians(interpreter.invoke, lambda: a @ b)
    print(f"\none face {face:.3f} ms, one unit (512x512 float32 product) {unit:.3f} ms: {face / unit:.2f} units")


def _medians(*calls: Callable[[], object]) -> list[float]:
    """Median milliseconds of each call; the calls alternate."""
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for times, call in zip(taken, calls, strict=True):
            started = time.perf_counter()
            call()
            times.append(1e3 * (time.perf_counter() - started))
    return [float(np.median(times)) for times in taken]
