from pathlib import Path

import numpy as np
import pytest

from app.camera.demo import FADE_FRAMES, DemoSource, motion_at
from app.core.errors import CameraNotFound
from tests.fakes.camera import ManualClock


@pytest.fixture(scope="module")
def demo() -> DemoSource:
    source = DemoSource(ManualClock(), paced=False)
    source.open()
    return source


def test_shows_the_shipped_people_in_turn(demo: DemoSource) -> None:
    turn = demo.frames_per_person
    assert demo.people == ("Grace Hopper", "Eileen Collins")
    middles = [demo.person_at(turn // 2 + turn * i) for i in range(3)]
    assert middles == ["Grace Hopper", "Eileen Collins", "Grace Hopper"]


def test_a_fading_portrait_shows_no_person(demo: DemoSource) -> None:
    turn = demo.frames_per_person
    around_the_change = [demo.person_at(turn + offset) for offset in range(-FADE_FRAMES, FADE_FRAMES + 2)]
    assert around_the_change == ["Grace Hopper", *[None] * 2 * FADE_FRAMES, "Eileen Collins"]
    assert demo.person_at(1) is None


def test_the_same_frame_is_the_same_picture(demo: DemoSource) -> None:
    again = DemoSource(ManualClock(), paced=False)
    with again:
        frames = [again.read() for _ in range(5)]
    assert frames[4] is not None
    np.testing.assert_array_equal(frames[4].image, demo.render(5))


def test_every_frame_differs_from_the_last(demo: DemoSource) -> None:
    assert all((demo.render(i) != demo.render(i + 1)).any() for i in range(20, 40))


def test_a_fade_shows_less_of_the_person(demo: DemoSource) -> None:
    contrasts = [float(demo.render(i)[150:300, 220:420].std()) for i in (1, 2, 3, 4)]
    assert contrasts == sorted(contrasts)
    assert contrasts[0] < 0.6 * contrasts[3]


def test_frames_have_the_size_asked_for() -> None:
    with DemoSource(ManualClock(), width=320, height=180, paced=False) as source:
        frame = source.read()
        info = source.open()
    assert frame is not None
    assert frame.image.shape == (180, 320, 3)
    assert (info.width, info.height, info.fps, info.live) == (320, 180, 30.0, False)


def test_thirty_frames_a_second() -> None:
    clock = ManualClock(start_ns=0)
    with DemoSource(clock, width=64, height=48, sleep=clock.sleep) as source:
        for _ in range(31):
            source.read()
    assert clock.monotonic_ns() == pytest.approx(1e9, abs=100)


def test_the_motion_is_smooth() -> None:
    motions = [motion_at(frame_id) for frame_id in range(1, 10_000)]
    assert max(abs(motion.roll) for motion in motions) <= 8.0
    assert max(abs(motion.zoom - 1) for motion in motions) <= 0.101
    assert max(abs(motion.x) for motion in motions) < 0.09
    assert all(0.84 < motion.gain < 1.06 for motion in motions)


def test_missing_portraits(tmp_path: Path) -> None:
    with pytest.raises(CameraNotFound, match="missing or damaged"):
        DemoSource(ManualClock(), directory=tmp_path)
