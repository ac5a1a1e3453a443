"""Fuzz one target for some seconds: `python -m lab.fuzz.engine TARGET SECONDS FOLDER`.

Uses atheris (libFuzzer), which is guided by the coverage of our Python code, or where it is not installed Hypothesis,
which only mutates. An input that makes the target fail is written to FOLDER and ends the run with a non-zero exit code.
The last line of output has the number of inputs.
"""

import hashlib
import importlib.util
import os
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

# An input that takes longer counts as a hang. The slowest known one takes 0.1 s on an idle machine.
MAX_S = 30
MAX_MEMORY_MB = 2048
MAX_INPUT_BYTES = 64 * 1024
EXAMPLES_PER_ROUND = 500


def main(name: str, seconds: float, folder: Path) -> None:
    """Run until the time is up; does not return with atheris, which ends the process."""
    folder.mkdir(parents=True, exist_ok=True)
    if importlib.util.find_spec("atheris"):
        _with_atheris(name, seconds, folder)
    else:
        with_hypothesis(name, seconds, folder)


def _with_atheris(name: str, seconds: float, folder: Path) -> None:
    import atheris  # type: ignore[import-untyped]

    with atheris.instrument_imports(include=["server.vision", "server.live", "server.http", "model.manifest"]):
        from lab.fuzz.targets import TARGETS

        target = TARGETS[name]()
    from lab.fuzz.seeds import SEEDS

    corpus = Path(tempfile.mkdtemp(prefix="emojify-corpus-"))
    for number, seed in enumerate(SEEDS[name]()):
        (corpus / str(number)).write_bytes(seed)
    options = {
        "max_total_time": max(1, round(seconds)),
        "timeout": MAX_S,
        "rss_limit_mb": MAX_MEMORY_MB,
        "max_len": MAX_INPUT_BYTES,
        "len_control": 0,
        "print_final_stats": 1,
        "artifact_prefix": f"{folder}/",
    }
    atheris.Setup([sys.argv[0], *(f"-{option}={value}" for option, value in options.items()), str(corpus)], target)
    atheris.Fuzz()


def mutated(seeds: list[bytes]) -> st.SearchStrategy[bytes]:
    """A seed with pieces deleted, inserted or replaced; or arbitrary bytes."""

    def edited(seed: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
        for at, length, piece in edits:
            at %= len(seed) + 1
            seed = seed[:at] + piece + seed[at + length :]
        return seed

    edit = st.tuples(st.integers(0, 2**16), st.integers(0, 64), st.binary(max_size=16))
    return st.builds(edited, st.sampled_from(seeds), st.lists(edit, max_size=8)) | st.binary(max_size=1000)


def with_hypothesis(name: str, seconds: float, folder: Path) -> None:
    """Run rounds of examples, each with another random seed; raises what the target raises."""
    from lab.fuzz.seeds import SEEDS
    from lab.fuzz.targets import TARGETS

    target, until, done = TARGETS[name](), time.monotonic() + seconds, 0
    current = b""
    seeds = SEEDS[name]()

    def hung() -> None:
        _save(folder, "timeout", current)
        os._exit(70)

    def run(data: bytes) -> None:
        nonlocal done, current
        done, current = done + 1, data
        watchdog = threading.Timer(MAX_S, hung)
        watchdog.daemon = True
        watchdog.start()
        try:
            target(data)
        finally:
            watchdog.cancel()

    checks = list(HealthCheck)
    lenient = settings(
        max_examples=EXAMPLES_PER_ROUND, deadline=None, database=None, suppress_health_check=checks
    )
    try:
        for seed in seeds:
            run(seed)
        while time.monotonic() < until:
            seeded(random.randrange(2**32))(lenient(given(mutated(seeds))(run)))()
    except Exception:
        _save(folder, "crash", current)
        print(f"stat::number_of_executed_units: {done}", file=sys.stderr, flush=True)
        raise
    print(f"stat::number_of_executed_units: {done}", file=sys.stderr, flush=True)


def _save(folder: Path, kind: str, data: bytes) -> None:
    (folder / f"{kind}-{hashlib.sha1(data, usedforsecurity=False).hexdigest()}").write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]))
