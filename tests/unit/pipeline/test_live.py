"""The live pipeline on scripted sources and a scripted analyzer."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from time import monotonic, sleep

import numpy as np
import pytest

from app.camera.source import SourceKind
from app.core.errors import Bug, CameraBusy, CameraError, CameraFrozen, CameraLost, CameraNotFound, ModelMissing
from app.core.faces import AnalyzedFace, Box, Embedding, Face, Frame, Pose, Quality
from app.core.match_decision import Match, Verdict
from app.flows.enrolment import EnrolmentFlow, EnrolmentState
from app.flows.verification import TrackState
from app.pipeline.capture_thread import CameraState, CameraStatus
from app.pipeline.live import LivePipeline, has_ended
from app.pipeline.results import EngineState, EngineStatus
from tests.fakes.analyzer import ScriptedAnalyzer, blank
from tests.fakes.camera import Black, Lose, ManualClock, ScriptedSource, Show, Stall, Step, plain
from tests.unit.flows.enrolment_frames import QUICK, score

EMBEDDING = Embedding(np.eye(4, dtype=np.float32)[0], "m")
SEEN = AnalyzedFace(
    Face(Box(0, 0, 50, 50), np.zeros((478, 3), np.float32), track=1),
    Quality(60, 200, 128, Pose(0, 0, 0), 0.3, 1.0),
    EMBEDDING,
    blank(),
)


class Paced(ScriptedSource):
    """A source that lets the other threads run."""

    def read(self) -> Frame | None:
        sleep(0.002)
        return super().read()


def identify(_: Embedding) -> Match:
    return Match(Verdict.GALLERY_EMPTY, None, -1, None, 0.5, 1)


class Bench:
    """A pipeline with its clock, sources and analyzer."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.analyzer = ScriptedAnalyzer(SEEN)
        self.woken = 0
        self.made: list[ScriptedSource] = []
        self.pipeline = LivePipeline(lambda: self.analyzer, identify, self.clock, self._wake)

    def _wake(self) -> None:
        self.woken += 1

    def source(self, *steps: Step, refuses: CameraError | None = None, kind: SourceKind = SourceKind.WEBCAM) -> Paced:
        made = Paced(steps, self.clock, kind=kind, refuses=refuses)
        self.made.append(made)
        return made

    def watch(self, *tries: Callable[[], ScriptedSource]) -> None:
        """Each attempt to open the camera gets the next source; further ones get the last."""
        left = list(tries)

        def next_try() -> Callable[[], ScriptedSource]:
            return left.pop(0) if len(left) > 1 else left[0]

        self.pipeline.watch(lambda: next_try()(), "cam")  # noqa: PLW0108 - evaluated at each call

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = monotonic() + 5
        while not condition():
            assert monotonic() < deadline, self.pipeline.status()
            sleep(0.005)

    def camera(self) -> CameraState:
        return self.pipeline.status().camera.state


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    bench.pipeline.start()
    yield bench
    began = monotonic()
    assert bench.pipeline.stop()
    assert monotonic() - began < 2


def changing() -> Iterator[Step]:
    number = 0
    while True:
        number += 1
        yield Show(plain((number % 200 + 20, 90, (number * 7) % 200)))


def test_a_result_belongs_to_one_frame_and_is_announced_without_it(bench: Bench) -> None:
    bench.watch(lambda: bench.source(*(next(steps) for _ in range(200))))
    bench.until(lambda: bench.woken > 2)
    result = bench.pipeline.take_result(1)
    assert result is not None
    assert result.frame in bench.analyzer.frames
    assert [face.analyzed for face in result.faces] == [SEEN]
    assert result.faces[0].status.track == 1
    assert bench.pipeline.status().engine.provider == "Scripted"


def test_decisions_of_results_that_no_reader_took_come_with_the_next_one(bench: Bench) -> None:
    bench.watch(lambda: bench.source(*(next(steps) for _ in range(200))))
    bench.until(lambda: bench.woken > 20)
    result = bench.pipeline.take_result(1)
    assert result is not None
    assert len(result.decisions) == 1
    later = bench.pipeline.take_result(1)
    assert later is not None
    assert later.decisions == ()


