"""The thread that owns MediaPipe and the sessions."""

import logging
import threading
from collections.abc import Callable
from time import perf_counter_ns

from app.core.errors import Bug, EnvironmentProblem, UsageProblem
from app.core.faces import Frame
from app.core.logging import log_file
from app.core.process import trim_heap
from app.core.settings.profiles import ComputeBudget, PowerState
from app.flows.pacing import ALWAYS, Pace, PaceFlow
from app.pipeline.latest_slot import LatestSlot
from app.pipeline.ports import Analyzer, AnalyzerFactory
from app.pipeline.results import EngineState, EngineStatus, FrameResult, Recognizer

log = logging.getLogger(__name__)

_IDLE_S = 0.1


class RecognitionThread:
    """Takes the newest frame, has it looked at, and hands the result on.

    Args:
        make_analyzer: Called in the thread, which owns what it gives, and closes it.
        recognizer: Looks at the frames.
        frames: Where frames are taken from.
        publish: Takes each result; called in the thread, must be quick.
        make_pacing: Says how many frames a second are worth looking at, and how closely; called for every new vision.
        pressure: What asks to do less; called in the thread, must be quick.
    """

    def __init__(
        self,
        make_analyzer: AnalyzerFactory,
        recognizer: Recognizer,
        frames: LatestSlot[Frame],
        publish: Callable[[FrameResult], None],
        make_pacing: Callable[[], PaceFlow] = lambda: PaceFlow(ALWAYS),
        pressure: Callable[[], PowerState] = PowerState,
    ) -> None:
        self._make_pacing = make_pacing
        self._pressure = pressure
        self._pace = Pace()
        self._spent: ComputeBudget | None = None
        self._make_analyzer = make_analyzer
        self._recognizer = recognizer
        self._frames = frames
        self._publish = publish
        self._rest_s = 0.0
        self._stop, self._renewal = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._status = EngineStatus(EngineState.LOADING)
        self._thread = threading.Thread(target=self._run, name="recognition", daemon=True)

    @property
    def status(self) -> EngineStatus:
        """What it is doing."""
        with self._lock:
            return self._status

    @property
    def pacing(self) -> Pace:
        """How many frames a second are looked at, and why not all."""
        return self._pace

    def pace(self, frames_per_second: float | None) -> None:
        """Look at no more frames than so many a second, to save power; None for as many as come."""
        self._rest_s = 1 / frames_per_second if frames_per_second else 0.0

    def renew(self) -> None:
        """Have vision made anew after the frame in hand, as when its settings have changed."""
        self._renewal.set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def request_stop(self) -> None:
        """End after the frame in hand."""
        self._stop.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; False when it has not come in time. What never began has ended."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._serve()
            self._say(EngineStatus(EngineState.STOPPED))
        except (EnvironmentProblem, UsageProblem) as error:
            self._say(EngineStatus(EngineState.FAULT, error=error))
        except Exception as error:  # the outermost of this thread: what ended it silently would leave a dead picture
            log.exception("the recognition's thread failed")
            self._say(EngineStatus(EngineState.FAULT, error=Bug(problem=repr(error), log=log_file())))

    def _serve(self) -> None:
        """One vision's life, until an end or another one is asked for."""
        self._renewal.clear()
        self._recognizer.reset_faces()
        analyzer = self._make_analyzer()
        trim_heap()  # of what loading networks takes, 40 MB are not needed to run them
        try:
            self._say(EngineStatus(EngineState.RUNNING, analyzer.provider))
            self._loop(analyzer)
        finally:
            analyzer.close()

    def _loop(self, analyzer: Analyzer) -> None:
        # What came while the models were loading could not have been looked at.
        self._frames.reset_dropped()
        pacing = self._make_pacing()
        self._pace, self._spent = pacing.status, pacing.full
        while not self._stop.is_set() and not self._renewal.is_set():
            frame = self._frames.take(_IDLE_S)
            if frame is not None:
                result = self._look_at(frame, analyzer, pacing)
                self._publish(result)
                self._say_what_it_runs_on(analyzer)
                self._stop.wait(self._wanted_rest_s())

    def _look_at(self, frame: Frame, analyzer: Analyzer, pacing: PaceFlow) -> FrameResult:
        self._spend(analyzer, pacing)
        start = perf_counter_ns()
        result = self._recognizer.process_frame(frame, analyzer)
        took_ns = perf_counter_ns() - start
        self._pace = pacing.observe(len(result.faces), took_ns, frame.captured_ns, self._pressure())
        return result

    def _spend(self, analyzer: Analyzer, pacing: PaceFlow) -> None:
        """What is given up for speed is not where somebody enrols or takes a challenge."""
        saved = None if self._recognizer.needs_every_frame else self._pace.compute_budget
        compute_budget = saved or pacing.full
        if compute_budget is not None and compute_budget != self._spent:
            analyzer.set_budget(compute_budget)
            self._spent = compute_budget

    def _wanted_rest_s(self) -> float:
        wanted = None if self._recognizer.needs_every_frame else self._pace.frames_per_second
        return max(self._rest_s, 1 / wanted if wanted else 0.0)

    def _say_what_it_runs_on(self, analyzer: Analyzer) -> None:
        """A provider that fails is left for another."""
        if analyzer.provider != self.status.provider:
            self._say(EngineStatus(EngineState.RUNNING, analyzer.provider))

    def _say(self, status: EngineStatus) -> None:
        with self._lock:
            self._status = status
