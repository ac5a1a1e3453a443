"""Who is who: ids over time."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.vision.tracking import MAX_FRAME_GAP_S, MAX_UNSEEN_S, MAX_WEAK_S, Track, Tracks, iou
from server.vision.types import Box, Certainty, Detection

SIDE = 0.2


def face(x: float, y: float = 0.4, certainty: Certainty = Certainty.CERTAIN, side: float = SIDE) -> Detection:
    return Detection((x, y, side, side), 0.9, certainty=certainty)


def ids_over(frames: Iterable[tuple[float, list[Detection]]]) -> list[list[int]]:
    """The ids given in each frame of (clock, detections)."""
    tracks, given_ids = Tracks(), []
    for clock, detections in frames:
        tracks, seen = tracks.step(detections, clock)
        given_ids.append([id for id, _ in seen])
    return given_ids


def test_ids_start_at_one_and_stay() -> None:
    assert ids_over([(k / 10, [face(0.1), face(0.6)]) for k in range(1, 20)]) == [[1, 2]] * 19


def test_the_order_of_the_detections_does_not_matter() -> None:
    assert ids_over([(0.1, [face(0.1), face(0.6)]), (0.2, [face(0.6), face(0.1)])]) == [[1, 2], [2, 1]]


def test_a_face_back_within_half_a_second_keeps_its_id() -> None:
    assert ids_over([(0.0, [face(0.3)]), (0.1, []), (MAX_UNSEEN_S, [face(0.32)])]) == [[1], [], [1]]


def test_a_face_back_later_is_a_new_one_and_the_old_id_is_never_used_again() -> None:
    assert ids_over([(0.0, [face(0.3)]), (0.1, []), (0.7, [face(0.3)])]) == [[1], [], [2]]


@pytest.mark.parametrize(("gap", "id"), [(MAX_FRAME_GAP_S, 1), (MAX_FRAME_GAP_S + 0.1, 2)])
def test_a_track_does_not_expire_during_a_gap_in_frames(gap: float, id: int) -> None:
    """Where a server is so busy that a connection is served once a second, and not after a page has rested."""
    assert ids_over([(1.0, [face(0.3)]), (1.0 + gap, [face(0.32)])]) == [[1], [id]]


def test_after_a_long_gap_a_face_has_to_be_there_at_once() -> None:
    assert ids_over([(1.0, [face(0.3)]), (2.5, []), (2.6, [face(0.3)])]) == [[1], [], [2]]


def test_a_face_is_not_taken_to_have_moved_on_for_long() -> None:
    """Who walked is awaited where they would be after MAX_UNSEEN_S, which is still in the frame."""
    walking = [(k / 10, [face(0.05 + 0.04 * k)]) for k in range(6)]
    tracks = Tracks()
    for clock, found in walking:
        tracks, _ = tracks.step(found, clock)
    (late,), (later,) = tracks.predicted(0.5 + MAX_UNSEEN_S), tracks.predicted(0.5 + MAX_FRAME_GAP_S)
    assert late == pytest.approx(later) and later[0] < 1


def test_a_face_that_jumps_across_the_frame_is_a_new_one() -> None:
    assert ids_over([(0.0, [face(0.0)]), (0.1, [face(0.7)])]) == [[1], [2]]


def weak(x: float) -> Detection:
    return face(x, certainty=Certainty.WEAK)


def test_a_weak_detection_continues_a_face_but_starts_none() -> None:
    frames = [(0.0, [weak(0.3)]), (0.1, [face(0.3)]), (0.2, [weak(0.3), weak(0.7)])]
    assert ids_over(frames) == [[], [1], [1]]


def test_a_track_that_stays_weak_expires() -> None:
    """After a cut in a film a track may hang on something that is not a face; a face that is weak for a while stays."""
    clocks = [k / 10 for k in range(40)]
    seen, accepted = ids_over([(clock, [weak(0.3) if clock else face(0.3)]) for clock in clocks]), int(10 * MAX_WEAK_S)
    assert seen[:accepted] == [[1]] * accepted and seen[accepted + 1 :] == [[]] * 19
    again = ids_over([(clock, [face(0.3) if clock % 1.5 == 0 else weak(0.3)]) for clock in clocks])
    assert again == [[1]] * 40


def likely(x: float) -> Detection:
    return face(x, certainty=Certainty.LIKELY)


@pytest.mark.parametrize(("fps", "frames"), [(5, 2), (10, 2), (15, 3), (30, 3)])
def test_a_likely_face_is_shown_after_two_or_three_detections(fps: int, frames: int) -> None:
    """At most 0.14 s after the first one from 10 frames a second on."""
    seen = ids_over([(1 + k / fps, [likely(0.3)]) for k in range(6)])
    assert seen == [[]] * (frames - 1) + [[1]] * (7 - frames)


def test_a_certain_face_is_shown_at_once_and_a_likely_one_with_its_first_certain_detection() -> None:
    assert ids_over([(0.0, [face(0.3)]), (0.1, [likely(0.3)])]) == [[1], [1]]
    assert ids_over([(0.0, [likely(0.3)]), (0.01, [face(0.3)])]) == [[], [1]]


@pytest.mark.parametrize(("fps", "misses"), [(5, 1), (10, 3), (30, 10)])
def test_a_likely_face_is_confirmed_despite_misses_of_a_third_of_a_second(fps: int, misses: int) -> None:
    """Noise and blur hide a face from the detector now and then."""
    between = [(1 + k / fps, list[Detection]()) for k in range(1, misses + 1)]
    again = 1 + (misses + 1) / fps
    assert ids_over([(1.0, [likely(0.3)]), *between, (again, [likely(0.3)])])[-1] == [1]


def test_a_likely_face_that_is_missed_for_longer_is_a_new_one() -> None:
    assert ids_over([(k / 10, [likely(0.3)] if k % 5 == 0 else []) for k in range(20)]) == [[]] * 20


def test_weak_detections_neither_confirm_nor_delay() -> None:
    assert ids_over([(k / 10, [weak(0.3) if k else likely(0.3)]) for k in range(20)]) == [[]] * 20
    assert ids_over([(0.0, [likely(0.3)]), (0.1, [weak(0.3)]), (0.2, [likely(0.3)])]) == [[], [], [1]]


def test_below_one_frame_in_two_seconds_a_likely_face_is_shown_at_once_except_in_the_first_frame() -> None:
    """A track does not survive such gaps, so nothing would confirm it. A film may begin with a title card."""
    gap = MAX_FRAME_GAP_S + 0.1
    assert ids_over([(10 + k * gap, [likely(0.3)]) for k in range(3)]) == [[], [1], [2]]
    assert ids_over([(10 + k * MAX_FRAME_GAP_S, [likely(0.3)]) for k in range(3)]) == [[], [1], [1]]


def test_a_face_that_was_never_shown_uses_no_id() -> None:
    assert ids_over([(0.0, [likely(0.3)]), (0.1, []), (0.2, [face(0.6)])]) == [[], [], [1]]


def test_in_a_still_picture_every_face_is_shown() -> None:
    _, seen = Tracks().step([likely(0.1), face(0.6), weak(0.8)], 0.0, confirm=True)
    assert [id for id, _ in seen] == [1, 2]


def crossing(clock: float) -> list[Detection]:
    """Two people walking past each other; while one hides the other, only one face is seen."""
    left, right = face(0.05 + 0.35 * clock), face(0.75 - 0.35 * clock)
    return [left] if iou(left.box, right.box) > 0.3 else [left, right]


@pytest.mark.parametrize("fps", [10, 15, 30])
def test_two_people_who_cross_keep_their_ids(fps: int) -> None:
    frames = [(k / fps, crossing(k / fps)) for k in range(2 * fps)]
    hidden = sum(len(found) == 1 for _, found in frames) / fps
    assert 0.2 < hidden < MAX_UNSEEN_S  # the test is about a gap
    given_ids = ids_over(frames)
    assert given_ids[0] == given_ids[-1] == [1, 2]
    assert {id for frame in given_ids for id in frame} == {1, 2}


@pytest.mark.parametrize("pace", [0.3, -0.5])
def test_a_moving_face_is_awaited_where_it_should_be_by_now(pace: float) -> None:
    """After a gap of 0.4 s it no longer overlaps the place where it was last seen."""
    start = 0.5 - pace / 2
    frames = [(k / 20, [face(start + pace * k / 20, side=0.1)]) for k in range(16)]
    gap = 0.75 + 0.4
    assert ids_over([*frames, (gap, [face(start + pace * gap, side=0.1)])])[-1] == [1]


def test_a_still_face_that_jitters_is_not_lost_in_a_gap() -> None:
    frames = [(k / 30, [face(0.4 + 0.003 * (-1) ** k)]) for k in range(31)]
    assert ids_over([*frames, (1.45, [face(0.4)])])[-1] == [1]


def wavering(place: float, wobble: float, top: float = 0.4) -> Detection:
    return face(place + wobble, top - wobble)


wobbles = st.lists(st.floats(-0.006, 0.006), min_size=60, max_size=60)  # 3 % of the face: twice what detectors do
rates = st.sampled_from([8.0, 10.0, 15.0, 25.0, 30.0])


@given(rates, st.floats(-0.4, 0.4), st.floats(0.5, 1.0), st.floats(0.0, 0.5), wobbles)
def test_a_face_missed_for_half_a_second_keeps_its_id(
    fps: float, pace: float, start: float, missed: float, wobble: list[float]
) -> None:
    """Moving on by up to two face widths a second, seen before for at least half a second."""
    clocks = [k / fps for k in range(60) if k / fps <= start]
    clocks += [clocks[-1] + missed + (1 + k) / fps for k in range(3)]
    frames = [(t, [wavering(0.4 + pace * t, w)]) for t, w in zip(clocks, wobble, strict=False)]
    assert {id for given_ids in ids_over(frames) for id in given_ids} == {1}


@given(rates, st.floats(0.1, 0.4), st.floats(0.5, 1.0), wobbles, wobbles, st.booleans())
def test_two_who_pass_side_by_side_keep_their_ids(
    fps: float, pace: float, apart: float, one: list[float], other: list[float], swapped: bool
) -> None:
    """Each on a height of its own, so that half of a face at most is covered; detections in any order."""
    frames = []
    for k in range(int(1.2 / pace * fps)):
        t = k / fps
        found = [
            wavering(-0.2 + pace * t, one[k % 60]),
            wavering(1.0 - pace * t, other[k % 60], 0.4 + apart * SIDE),
        ]
        frames.append((t, found[::-1] if swapped and k % 2 else found))
    expected = [[2, 1] if swapped and k % 2 else [1, 2] for k in range(len(frames))]
    assert ids_over(frames) == expected


@given(rates, st.floats(0.1, 0.4), st.floats(0.1, 0.5), wobbles, wobbles)
def test_two_who_meet_and_part_again_keep_their_ids(
    fps: float, pace: float, overlap: float, one: list[float], other: list[float]
) -> None:
    """Up to half of a face's width overlapping, and while the overlap is largest only one of them is seen."""
    nearest = SIDE * (1 - overlap)
    meet = (0.7 - nearest) / (2 * pace)
    frames = []
    for k in range(int(2 * meet * fps) + 1):
        t = k / fps
        way = pace * min(t, 2 * meet - t)
        found = [wavering(0.05 + way, one[k % 60]), wavering(0.75 - way, other[k % 60])]
        frames.append((t, found[:1] if abs(t - meet) < 0.2 else found))
    given_ids = ids_over(frames)
    assert given_ids[0] == given_ids[-1] == [1, 2]
    assert {id for ids in given_ids for id in ids} == {1, 2}


