"""The thread behind the screen, with a pipeline that a test plays."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from app.core.errors import CameraLost, StoreLocked
from app.flows.kiosk.types import KioskState
from app.pipeline.capture_thread import CameraState
from app.services.kiosk.controller import KioskController
from app.services.kiosk.runner import KioskRunner
from tests.ui.fakes import FakePipeline, live_status
from tests.unit.services.kiosk.bench import Bench


class PlayedPipeline(FakePipeline):
    """Remembers the pace it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.paces: list[float | None] = []

    def pace(self, frames_per_second: float | None) -> None:
        self.paces.append(frames_per_second)


@pytest.fixture
def pipeline() -> PlayedPipeline:
    return PlayedPipeline()


@pytest.fixture
def runner(bench: Bench, pipeline: PlayedPipeline) -> Iterator[KioskRunner]:
    made = KioskRunner(bench.made, pipeline, bench.clock, 4.0, lambda: None)
    made.start()
    yield made
    assert made.stop()


def until(runner: KioskRunner, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, (runner.latest, runner.problem)
        time.sleep(0.005)


def state(runner: KioskRunner) -> KioskState | None:
    return runner.latest.status.state if runner.latest else None


def test_it_begins_idle_at_an_easy_pace(runner: KioskRunner, pipeline: PlayedPipeline) -> None:
    until(runner, lambda: state(runner) is KioskState.IDLE)
    until(runner, lambda: pipeline.paces[-1:] == [4.0])


def test_keys_reach_the_desk(runner: KioskRunner, pipeline: PlayedPipeline) -> None:
    until(runner, lambda: state(runner) is KioskState.IDLE)
    runner.ask(KioskController.open_pin)
    until(runner, lambda: state(runner) is KioskState.PIN)
    until(runner, lambda: pipeline.paces[-1] is None)
    runner.ask(KioskController.close_pin)
    until(runner, lambda: state(runner) is KioskState.IDLE)


@pytest.mark.parametrize("camera", [CameraState.WAITING, CameraState.STALLED, CameraState.DARK, CameraState.ENDED])
def test_a_camera_that_fails_is_a_fault_until_it_is_back(
    runner: KioskRunner, pipeline: PlayedPipeline, bench: Bench, camera: CameraState
) -> None:
    until(runner, lambda: state(runner) is KioskState.IDLE)
    pipeline.said = live_status(camera, CameraLost(camera="C920"))
    bench.clock.advance(1)
    until(runner, lambda: state(runner) is KioskState.FAULT)
    pipeline.said = live_status()
    bench.clock.advance(1)
    until(runner, lambda: state(runner) is KioskState.IDLE)


def test_after_a_sleep_what_was_seen_is_void(
    runner: KioskRunner, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(runner, lambda: state(runner) is KioskState.IDLE)
    runner.ask(lambda desk: desk.badge("K-77"))
    until(runner, lambda: state(runner) is KioskState.LOOKING)
    real = bench.clock.now
    monkeypatch.setattr(bench.clock, "now", lambda: real() + timedelta(hours=1))
    until(runner, lambda: state(runner) is KioskState.IDLE)


def test_an_idle_screen_is_not_woken_for_nothing(bench: Bench, pipeline: PlayedPipeline) -> None:
    woken: list[None] = []
    runner = KioskRunner(bench.made, pipeline, bench.clock, 4.0, lambda: woken.append(None))
    runner.start()
    until(runner, lambda: state(runner) is KioskState.IDLE)
    time.sleep(0.3)
    before = len(woken)
    time.sleep(0.3)
    after = len(woken)
    assert runner.stop()
    assert after == before


def test_a_database_out_of_reach_is_shown_and_the_rest_goes_on(runner: KioskRunner) -> None:
    until(runner, lambda: state(runner) is KioskState.IDLE)
    error = StoreLocked(path="kiosk.sqlite3")

    def refused(desk: KioskController) -> None:
        raise error

    runner.ask(refused)
    until(runner, lambda: runner.latest is not None and runner.latest.trouble is error)
    runner.ask(KioskController.open_pin)
    until(runner, lambda: state(runner) is KioskState.PIN)


def test_a_gallery_that_cannot_be_read_at_the_start_keeps_it_locked(bench: Bench, pipeline: PlayedPipeline) -> None:
    def broken() -> KioskController:
        raise StoreLocked(path="kiosk.sqlite3")

    runner = KioskRunner(broken, pipeline, bench.clock, 4.0, lambda: None)
    runner.start()
    until(runner, lambda: runner.problem is not None)
    assert isinstance(runner.problem, StoreLocked)
    assert runner.stop()
    assert runner.latest is None


def test_what_never_began_can_be_stopped(bench: Bench, pipeline: PlayedPipeline) -> None:
    assert KioskRunner(bench.made, pipeline, bench.clock, 4.0, lambda: None).stop()
