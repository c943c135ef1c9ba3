"""The recognition thread and the frame path, with a scripted analyzer and a slot that the test fills."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from app.core.decision import Check
from app.core.errors import Bug, InvalidRequest, ModelMissing, StoreCorrupt
from app.core.faces import AlignedFace, AnalyzedFace, Embedding, Face, Frame, Quality
from app.core.match_decision import Verdict
from app.core.settings.profiles import ComputeBudget, PowerState
from app.flows.enrolment import EnrolmentFlow, EnrolmentState
from app.flows.pacing import Pace, PaceFlow, PaceReason, PaceRule, Saving, SavingKind
from app.flows.verification import CONFIRM_FRAMES, TrackState, TrackStatus
from app.pipeline.latest_slot import LatestSlot
from app.pipeline.recognition_thread import RecognitionThread
from app.pipeline.recognizer import Recognizer
from app.pipeline.results import EngineState, FrameResult
from app.pipeline.timings import FrameStage, StageTimer, Timings
from tests.fakes.analyzer import ScriptedAnalyzer
from tests.fakes.camera import ManualClock, plain
from tests.unit.flows.enrolment_frames import PLAN, score
from tests.unit.pipeline.faces import ADA, LIKE_STRANGER, face, identify


class Bench:
    """Shows one frame at a time and waits for its result."""

    def __init__(self, make_analyzer: Callable[[], ScriptedAnalyzer] | None = None) -> None:
        self.clock, self.analyzer, self.timings = ManualClock(), ScriptedAnalyzer(face(1)), Timings()
        self.frames: LatestSlot[Frame] = LatestSlot()
        self.results: LatestSlot[FrameResult] = LatestSlot()
        self.decided: list[TrackStatus] = []
        self.recognizer = Recognizer(identify, self.timings, self.clock, self.decided.append)
        self.thread = RecognitionThread(
            make_analyzer or (lambda: self.analyzer), self.recognizer, self.frames, self.results.put
        )
        self._shown = 0

    def put(self) -> Frame:
        self._shown += 1
        self.clock.advance(0.033)
        frame = Frame(self._shown, plain(), self.clock.monotonic_ns())
        self.clock.advance(0.010)
        self.frames.put(frame)
        return frame

    def show(self, *faces: AnalyzedFace) -> FrameResult:
        self.analyzer.faces = faces
        frame = self.put()
        result = self.results.take(5)
        assert result is not None
        assert result.frame is frame
        return result

    def end(self) -> None:
        self.thread.request_stop()
        assert self.thread.join(5)


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    bench.thread.start()
    yield bench
    bench.end()


def test_a_result_belongs_to_one_frame(bench: Bench) -> None:
    first, second, third = face(7), face(2, None), face(4, LIKE_STRANGER)
    result = bench.show(first, second, third)
    assert [f.analyzed for f in result.faces] == [first, second, third]
    assert [f.match and f.match.verdict for f in result.faces] == [Verdict.MATCH, None, Verdict.NO_MATCH]
    assert [f.status.track for f in result.faces] == [7, 2, 4]
    assert result.finished_ns == result.frame.captured_ns + 10_000_000


def test_a_face_is_settled_by_frames_that_agree(bench: Bench) -> None:
    results = [bench.show(face(1)) for _ in range(CONFIRM_FRAMES + 1)]
    assert [len(result.decisions) for result in results] == [0, 0, 1, 0]
    assert results[2].decisions[0].at_ns == results[2].frame.captured_ns
    assert results[3].faces[0].status.person == ADA
    assert bench.decided == list(results[2].decisions)


def test_the_reasons_cite_the_frame_numbers_of_the_source(bench: Bench) -> None:
    bench.show(face(1, None))
    result = [bench.show(face(1, LIKE_STRANGER)) for _ in range(CONFIRM_FRAMES)][-1]
    decision = result.faces[0].status.decision
    assert decision is not None
    assert decision.frames is not None
    assert decision.check is Check.SIMILARITY
    assert (decision.frames.first, decision.frames.last) == (result.frame.id - CONFIRM_FRAMES + 1, result.frame.id)
    assert decision.match is result.faces[0].match


def test_a_reset_drops_the_state_of_every_face(bench: Bench) -> None:
    for _ in range(CONFIRM_FRAMES):
        bench.show(face(1))
    bench.recognizer.reset_faces()
    assert bench.show(face(1, None)).faces[0].status.state is TrackState.CHECKING


def test_the_analyzer_is_replaced_between_two_frames() -> None:
    analyzers = [ScriptedAnalyzer(face(1)), ScriptedAnalyzer(face(1))]
    made = iter(analyzers)
    bench = Bench(lambda: next(made))
    bench.analyzer = analyzers[0]
    bench.thread.start()
    for _ in range(CONFIRM_FRAMES):
        bench.show(face(1))
    bench.thread.reload_vision()
    while "closed in recognition" not in analyzers[0].threads:
        bench.thread.join(0.01)
    bench.analyzer = analyzers[1]
    assert bench.thread.status.state is EngineState.RUNNING
    assert bench.show(face(1, None)).faces[0].status.state is TrackState.CHECKING
    bench.end()
    assert analyzers[1].threads == ["recognition", "closed in recognition"]


def test_an_analyzer_that_cannot_be_created_again_is_a_fault() -> None:
    made: Iterator[ScriptedAnalyzer] = iter([ScriptedAnalyzer(face(1))])

    def make() -> ScriptedAnalyzer:
        for analyzer in made:
            return analyzer
        raise ModelMissing(model="m")

    bench = Bench(make)
    bench.thread.start()
    bench.thread.reload_vision()
    assert bench.thread.join(5)
    assert bench.thread.status.state is EngineState.FAULT
    assert isinstance(bench.thread.status.error, ModelMissing)


def test_an_empty_picture_gives_a_result_too(bench: Bench) -> None:
    assert bench.show().faces == ()


def test_an_enrolment_gets_every_frame_until_it_is_removed(bench: Bench) -> None:
    flow = EnrolmentFlow(replace(PLAN, timeout_ns=10**12, streak=1), score)
    assert bench.show(face(1)).enrolment is None
    bench.recognizer.enrol(flow)
    assert bench.show(face(1)).enrolment == flow.status
    assert flow.status.done == 1
    bench.recognizer.skip_remaining_directions()
    assert flow.status.state is EnrolmentState.TESTING
    bench.recognizer.enrol(None)
    assert bench.show(face(1)).enrolment is None
    assert flow.status.state is EnrolmentState.TESTING
    bench.recognizer.skip_remaining_directions()


class TimedAnalyzer(ScriptedAnalyzer):
    """An analyzer whose stages take different times on its own counter."""

    ns = 0

    def detect(self, frame: Frame) -> list[Face]:
        self.ns += 4
        return super().detect(frame)

    def track(self, faces: list[Face]) -> list[Face]:
        self.ns += 1
        return super().track(faces)

    def assess(self, frame: Frame, faces: Sequence[Face], aligned: Sequence[AlignedFace]) -> list[Quality]:
        self.ns += 6
        return super().assess(frame, faces, aligned)

    def embed(self, aligned: Sequence[AlignedFace]) -> list[Embedding]:
        self.ns += 7
        return super().embed(aligned)


def test_every_stage_is_timed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    analyzer = TimedAnalyzer()
    monkeypatch.setattr("app.pipeline.recognizer.StageTimer", lambda: StageTimer(lambda: analyzer.ns))
    bench.end()
    bench = Bench(lambda: analyzer)
    bench.analyzer = analyzer
    bench.thread.start()
    bench.show(face(1))
    bench.show(face(1))
    spreads = bench.timings.spreads()
    assert set(spreads) == set(FrameStage) - {FrameStage.DRAW}
    assert spreads[FrameStage.CAPTURE].p50_ms == pytest.approx(10)
    assert spreads[FrameStage.TOTAL].p50_ms == pytest.approx(10)
    stages = FrameStage.DETECT, FrameStage.ALIGN, FrameStage.EMBED, FrameStage.MATCH
    assert [spreads[stage].p50_ms * 1e6 for stage in stages] == pytest.approx([5, 6, 7, 0])
    assert bench.timings.frames_per_second(bench.clock.monotonic_ns()) == pytest.approx(1 / 0.043)
    bench.end()


def test_the_networks_live_and_end_in_their_own_thread(bench: Bench) -> None:
    bench.show(face(1))
    assert (bench.thread.status.state, bench.thread.status.provider) == (EngineState.RUNNING, "Scripted")
    bench.end()
    assert bench.thread.status.state is EngineState.STOPPED
    assert bench.analyzer.threads == ["recognition", "closed in recognition"]


def test_frames_dropped_while_the_models_load_are_not_counted() -> None:
    loaded = threading.Event()

    def slow() -> ScriptedAnalyzer:
        assert loaded.wait(5)
        return ScriptedAnalyzer(face(1))

    bench = Bench(slow)
    bench.thread.start()
    assert bench.thread.status.state is EngineState.LOADING
    for _ in range(5):
        bench.put()
    loaded.set()
    assert bench.results.take(5) is not None
    assert bench.frames.dropped == 0
    bench.end()


@pytest.mark.parametrize(
    "problem", [ModelMissing(model="analyzer"), InvalidRequest("No such thing.", "Choose another.")]
)
def test_a_model_that_cannot_be_loaded_is_a_fault_with_its_reason(problem: Exception) -> None:
    def missing() -> ScriptedAnalyzer:
        raise problem

    bench = Bench(missing)
    bench.thread.start()
    assert bench.thread.join(5)
    assert (bench.thread.status.state, bench.thread.status.error) == (EngineState.FAULT, problem)


@pytest.mark.parametrize("mistake", [ZeroDivisionError("by zero"), Bug(problem="by zero", log="a file")])
def test_an_internal_error_is_logged_with_its_trace_and_the_networks_are_closed(
    bench: Bench, mistake: Exception, logged_errors: list[logging.LogRecord]
) -> None:
    bench.analyzer.failure = mistake
    bench.put()
    assert bench.thread.join(5)
    assert bench.thread.status.state is EngineState.FAULT
    assert isinstance(bench.thread.status.error, Bug)
    assert "by zero" in bench.thread.status.error.message
    assert bench.analyzer.threads[-1] == "closed in recognition"
    assert [record.exc_info and record.exc_info[1] for record in logged_errors] == [mistake]
    logged_errors.clear()


def test_two_faces_with_one_track_number_are_an_internal_error(
    bench: Bench, logged_errors: list[logging.LogRecord]
) -> None:
    bench.analyzer.faces = face(1), face(1)
    bench.put()
    assert bench.thread.join(5)
    assert isinstance(bench.thread.status.error, Bug)
    logged_errors.clear()


def test_an_environment_problem_is_reported_and_the_networks_are_closed(bench: Bench) -> None:
    bench.analyzer.failure = StoreCorrupt(path="the database")
    bench.put()
    assert bench.thread.join(5)
    assert (bench.thread.status.state, bench.thread.status.error) == (EngineState.FAULT, bench.analyzer.failure)
    assert bench.analyzer.threads[-1] == "closed in recognition"


def test_networks_that_cannot_be_closed_are_an_internal_error(
    bench: Bench, logged_errors: list[logging.LogRecord]
) -> None:
    def stuck() -> None:
        raise OSError("stuck")

    bench.analyzer.close = stuck  # type: ignore[method-assign]
    bench.show()
    bench.end()
    assert isinstance(bench.thread.status.error, Bug)
    logged_errors.clear()


def test_battery_lowers_the_rate_but_not_during_an_enrolment() -> None:
    made = Bench()
    thread = RecognitionThread(
        lambda: made.analyzer,
        made.recognizer,
        made.frames,
        made.results.put,
        lambda: PaceFlow(PaceRule()),
        lambda: PowerState(on_battery=True),
    )
    made.thread = thread
    thread.start()
    made.show(face(1))
    made.put()
    assert made.results.take(5) is not None
    assert thread.pacing == Pace(PaceRule().battery, PaceReason.BATTERY)
    assert thread._rest_between_frames_s() == pytest.approx(1 / PaceRule().battery)
    made.recognizer.enrol(EnrolmentFlow(PLAN, score))
    assert thread._rest_between_frames_s() == 0
    made.end()


def test_the_full_budget_returns_during_an_enrolment() -> None:
    made, full, less = Bench(), ComputeBudget(4, flip=True), ComputeBudget(4, flip=False)
    rule = PaceRule(budget_ns=0, savings=(Saving(SavingKind.MIRRORED, less),), full=full, judge_ns=0)
    made.thread = RecognitionThread(
        lambda: made.analyzer, made.recognizer, made.frames, made.results.put, lambda: PaceFlow(rule)
    )
    made.thread.start()
    for _ in range(11):
        made.show(face(1))
    assert made.thread.pacing.compute_budget == less
    assert made.analyzer.budgets == [less]
    made.recognizer.enrol(EnrolmentFlow(PLAN, score))
    made.show(face(1))
    assert made.analyzer.budgets == [less, full]
    made.recognizer.enrol(None)
    made.show(face(1))
    assert made.analyzer.budgets == [less, full, less]
    made.end()
