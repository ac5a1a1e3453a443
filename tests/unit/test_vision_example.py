"""Examples as bytes: what is packed comes back, and anything else is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from server.vision.expression.example import Example, pack, unpack
from server.vision.expression.example_format import (
    FEATURE_STEPS,
    POINT_STEPS,
    POINTS,
    ExampleError,
    check_example,
    example_bytes,
)

FEATURES = 192

features = arrays(np.float32, FEATURES, elements=st.floats(-31, 31, width=32))
points = arrays(np.float32, (POINTS, 2), elements=st.floats(-7, 7, width=32), fill=st.just(np.float32(0.5)))
examples = st.tuples(st.none() | features, st.none() | points).filter(lambda parts: any(p is not None for p in parts))


@given(examples)
def test_what_is_packed_comes_back_within_half_a_step(parts: tuple[np.ndarray | None, np.ndarray | None]) -> None:
    data = pack(Example(*parts))
    back = unpack(data, FEATURES)
    assert len(data) == example_bytes(FEATURES * (parts[0] is not None), parts[1] is not None)
    for before, after, steps in zip(parts, (back.features, back.points), (FEATURE_STEPS, POINT_STEPS), strict=True):
        assert (before is None) == (after is None)
        if before is not None and after is not None:
            assert after.dtype == np.float32 and after.shape == before.shape
            assert np.abs(after - before).max() <= 0.51 / steps
    assert pack(back) == data


@given(st.binary(max_size=3000))
def test_bytes_are_accepted_or_refused_with_what_to_do(data: bytes) -> None:
    try:
        unpack(data, FEATURES)
    except ExampleError as error:
        assert "Teach the expression again." in str(error)


def test_the_layout_is_the_documented_one() -> None:
    corner = np.zeros((POINTS, 2), np.float32)
    corner[-1] = (0.5, -0.25)
    data = pack(Example(np.array([1.0, -2.0], np.float32), corner))
    assert np.frombuffer(data, "<i2")[:3].tolist() == [3, 1024, -2048]
    assert np.frombuffer(data[-4 * POINTS :], "<i2")[-2:].tolist() == [2048, -1024]
    assert len(pack(Example(None, corner))) == 2 + 1872


def test_what_lies_beyond_the_range_is_clipped() -> None:
    far = unpack(pack(Example(np.array([1e6, -1e6], np.float32), None)), 2).features
    assert far is not None and far.tolist() == pytest.approx([32, -32], abs=0.001)


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "damaged"),
        (b"\x03", "damaged"),
        (b"\0\0", "damaged"),
        (b"\x04\0" + bytes(2 * FEATURES), "damaged"),
        (b"\x01\0" + bytes(2 * FEATURES + 1), "another model"),
        (b"\x01\0" + bytes(2 * 128), "another model"),
        (b"\x02\0", "another model"),
    ],
)
def test_a_damaged_or_foreign_example_is_explained(data: bytes, match: str) -> None:
    with pytest.raises(ExampleError, match=match):
        check_example(data, FEATURES)


@pytest.mark.parametrize("bad", [np.array([np.nan], np.float32), np.array([np.inf], np.float32)])
def test_values_that_are_no_numbers_are_not_packed(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="finite"):
        pack(Example(bad, None))


def test_an_example_has_a_part_and_all_points() -> None:
    with pytest.raises(ValueError, match="features or points"):
        Example(None, None)
    with pytest.raises(ValueError, match="468"):
        pack(Example(None, np.zeros((5, 2), np.float32)))