def test_the_track_moves_with_its_box_beyond_the_frame() -> None:
    assert Track(1, (0.9, 0.4, SIDE, SIDE), (0.5, 0.0), 1.0, 1.0).predicted(1.4)[0] == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0, 0, 1, 1), (0, 0, 1, 1), 1.0),
        ((0, 0, 1, 1), (0.5, 0, 1, 1), 1 / 3),
        ((0, 0, 1, 1), (1, 0, 1, 1), 0.0),
        ((0, 0, 0, 0), (0, 0, 0, 0), 0.0),
    ],
)
def test_overlap_of_two_boxes(a: Box, b: Box, expected: float) -> None:
    assert iou(a, b) == iou(b, a) == pytest.approx(expected)


boxes = st.tuples(*[st.floats(-0.2, 1.0)] * 2, *[st.floats(0.0, 0.8)] * 2)
detections = st.lists(st.builds(Detection, boxes, st.just(0.9), st.none(), st.sampled_from(Certainty)), max_size=6)


@given(st.lists(st.tuples(st.floats(0.001, 2.0), detections), max_size=12))
def test_whatever_is_seen_ids_are_unique_and_only_grow(frames: list[tuple[float, list[Detection]]]) -> None:
    tracks, clock, seen_once = Tracks(), 0.0, set[int]()
    for elapsed, found in frames:
        clock += elapsed
        before = {track.id for track in tracks.alive}
        tracks, seen = tracks.step(found, clock)
        now = [id for id, _ in seen]
        confirmed = [track.id for track in tracks.alive if track.id]
        assert 0 not in now and len(now) == len(set(now)) and len(confirmed) == len(set(confirmed))
        assert all(id in before or id not in seen_once for id in now)  # no id comes back from the dead
        assert all(clock - track.seen_at <= MAX_UNSEEN_S for track in tracks.alive)
        seen_once |= set(now)
    assert seen_once == set(range(1, tracks.next_id))
