import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.core.faces import Box, Face
from app.vision.tracking import FaceTracker

NO_POINTS = np.zeros((478, 3), np.float32)


def faces(*boxes: tuple[float, float]) -> list[Face]:
    return [Face(Box(x, y, 100, 100), NO_POINTS) for x, y in boxes]


def numbers(found: list[Face]) -> list[int]:
    return [face.track for face in found]


def test_a_face_that_moves_a_little_keeps_its_number() -> None:
    tracker = FaceTracker()
    assert numbers(tracker.update(faces((0, 0)))) == [1]
    for step in range(1, 30):
        assert numbers(tracker.update(faces((20.0 * step, 0)))) == [1]


def test_a_face_that_jumps_gets_a_new_number() -> None:
    tracker = FaceTracker()
    tracker.update(faces((0, 0)))
    assert numbers(tracker.update(faces((400, 0)))) == [2]


def test_two_faces_keep_their_numbers_when_their_order_changes() -> None:
    tracker = FaceTracker()
    assert numbers(tracker.update(faces((0, 0), (300, 0)))) == [1, 2]
    assert numbers(tracker.update(faces((305, 0), (5, 0)))) == [2, 1]


def test_the_best_overlap_wins() -> None:
    tracker = FaceTracker()
    tracker.update(faces((0, 0)))
    assert numbers(tracker.update(faces((40, 0), (10, 0)))) == [2, 1]


def test_a_track_survives_a_short_absence_but_not_a_long_one() -> None:
    tracker = FaceTracker()
    tracker.update(faces((0, 0)))
    for _ in range(4):
        tracker.update([])
    assert numbers(tracker.update(faces((0, 0)))) == [1]
    for _ in range(6):
        tracker.update([])
    assert numbers(tracker.update(faces((0, 0)))) == [2]


@given(st.lists(st.lists(st.tuples(st.floats(0, 600), st.floats(0, 400)), max_size=5), max_size=12))
def test_no_number_is_given_twice_in_a_frame(film: list[list[tuple[float, float]]]) -> None:
    tracker = FaceTracker()
    for boxes in film:
        found = numbers(tracker.update(faces(*boxes)))
        assert len(set(found)) == len(boxes)
        assert all(number >= 1 for number in found)
