"""Runs of frames: when they continue, when they are complete, and what their mean is."""

import numpy as np
import pytest

from app.core.faces import Box, Embedding, QualityHint
from app.flows.kiosk.face_run import FaceRun, FaceRunBuilder, ObservedFace, RunRule

RULE = RunRule(frames=3, min_iou=0.5, agreement=0.8, fresh_ns=100, gap_ns=50)
BOX = Box(0, 0, 100, 100)


def embedding(degrees: float = 0.0, model: str = "m") -> Embedding:
    angle = np.radians(degrees)
    return Embedding(np.array([np.cos(angle), np.sin(angle)], np.float32), model)


def seen(
    track: int = 1, degrees: float | None = 0.0, box: Box = BOX, weight: float = 1.0, model: str = "m"
) -> ObservedFace:
    return ObservedFace(track, box, None if degrees is None else embedding(degrees, model), weight)


def run(*frames: tuple[ObservedFace, int]) -> FaceRun:
    (first, at_ns), *others = frames
    made = FaceRun(1, first, at_ns, RULE)
    for face, now_ns in others:
        made.add(face, now_ns)
    return made


@pytest.mark.parametrize(
    ("face", "now_ns", "continues"),
    [
        (seen(), 50, True),
        (seen(), 51, False),
        (seen(), 0, True),
        (seen(), -1, False),
        (seen(track=2), 10, False),
        (seen(box=Box(0, 0, 50, 100)), 10, True),
        (seen(box=Box(0, 0, 49, 100)), 10, False),
        (seen(degrees=36), 10, True),
        (seen(degrees=38), 10, False),
        (seen(model="other"), 10, False),
        (seen(degrees=None), 10, True),
    ],
)
def test_a_run_continues_with_the_same_face_without_a_gap(face: ObservedFace, now_ns: int, continues: bool) -> None:
    assert run((seen(), 0)).continues_with(face, now_ns) is continues


def test_a_run_continues_at_the_exact_agreement() -> None:
    made = FaceRun(1, seen(), 0, RunRule(agreement=1.0))
    assert made.continues_with(seen(), 10)


def test_a_run_without_embeddings_continues_with_any() -> None:
    assert run((seen(degrees=None), 0)).continues_with(seen(degrees=90), 10)


@pytest.mark.parametrize(
    ("times", "now_ns", "complete"),
    [
        ((0, 50, 100), 100, True),
        ((0, 50, 101), 101, False),
        ((0, 50, 100), 101, False),
        ((50, 100), 100, False),
        ((0, 40, 80, 120), 120, True),
    ],
)
def test_a_run_is_complete_with_enough_fresh_frames_up_to_now(
    times: tuple[int, ...], now_ns: int, complete: bool
) -> None:
    assert run(*((seen(), at_ns) for at_ns in times)).is_complete(now_ns) is complete


def test_a_frame_that_is_not_judged_does_not_complete_a_run() -> None:
    made = run((seen(), 0), (seen(), 10), (seen(), 20), (seen(degrees=None), 30))
    assert not made.is_complete(30)
    assert made.is_judged
    assert not run((seen(degrees=None), 0)).is_judged


def test_progress_counts_fresh_judged_frames() -> None:
    made = run((seen(), 0), (seen(degrees=None), 10), (seen(), 20))
    assert made.progress(20) == pytest.approx(2 / 3)
    assert made.progress(100) == pytest.approx(2 / 3)
    assert made.progress(101) == pytest.approx(1 / 3)
    assert run(*((seen(), at_ns) for at_ns in range(5))).progress(4) == 1.0


def test_the_mean_is_weighted_by_quality_and_of_unit_length() -> None:
    made = run((seen(degrees=0, weight=0.25), 0), (seen(degrees=30, weight=0.75), 10))
    expected = 0.25 * embedding(0).vector + 0.75 * embedding(30).vector
    mean = made.mean(10)
    assert mean.model == "m"
    assert np.allclose(mean.vector, expected / np.linalg.norm(expected), atol=1e-6)
    assert np.allclose(run((seen(weight=0.0), 0)).mean(0).vector, embedding(0).vector)


def test_the_mean_needs_a_fresh_frame() -> None:
    made = run((seen(), 0))
    made.mean(100)
    with pytest.raises(ValueError, match="no mean"):
        made.mean(101)


def test_the_builder_follows_its_face_and_else_the_largest() -> None:
    builder = FaceRunBuilder(RULE)
    first = builder.follow([seen(track=1), seen(track=2)], 0)
    assert first is not None
    assert (first.number, first.track) == (1, 1)
    assert builder.follow([seen(track=2), seen(track=1)], 10) is first
    second = builder.follow([seen(track=3), seen(track=2)], 20)
    assert second is not None
    assert (second.number, second.track) == (2, 3)


def test_the_builder_ends_a_run_without_a_face() -> None:
    builder = FaceRunBuilder(RULE)
    builder.follow([ObservedFace(1, BOX, None, hints=(QualityHint.HOLD_STILL,))], 10)
    assert builder.hints == (QualityHint.HOLD_STILL,)
    assert builder.follow([], 20) is None
    assert [builder.run, builder.hints, builder.last_seen_ns] == [None, (), 10]
    again = builder.follow([seen()], 30)
    assert again is not None
    assert again.number == 2
    builder.reset()
    assert [builder.run, builder.face, builder.last_seen_ns] == [None, None, 30]