steps = changing()


def test_the_end_of_a_film_is_no_fault(bench: Bench) -> None:
    bench.watch(lambda: bench.source(next(steps), next(steps), kind=SourceKind.VIDEO))
    bench.until(lambda: bench.camera() is CameraState.ENDED)
    assert bench.pipeline.status().camera.error is None
    assert len(bench.made) == 1


@pytest.mark.parametrize("error", [CameraNotFound(camera="cam"), CameraBusy(camera="cam")])
def test_a_camera_that_cannot_be_opened_is_reported_and_opened_again(bench: Bench, error: CameraError) -> None:
    bench.watch(
        lambda: bench.source(refuses=error),
        lambda: bench.source(*(next(steps) for _ in range(2000))),
    )
    bench.until(lambda: bench.camera() is CameraState.WAITING)
    status = bench.pipeline.status().camera
    assert (status.error, status.attempts) == (error, 1)
    bench.until(lambda: bench.camera() is CameraState.STREAMING)
    assert bench.pipeline.status().camera.error is None


def test_a_disconnected_camera_is_opened_again(bench: Bench) -> None:
    bench.watch(
        lambda: bench.source(next(steps), next(steps), Lose()),
        lambda: bench.source(*(next(steps) for _ in range(2000))),
    )
    bench.until(lambda: len(bench.made) == 2 and bench.camera() is CameraState.STREAMING)
    assert bench.made[0].closed_times == 1


def test_a_lost_camera_raises_camera_lost(bench: Bench) -> None:
    bench.watch(lambda: bench.source(next(steps), Lose()))
    bench.until(lambda: bench.camera() is CameraState.WAITING)
    assert isinstance(bench.pipeline.status().camera.error, CameraLost)


def test_a_frozen_frame_is_not_delivered_after_reopening(bench: Bench) -> None:
    bench.watch(lambda: bench.source(Show(plain(), times=400)))
    bench.until(lambda: bench.camera() is CameraState.WAITING)
    assert isinstance(bench.pipeline.status().camera.error, CameraFrozen)
    assert max(frame.id for frame in bench.analyzer.frames) < 110


def test_black_pictures_are_named_and_still_shown(bench: Bench) -> None:
    bench.watch(lambda: bench.source(Black(times=2000)))
    bench.until(lambda: bench.camera() is CameraState.DARK)
    assert "only black" in str(bench.pipeline.status().camera.error)
    before = len(bench.analyzer.frames)
    bench.until(lambda: len(bench.analyzer.frames) > before or bench.camera() is not CameraState.DARK)


class Blocking(Paced):
    """A source that hangs in a read, like a driver."""

    def __init__(self, bench: Bench) -> None:
        super().__init__((next(steps), next(steps)), bench.clock)
        self.release = threading.Event()
        self.hangs = threading.Event()

    def read(self) -> Frame | None:
        if self._last_id == 2:
            self.hangs.set()
            self.release.wait(10)
        return super().read()


def test_a_hanging_read_is_noticed_and_the_camera_opened_again(bench: Bench) -> None:
    blocking = Blocking(bench)
    bench.watch(lambda: blocking, lambda: bench.source(*(next(steps) for _ in range(3000))))
    assert blocking.hangs.wait(5)
    bench.clock.advance(3)
    assert bench.camera() is CameraState.STALLED
    bench.clock.advance(20)
    bench.until(lambda: bench.camera() is CameraState.STREAMING)
    blocking.release.set()


def test_a_hanging_driver_does_not_accumulate_threads() -> None:
    bench = Bench()
    hung: list[Blocking] = []

    def hang() -> Blocking:
        hung.append(Blocking(bench))
        return hung[-1]

    bench.pipeline.start()
    bench.watch(hang)
    for number in range(4):
        bench.until(lambda: len(hung) > number and hung[number].hangs.is_set())  # noqa: B023 - done with in the loop
        bench.clock.advance(20)
        bench.pipeline.status()
    for _ in range(3):
        bench.clock.advance(20)
        assert bench.camera() is CameraState.STALLED
    assert [thread.name for thread in threading.enumerate()].count("capture") == 4
    for blocking in hung:
        blocking.release.set()
    assert bench.pipeline.stop()
    assert len(hung) == 4


