import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.camera.health import FrameHealth, HealthState
from app.core.faces import Image
from tests.fakes.camera import plain

NS = 1_000_000_000
BLACK = plain((0, 0, 0), 640, 480)


class Watch:
    """Feeds a `FrameHealth` ten times per second."""

    def __init__(self, *, live: bool = True) -> None:
        self.tick = 0
        self.health = FrameHealth(live=live, started_ns=0)
        self.random = np.random.default_rng(3)

    def scene(self) -> Image:
        return self.random.integers(0, 255, (480, 640, 3), np.uint8)

    def show(self, image: Image, seconds: float) -> HealthState:
        for _ in range(round(seconds * 10)):
            self.tick += 1
            self.health.observe_frame(image, self.tick * NS // 10)
        return self.health.state

    def move(self, seconds: float) -> HealthState:
        for _ in range(round(seconds * 10)):
            self.show(self.scene(), 0.1)
        return self.health.state

    def wait(self, seconds: float) -> HealthState:
        for _ in range(round(seconds * 10)):
            self.tick += 1
            self.health.observe_silence(self.tick * NS // 10)
        return self.health.state


def test_a_new_source_is_healthy_until_it_stalls() -> None:
    watch = Watch()
    assert watch.health.state is HealthState.HEALTHY
    assert watch.wait(2.0) is HealthState.HEALTHY
    assert watch.wait(0.1) is HealthState.STALLED


def test_moving_pictures_are_healthy() -> None:
    assert Watch().move(5.0) is HealthState.HEALTHY


def test_a_source_stalls_until_the_next_frame() -> None:
    watch = Watch()
    watch.move(1.0)
    assert watch.wait(2.1) is HealthState.STALLED
    assert watch.move(0.1) is HealthState.HEALTHY


def test_a_source_freezes_and_recovers_with_the_next_picture() -> None:
    watch = Watch()
    scene = watch.scene()
    assert watch.show(scene, 3.1) is HealthState.HEALTHY
    assert watch.show(scene, 0.1) is HealthState.FROZEN
    assert watch.move(0.1) is HealthState.HEALTHY


def test_a_film_may_contain_still_frames() -> None:
    watch = Watch(live=False)
    assert watch.show(watch.scene(), 10.0) is HealthState.HEALTHY


def test_sensor_noise_is_not_frozen() -> None:
    watch = Watch()
    scene = watch.scene()
    for _ in range(50):
        noise = watch.random.integers(0, 2, scene.shape, np.uint8)
        assert watch.show(scene // 2 + noise, 0.1) is HealthState.HEALTHY


def test_a_source_is_dark_until_the_light_returns() -> None:
    watch = Watch()
    watch.move(1.0)
    assert watch.show(BLACK, 1.1) is HealthState.HEALTHY
    assert watch.show(BLACK, 0.1) is HealthState.DARK
    assert watch.move(0.1) is HealthState.HEALTHY


def test_dark_takes_precedence_over_frozen() -> None:
    assert Watch().show(BLACK, 10.0) is HealthState.DARK


def test_the_noise_of_a_covered_sensor_is_dark() -> None:
    watch = Watch()
    for _ in range(15):
        watch.show(watch.random.integers(0, 4, (480, 640, 3), np.uint8), 0.1)
    assert watch.health.state is HealthState.DARK


def test_a_candle_in_a_dark_room_is_not_dark() -> None:
    watch = Watch(live=False)
    image = BLACK.copy()
    image[200:280, 300:380] = 200
    assert watch.show(image, 3.0) is HealthState.HEALTHY


def test_a_dark_camera_is_dark_again_after_a_stall() -> None:
    watch = Watch()
    watch.show(BLACK, 1.5)
    assert watch.wait(2.1) is HealthState.STALLED
    assert watch.show(BLACK, 0.1) is HealthState.DARK


def test_the_frame_of_before_a_stall_is_still_frozen() -> None:
    watch = Watch()
    scene = watch.scene()
    watch.show(scene, 2.0)
    assert watch.wait(2.1) is HealthState.STALLED
    assert watch.show(scene, 0.1) is HealthState.FROZEN


@pytest.mark.parametrize("shape", [(1, 1, 3), (48, 64, 3), (31, 2000, 3)])
def test_any_size_of_picture(shape: tuple[int, int, int]) -> None:
    health = FrameHealth(live=True, started_ns=0)
    assert health.observe_frame(np.full(shape, 99, np.uint8), 1) is HealthState.HEALTHY


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["move", "black", "still", "wait"]), st.integers(1, 40)), max_size=6))
def test_a_good_frame_makes_any_source_healthy(events: list[tuple[str, int]]) -> None:
    health = FrameHealth(live=True, started_ns=0)
    still, black = plain((90, 90, 90)), plain((0, 0, 0))
    now = 0
    for number, (event, tenths) in enumerate(events):
        for _ in range(tenths):
            now += NS // 10
            picture = {"black": black, "still": still, "move": plain((100, number, now % 251))}.get(event)
            _ = health.observe_silence(now) if picture is None else health.observe_frame(picture, now)
    assert health.observe_frame(plain((200, 210, 220)), now + 1) is HealthState.HEALTHY
