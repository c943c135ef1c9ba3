"""The capture thread on scripted sources: its status, its frames, and when it opens the source again."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import numpy as np
import pytest

from app.camera.source import SourceKind
from app.core.errors import (
    Bug,
    CameraBusy,
    CameraDark,
    CameraDenied,
    CameraError,
    CameraFrozen,
    CameraLost,
    CameraNotFound,
    InvalidRequest,
)
from app.core.faces import Frame
from app.pipeline.capture_thread import CameraState, CameraStatus, CaptureThread
from app.pipeline.latest_slot import LatestSlot
from tests.fakes.camera import Black, Lose, ManualClock, ScriptedSource, Show, Step, plain


class Kept(LatestSlot[Frame]):
    """A slot that records every item."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[Frame] = []

    def put(self, item: Frame) -> None:
        self.frames.append(item)
        super().put(item)


class Quick(threading.Event):
    """An event that does not wait, and records the requested waits."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0.0)
        return super().wait(0.0)


class Hanging(ScriptedSource):
    """A source that hangs in its second read until it is released, like a driver, and then delivers."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(film(2), clock)
        self.hangs, self.release = threading.Event(), threading.Event()

    def read(self) -> Frame | None:
        if self._last_id == 1:
            self.hangs.set()
            assert self.release.wait(5)
        return super().read()


def film(frames: int) -> list[Step]:
    return [Show(plain((20 + number % 200, 90, 90))) for number in range(frames)]


class Bench:
    """A capture thread with the sources of its attempts; the last attempt ends it."""

    def __init__(self, *tries: ScriptedSource | Exception, clock: ManualClock | None = None) -> None:
        self.clock = clock or ManualClock()
        self.slot = Kept()
        self._tries = iter(tries)
        self.capture = CaptureThread(self._make, self.slot, self.clock, "cam")
        self.pauses = self.capture._stop = Quick()

    def _make(self) -> ScriptedSource:
        given = next(self._tries, None)
        if given is None:
            self.capture.request_stop()
            return ScriptedSource([], self.clock)
        if isinstance(given, Exception):
            raise given
        return given

    def run(self) -> None:
        self.capture.start()
        assert self.capture.join(5)


@contextmanager
def running(capture: CaptureThread) -> Iterator[None]:
    capture.start()
    try:
        yield
    finally:
        capture.request_stop()
        assert capture.join(5)