def test_stopping_does_not_wait_for_a_driver_that_hangs() -> None:
    bench = Bench()
    blocking = Blocking(bench)
    bench.pipeline.start()
    bench.watch(lambda: blocking)
    assert blocking.hangs.wait(5)
    began = monotonic()
    assert not bench.pipeline.stop()
    assert monotonic() - began < 2.3
    blocking.release.set()


def test_a_pause_closes_the_camera(bench: Bench) -> None:
    bench.watch(lambda: bench.source(*(next(steps) for _ in range(3000))))
    bench.until(lambda: bench.camera() is CameraState.STREAMING)
    bench.pipeline.pause(paused=True)
    bench.until(lambda: bench.made[0].closed_times == 1)
    assert bench.pipeline.status().paused
    bench.pipeline.pause(paused=False)
    bench.until(lambda: bench.camera() is CameraState.STREAMING)
    assert len(bench.made) == 2


def test_another_camera_takes_the_place_of_the_first(bench: Bench) -> None:
    bench.watch(lambda: bench.source(*(next(steps) for _ in range(3000))))
    bench.until(lambda: bench.camera() is CameraState.STREAMING)
    bench.watch(lambda: bench.source(Stall(0.1), *(next(steps) for _ in range(3000))))
    bench.until(lambda: len(bench.made) == 2 and bench.made[0].closed_times == 1)
    bench.until(lambda: bench.camera() is CameraState.STREAMING)


def test_a_face_settled_on_one_camera_is_not_settled_on_the_next(bench: Bench) -> None:
    def state() -> TrackState | None:
        result = bench.pipeline.take_result(0.1)
        return result.faces[0].status.state if result else None

    bench.watch(lambda: bench.source(*(next(steps) for _ in range(3000))))
    bench.until(lambda: state() is TrackState.GALLERY_EMPTY)
    bench.pipeline.pause(paused=True)
    bench.until(lambda: bench.made[0].closed_times == 1)
    seen = len(bench.analyzer.frames)
    bench.watch(lambda: bench.source(next(steps), kind=SourceKind.VIDEO))
    bench.until(lambda: len(bench.analyzer.frames) > seen)
    bench.until(lambda: state() is TrackState.CHECKING)


def test_opening_again_needs_a_camera_that_was_chosen(bench: Bench) -> None:
    bench.pipeline.retry()
    bench.pipeline.pause(paused=True)
    status = bench.pipeline.status()
    assert (status.camera.state, status.paused) == (CameraState.OPENING, False)


def test_a_film_that_ended_can_be_shown_again(bench: Bench) -> None:
    bench.watch(lambda: bench.source(next(steps), kind=SourceKind.VIDEO))
    bench.until(lambda: bench.camera() is CameraState.ENDED)
    bench.pipeline.retry()
    bench.until(lambda: len(bench.made) == 2 and bench.camera() is CameraState.ENDED)


@pytest.mark.parametrize("camera", CameraState)
@pytest.mark.parametrize("engine", EngineState)
def test_a_pipeline_has_ended_after_a_fault_or_the_end_of_a_file(camera: CameraState, engine: EngineState) -> None:
    status = replace(Bench().pipeline.status(), camera=CameraStatus(camera), engine=EngineStatus(engine))
    dead_camera = camera in {CameraState.ENDED, CameraState.FAULT}
    assert has_ended(status) is (dead_camera or engine in {EngineState.STOPPED, EngineState.FAULT})


def test_an_internal_error_in_capture_is_a_fault(bench: Bench, logged_errors: list[logging.LogRecord]) -> None:
    def broken() -> ScriptedSource:
        raise ZeroDivisionError

    bench.watch(broken)
    bench.until(lambda: bench.camera() is CameraState.FAULT)
    assert isinstance(bench.pipeline.status().camera.error, Bug)
    logged_errors.clear()


