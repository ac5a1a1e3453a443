"""The targets of `make fuzz` pass on their seeds and on some mutations of them."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.fuzz.__main__ import replay
from lab.fuzz.engine import mutated, with_hypothesis
from lab.fuzz.seeds import SEEDS
from lab.fuzz.targets import TARGETS, Target

SERVER_TARGETS = ("sockets", "requests")


@pytest.fixture(scope="module", params=[name for name in TARGETS if name not in SERVER_TARGETS])
def target_and_seeds(request: pytest.FixtureRequest) -> tuple[Target, list[bytes]]:
    return TARGETS[request.param](), SEEDS[request.param]()


def test_every_target_has_seeds() -> None:
    assert list(SEEDS) == list(TARGETS)


def test_no_seed_makes_a_target_fail(target_and_seeds: tuple[Target, list[bytes]]) -> None:
    target, seeds = target_and_seeds
    for seed in seeds:
        target(seed)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_mutated_seed_makes_a_target_fail(target_and_seeds: tuple[Target, list[bytes]], data: st.DataObject) -> None:
    target, seeds = target_and_seeds
    target(data.draw(mutated(seeds)))


@pytest.mark.parametrize("name", SERVER_TARGETS)
def test_no_seed_makes_a_real_server_fail(name: str) -> None:
    target = TARGETS[name]()
    for seed in SEEDS[name]():
        target(seed)


def test_a_failing_input_is_kept_and_can_be_replayed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fragile() -> Target:
        def run(data: bytes) -> None:
            if b"!" in data:
                raise ZeroDivisionError

        return run

    monkeypatch.setitem(TARGETS, "fragile", fragile)
    monkeypatch.setitem(SEEDS, "fragile", lambda: [b"fine", b"bad!"])
    folder = tmp_path / "fragile"
    folder.mkdir()
    with pytest.raises(ZeroDivisionError):
        with_hypothesis("fragile", 60, folder)
    (kept,) = folder.iterdir()
    assert kept.read_bytes() == b"bad!"
    with pytest.raises(ZeroDivisionError):
        replay(kept)
