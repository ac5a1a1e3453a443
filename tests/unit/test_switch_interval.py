"""The pool changes the thread switch interval of the whole process only while it runs."""

import sys
from collections.abc import Iterator

import pytest

from server.live.inference_pool import SWITCH_S, InferencePool
from tests.unit.scripted import PATIENCE, Scripted, run


@pytest.fixture(autouse=True)
def python_default() -> Iterator[None]:
    """5 ms, whatever other tests have set."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    yield
    sys.setswitchinterval(before)


def test_the_switch_interval_is_restored_when_the_pool_stops() -> None:
    async def work() -> None:
        before = sys.getswitchinterval()
        pool = InferencePool(Scripted, size=1, deadline=PATIENCE)
        pool.start()
        assert sys.getswitchinterval() == SWITCH_S
        pool.stop()
        pool.stop()
        assert sys.getswitchinterval() == before

    run(work)


def test_a_pool_that_was_not_started_changes_nothing() -> None:
    async def work() -> None:
        before = sys.getswitchinterval()
        InferencePool(Scripted, size=1, deadline=PATIENCE).stop()
        assert sys.getswitchinterval() == before

    run(work)
