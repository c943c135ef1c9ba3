"""The kiosk's thread, with a scripted pipeline."""

import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import cast

import pytest

from app.core.errors import CameraLost, FacelatchError, PartMissing, StoreLocked
from app.core.settings.sections import CameraSettings
from app.flows.kiosk.types import KioskState
from app.pipeline.capture_thread import CameraState, CameraStatus
from app.pipeline.live import LivePipeline, LiveStatus
from app.pipeline.results import EngineState, EngineStatus, FrameResult
from app.services.actions.action_service import ActionService
from app.services.kiosk.controller import KioskController
from app.services.kiosk.effects import Dispatch
from app.services.kiosk.kiosk_service import KioskService
from app.services.live.live_service import LiveService
from tests.unit.services.kiosk.bench import Bench
from tests.unit.services.kiosk.conftest import MakeBench

STREAMING = CameraStatus(CameraState.STREAMING)


class ScriptedPipeline:
    """A pipeline without frames, and the live service that returns it.

    Attributes:
        camera: Status that it reports.
        rates: Rates that it was asked for.
        polls: Number of times a result was requested.
    """

    def __init__(self) -> None:
        self.camera = STREAMING
        self.rates: list[float | None] = []
        self.polls = 0
        self.polled = threading.Condition()

    def pipeline(self) -> "ScriptedPipeline":
        return self

    def watch(self, pipeline: LivePipeline, camera: CameraSettings) -> None:
        """Do nothing."""

    def start(self) -> None:
        """Do nothing."""

    def stop(self, timeout_s: float) -> bool:
        return True

    def status(self) -> LiveStatus:
        return LiveStatus(self.camera, EngineStatus(EngineState.RUNNING), paused=False, stages={}, fps=0.0, dropped=0)

    def take_result(self, timeout_s: float) -> FrameResult | None:
        with self.polled:
            self.polls += 1
            self.polled.notify_all()
            self.polled.wait(0.001)
        return None

    def limit_rate(self, frames_per_second: float | None) -> None:
        self.rates.append(frames_per_second)

    def wait_for_polls(self, count: int) -> None:
        with self.polled:
            target = self.polls + count
            assert self.polled.wait_for(lambda: self.polls >= target, timeout=10)


class RunningKiosk:
    """A kiosk that is begun, and the notifications of its views."""

    def __init__(
        self, bench: Bench, pipeline: ScriptedPipeline, make: Callable[[], KioskController] | None = None
    ) -> None:
        self.notified = 0
        self._changed = threading.Condition()

        def make_controller(_: LivePipeline, dispatch: Dispatch) -> KioskController:
            return (make or bench.make_controller)()

        self.service = KioskService(
            bench.policy,
            CameraSettings(),
            cast(LiveService, pipeline),
            make_controller,
            lambda on_report: ActionService([], "door", bench.outbox, bench.audit_log, bench.clock, on_report),
            bench.clock,
        )

    def begin(self) -> None:
        self.service.begin(self._notify)

    @property
    def state(self) -> KioskState | None:
        return self.service.latest.status.state if self.service.latest else None

    def until(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, timeout=10), (self.service.latest, self.service.problem)

    def until_state(self, state: KioskState) -> None:
        self.until(lambda: self.state is state)

    def _notify(self) -> None:
        with self._changed:
            self.notified += 1
            self._changed.notify_all()


@pytest.fixture
def pipeline() -> ScriptedPipeline:
    return ScriptedPipeline()


@pytest.fixture
def kiosk(bench: Bench, pipeline: ScriptedPipeline) -> Iterator[RunningKiosk]:
    running = RunningKiosk(bench, pipeline)
    running.begin()
    running.until_state(KioskState.IDLE)
    yield running
    running.service.close()


def test_it_starts_idle_at_a_low_rate(kiosk: RunningKiosk, pipeline: ScriptedPipeline) -> None:
    assert pipeline.rates == [4.0]
    assert kiosk.service.health()["ok"]


def test_input_reaches_the_controller(kiosk: RunningKiosk, pipeline: ScriptedPipeline) -> None:
    kiosk.service.open_pin()
    kiosk.until_state(KioskState.PIN)
    assert pipeline.rates == [4.0, None]
    kiosk.service.close_pin()
    kiosk.until_state(KioskState.IDLE)


@pytest.mark.parametrize("camera", [CameraState.WAITING, CameraState.STALLED, CameraState.DARK, CameraState.ENDED])
def test_a_failed_camera_is_a_fault_until_it_is_back(
    kiosk: RunningKiosk, pipeline: ScriptedPipeline, bench: Bench, camera: CameraState
) -> None:
    pipeline.camera = CameraStatus(camera, error=CameraLost(camera="C920"))
    bench.clock.advance(1)
    kiosk.until_state(KioskState.FAULT)
    assert not kiosk.service.health()["ok"]
    pipeline.camera = STREAMING
    bench.clock.advance(1)
    kiosk.until_state(KioskState.IDLE)


def test_a_suspend_discards_the_claim(kiosk: RunningKiosk, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    kiosk.service.badge("K-77")
    kiosk.until_state(KioskState.LOOKING)
    real = bench.clock.now
    monkeypatch.setattr(bench.clock, "now", lambda: real() + timedelta(hours=1))
    kiosk.until_state(KioskState.IDLE)


def test_an_unchanged_view_does_not_notify_the_screen(kiosk: RunningKiosk, pipeline: ScriptedPipeline) -> None:
    before = kiosk.notified
    pipeline.wait_for_polls(20)
    assert kiosk.notified == before


def test_an_unreachable_database_is_shown_and_the_kiosk_continues(kiosk: RunningKiosk) -> None:
    error = StoreLocked(path="kiosk.sqlite3")

    def fail(controller: KioskController) -> None:
        raise error

    kiosk.service.post(fail)
    kiosk.until(lambda: kiosk.service.latest is not None and kiosk.service.latest.warning is error)
    kiosk.service.open_pin()
    kiosk.until_state(KioskState.PIN)


def test_smart_cards_without_their_package_are_a_warning(
    make_bench: MakeBench, pipeline: ScriptedPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "smartcard", None)
    running = RunningKiosk(make_bench(who={"smart_cards": True}), pipeline)
    running.begin()
    running.until(
        lambda: running.service.latest is not None and isinstance(running.service.latest.warning, PartMissing)
    )
    running.service.close()


def test_an_unreadable_gallery_keeps_the_kiosk_locked(bench: Bench, pipeline: ScriptedPipeline) -> None:
    error: FacelatchError = StoreLocked(path="kiosk.sqlite3")

    def fail() -> KioskController:
        raise error

    running = RunningKiosk(bench, pipeline, fail)
    running.begin()
    running.until(lambda: running.service.problem is not None)
    running.service.close()
    assert running.service.problem is error
    assert running.service.latest is None
    assert running.service.is_hanging


def test_it_hangs_after_five_seconds_without_an_iteration(bench: Bench, pipeline: ScriptedPipeline) -> None:
    running = RunningKiosk(bench, pipeline)
    assert running.service.health()["silent_s"] == 0.0
    running.begin()
    running.until_state(KioskState.IDLE)
    running.service.close()
    bench.clock.advance(4.9)
    assert not running.service.is_hanging
    bench.clock.advance(0.2)
    assert running.service.is_hanging


def test_it_can_be_closed_without_begin(bench: Bench, pipeline: ScriptedPipeline) -> None:
    running = RunningKiosk(bench, pipeline)
    running.service.close()
    running.service.close()
    assert running.service.take_view() is None