def test_a_missing_model_stops_recognition_but_not_the_camera() -> None:
    def missing() -> ScriptedAnalyzer:
        raise ModelMissing(model="analyzer")

    bench = Bench()
    bench.pipeline = LivePipeline(missing, identify, bench.clock, lambda: None)
    bench.pipeline.start()
    bench.watch(lambda: bench.source(*(next(steps) for _ in range(3000))))
    bench.until(lambda: bench.pipeline.status().engine.state is EngineState.FAULT)
    assert isinstance(bench.pipeline.status().engine.error, ModelMissing)
    bench.until(lambda: bench.camera() is CameraState.STREAMING)
    assert bench.pipeline.stop()


def test_an_internal_error_in_recognition_is_a_fault_and_closes_the_networks(
    bench: Bench, logged_errors: list[logging.LogRecord]
) -> None:
    bench.analyzer.failure = ZeroDivisionError("by zero")
    bench.watch(lambda: bench.source(*(next(steps) for _ in range(300))))
    bench.until(lambda: bench.pipeline.status().engine.state is EngineState.FAULT)
    assert isinstance(bench.pipeline.status().engine.error, Bug)
    assert bench.analyzer.threads[-1] == "closed in recognition"
    logged_errors.clear()


def test_an_enrolment_gets_every_frame(bench: Bench) -> None:
    flow = EnrolmentFlow(replace(QUICK, timeout_ns=10**12, streak=2, kept_per_pose=1), score)
    bench.pipeline.enrol(flow)
    bench.watch(lambda: bench.source(*(next(steps) for _ in range(500))))
    bench.until(lambda: flow.status.state is EnrolmentState.COMPLETE)
    bench.pipeline.enrol(None)
    bench.until(lambda: (r := bench.pipeline.take_result(0.1)) is not None and r.enrolment is None)
    assert len(flow.samples) == 1


def test_stopping_closes_everything_in_its_own_thread() -> None:
    bench = Bench()
    bench.pipeline.start()
    bench.watch(lambda: bench.source(*(next(steps) for _ in range(3000))))
    bench.until(lambda: len(bench.analyzer.frames) > 0)
    assert bench.pipeline.stop()
    assert bench.analyzer.threads[-1] == "closed in recognition"
    assert bench.made[0].closed_times == 1
    assert bench.pipeline.take_result() is None


def test_stopping_before_the_start_and_twice_is_allowed() -> None:
    pipeline = Bench().pipeline
    assert pipeline.stop()
    assert pipeline.stop()


def test_after_the_stop_no_camera_is_opened() -> None:
    bench = Bench()
    bench.pipeline.start()
    bench.watch(lambda: bench.source(*(next(steps) for _ in range(3000))))
    bench.until(lambda: bench.camera() is CameraState.STREAMING)
    assert bench.pipeline.stop()
    bench.watch(lambda: bench.source(next(steps)))
    for late in (bench.pipeline.retry, lambda: bench.pipeline.pause(paused=True), bench.pipeline.retry):
        late()
    assert len(bench.made) == 1


def test_a_change_of_camera_drops_the_last_result(bench: Bench) -> None:
    bench.watch(lambda: bench.source(next(steps), kind=SourceKind.VIDEO))
    bench.until(lambda: bench.woken == 1)
    bench.pipeline.pause(paused=True)
    assert bench.pipeline.take_result() is None


def test_a_rate_limit_holds_and_does_not_delay_stopping(bench: Bench) -> None:
    bench.pipeline.limit_rate(0.1)
    bench.watch(lambda: bench.source(*(next(steps) for _ in range(50)), kind=SourceKind.VIDEO))
    bench.until(lambda: len(bench.analyzer.frames) == 1 and bench.camera() is CameraState.ENDED)
    assert len(bench.analyzer.frames) == 1
    began = monotonic()
    assert bench.pipeline.stop()
    assert monotonic() - began < 2