def until(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + 5
    while not condition():
        assert monotonic() < deadline
        sleep(0.001)


def source(clock: ManualClock, *steps: Step, kind: SourceKind = SourceKind.WEBCAM) -> ScriptedSource:
    return ScriptedSource(steps, clock, kind=kind)


def test_the_status_is_opening_before_the_start() -> None:
    capture = Bench().capture
    assert capture.status.state is CameraState.OPENING
    assert not capture.is_alive


def test_a_film_is_read_to_its_end_and_the_thread_ends() -> None:
    clock = ManualClock()
    made = source(clock, *film(5), kind=SourceKind.VIDEO)
    bench = Bench(made, clock=clock)
    bench.run()
    assert [frame.id for frame in bench.slot.frames] == [1, 2, 3, 4, 5]
    status = bench.capture.status
    assert (status.state, status.error, status.info) == (CameraState.ENDED, None, made._info)
    assert made.closed_times == 1


def test_a_rate_limit_skips_frames_without_decoding() -> None:
    clock = ManualClock()
    bench = Bench(source(clock, *film(61), kind=SourceKind.VIDEO), clock=clock)
    bench.capture.limit_rate(8)
    bench.run()
    ids = [frame.id for frame in bench.slot.frames]
    assert ids[0] == 1
    assert set(np.diff(ids)) == {5}  # an eighth of a second has passed after four, and the next is decoded
    assert bench.capture.status.state is CameraState.ENDED


@pytest.mark.parametrize("kind", [CameraNotFound, CameraBusy, CameraDenied, CameraLost])
def test_failed_attempts_to_open_a_camera_are_counted(kind: type[CameraError]) -> None:
    clock = ManualClock()
    error = kind(camera="cam")
    attempts: list[int] = []
    bench = Bench(error, error, error, source(clock, *film(2), kind=SourceKind.VIDEO), clock=clock)
    make = bench.capture._make_source

    def watched() -> ScriptedSource:
        status = bench.capture.status
        if status.error is not None:
            assert (status.state, status.error) == (CameraState.WAITING, error)
        attempts.append(status.attempts)
        made = make()
        assert isinstance(made, ScriptedSource)
        return made

    bench.capture._make_source = watched
    bench.run()
    assert attempts == [0, 1, 2, 3]
    assert bench.pauses.waits == [0.5, 1.0, 2.0]
    assert (bench.capture.status.state, bench.capture.status.attempts) == (CameraState.ENDED, 0)


def test_a_lost_camera_is_closed_and_opened_again() -> None:
    clock = ManualClock()
    lost = source(clock, *film(3), Lose())
    bench = Bench(lost, source(clock, *film(2), Lose()), clock=clock)
    bench.run()
    assert [frame.id for frame in bench.slot.frames] == [1, 2, 3, 1, 2]
    assert lost.closed_times == 1
    assert isinstance(bench.capture.status.error, CameraLost)
    assert bench.pauses.waits == [0.5, 0.5], "a frame between two losses makes the wait short again"


def test_a_frozen_camera_is_reported_and_the_frozen_frame_is_not_delivered_again() -> None:
    clock = ManualClock()
    tries = [source(clock, Show(plain(), times=200)) for _ in range(3)]
    bench = Bench(*tries, clock=clock)
    bench.run()
    assert isinstance(bench.capture.status.error, CameraFrozen)
    assert bench.capture.status.attempts == 3
    assert bench.pauses.waits == [0.5, 1.0, 2.0]
    stamps = [frame.captured_ns for frame in bench.slot.frames]
    assert stamps[-1] - stamps[0] <= 3_000_000_000
    assert [made.closed_times for made in tries] == [1, 1, 1]


def test_a_camera_that_is_no_longer_frozen_delivers_frames() -> None:
    clock = ManualClock()
    bench = Bench(source(clock, Show(plain(), times=200)), source(clock, *film(4)), clock=clock)
    bench.run()
    assert [frame.id for frame in bench.slot.frames[-4:]] == [1, 2, 3, 4]
    assert bench.capture.status.state is CameraState.ENDED


def test_a_film_may_contain_still_frames() -> None:
    clock = ManualClock()
    bench = Bench(source(clock, Show(plain(), times=200), kind=SourceKind.VIDEO), clock=clock)
    bench.run()
    assert len(bench.slot.frames) == 200


def test_dark_pictures_are_named_and_passed_on() -> None:
    clock = ManualClock()
    bench = Bench(source(clock, Black(times=40)), clock=clock)
    said: list[CameraStatus] = []
    bench.slot.put = lambda item: said.append(bench.capture._status)  # type: ignore[method-assign]
    bench.run()
    assert len(said) == 40
    assert [status.state for status in said[:2]] == [CameraState.OPENING, CameraState.STREAMING]
    assert said[-1].state is CameraState.DARK
    assert isinstance(said[-1].error, CameraDark)


def test_a_hanging_read_is_reported_as_stalled() -> None:
    clock = ManualClock()
    hanging = Hanging(clock)
    bench = Bench(hanging, clock=clock)
    with running(bench.capture):
        assert hanging.hangs.wait(5)
        assert bench.capture.status.state is CameraState.STREAMING
        clock.advance(2.1)
        status = bench.capture.status
        assert status.state is CameraState.STALLED
        assert isinstance(status.error, CameraLost)
        assert bench.capture.silence_s == pytest.approx(2.1)
        hanging.release.set()


def test_a_frame_that_arrives_after_the_stop_is_dropped() -> None:
    clock = ManualClock()
    hanging = Hanging(clock)
    bench = Bench(hanging, clock=clock)
    bench.capture.start()
    assert hanging.hangs.wait(5)
    bench.capture.request_stop()
    assert not bench.capture.join(0.01)
    hanging.release.set()
    assert bench.capture.join(5)
    assert [frame.id for frame in bench.slot.frames] == [1]
    assert hanging.closed_times == 1


def test_a_stop_interrupts_the_wait() -> None:
    def nothing_there() -> ScriptedSource:
        raise CameraNotFound(camera="cam")

    capture = CaptureThread(nothing_there, LatestSlot(), ManualClock(), "cam")
    capture.start()
    until(lambda: capture.status.state is CameraState.WAITING)
    began = monotonic()
    capture.request_stop()
    assert capture.join(5)
    assert monotonic() - began < 0.4, "less than the shortest wait"


def test_an_invalid_request_is_not_repeated() -> None:
    bench = Bench(InvalidRequest("no such thing"))
    bench.run()
    status = bench.capture.status
    assert (status.state, str(status.error)) == (CameraState.FAULT, "no such thing")
    assert bench.pauses.waits == []


def test_an_internal_error_ends_the_thread_and_is_logged(logged_errors: list[logging.LogRecord]) -> None:
    bench = Bench(ZeroDivisionError("by nought"))
    bench.run()
    status = bench.capture.status
    assert status.state is CameraState.FAULT
    assert isinstance(status.error, Bug)
    assert "by nought" in status.error.message
    assert logged_errors.pop().exc_info
    assert logged_errors == []


def test_it_waits_for_the_thread_that_may_still_hold_the_device() -> None:
    clock = ManualClock()
    hanging = Hanging(clock)
    first = Bench(hanging, clock=clock)
    second = CaptureThread(lambda: source(clock, *film(1)), Kept(), clock, "cam", after=first.capture)
    first.capture.start()
    assert hanging.hangs.wait(5)
    first.capture.request_stop()
    second.start()
    assert not second.join(0.02)
    assert second.is_alive
    hanging.release.set()
    assert second.join(5)
    assert second.status.state is CameraState.ENDED
    assert not first.capture.is_alive
