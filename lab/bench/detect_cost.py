"""The CPU cost of detection for known faces, a search and a single picture; a part of lab.bench.detect."""

import time
from collections.abc import Callable
from unittest.mock import patch

import numpy as np
from threadpoolctl import threadpool_limits

from server.vision.arrays import Floats, Grey
from server.vision.detectors.blazeface.detector import BlazeFaceDetector, Search
from server.vision.detectors.blazeface.windows import Window
from server.vision.types import Box


def costs(net: BlazeFaceDetector, rounds: int = 40) -> dict[str, float]:
    """Units (one 512x512 float32 matrix product on one thread) for known faces, for a search and for a picture."""
    frame = np.full((480, 640), 96, np.uint8)
    faces: list[Box] = [(0.02 + 0.19 * (k % 5), 0.1 + 0.4 * (k // 5), 0.08, 0.11) for k in range(10)]
    lately, due = Search(0.0, 1), Search(-10.0, 1)
    pair = np.random.default_rng(0).random((2, 512, 512), np.float32)
    calls: dict[str, Callable[[], object]] = {
        "the unit": lambda: pair[0] @ pair[1],
        "1 known face": lambda: _known(net, frame, faces[:1], lately),
        "10 known faces": lambda: _known(net, frame, faces, lately),
        "no known face": lambda: net.follow(frame, (), 0.1, lately),
        "no known face, a search due": lambda: net.follow(frame, (), 0.1, due),
        "one picture of 640x480": lambda: net.detect(frame),
    }
    taken: dict[str, list[float]] = {name: [] for name in calls}
    with threadpool_limits(1):
        for _ in range(rounds):
            for name, call in calls.items():
                started = time.thread_time()
                call()
                taken[name].append(time.thread_time() - started)
    unit = float(np.median(taken.pop("the unit")))
    figures = {name: float(np.median(values)) / unit for name, values in taken.items()}
    print("\ncost in units of 512x512, detection alone")
    for name, value in figures.items():
        print(f"  {name:27}{value:6.2f}", flush=True)
    return {f"cost {name}": value for name, value in figures.items()}


def _known(net: BlazeFaceDetector, frame: Grey, faces: list[Box], search: Search) -> None:
    """Follow faces that are where they are expected; the frame is plain, so the network's output is replaced."""
    size = np.array((frame.shape[1], frame.shape[0]), np.float32)
    points = np.zeros((len(faces), 8, 2), np.float32)
    points[:, :2] = np.array(faces, np.float32).reshape(-1, 2, 2) * size
    points[:, 1] += points[:, 0]
    infer = net._follower.infer

    def told(grey: Grey, window: Window, threshold: float) -> tuple[Floats, Floats]:
        infer(grey, window, threshold)
        return np.ones(len(faces), np.float32), points

    with patch.object(net._follower, "infer", told):
        net.follow(frame, faces, 0.1, search)
