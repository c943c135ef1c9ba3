"""The recognition thread, which owns the detector and the networks."""

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
from app.pipeline.recognizer import Recognizer
from app.pipeline.results import EngineState, EngineStatus, FrameResult

log = logging.getLogger(__name__)

_IDLE_S = 0.1


class RecognitionThread:
    """Takes the newest frame, runs the frame path on it, and publishes the result.

    Args:
        make_analyzer: Creates the analyzer; called in the thread, which also closes it.
        recognizer: Runs the frame path.
        frames: The slot with the newest frame.
        publish: Called with each result in the thread; must return quickly.
        make_pacing: Creates the flow that chooses frame rate and compute budget; called for every new analyzer.
        pressure: Returns battery state and temperature pressure; called in the thread, must return quickly.
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
        self._applied_budget: ComputeBudget | None = None
        self._make_analyzer = make_analyzer
        self._recognizer = recognizer
        self._frames = frames
        self._publish = publish
        self._rest_s = 0.0
        self._stop, self._reload = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._status = EngineStatus(EngineState.LOADING)
        self._thread = threading.Thread(target=self._run, name="recognition", daemon=True)

    @property
    def status(self) -> EngineStatus:
        """The status of the thread."""
        with self._lock:
            return self._status

    @property
    def pacing(self) -> Pace:
        """The current frame rate and compute budget, with the reason."""
        return self._pace

    def limit_rate(self, frames_per_second: float | None) -> None:
        """Limit the processed frames per second to save power; None removes the limit."""
        self._rest_s = 1 / frames_per_second if frames_per_second else 0.0

    def reload_vision(self) -> None:
        """Replace the analyzer after the current frame, as after a change of its settings."""
        self._reload.set()

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def request_stop(self) -> None:
        """Ask the thread to end after the current frame."""
        self._stop.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread to end.

        Returns:
            Whether it has ended, or was never started.
        """
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._serve()
            self._set_status(EngineStatus(EngineState.STOPPED))
        except (EnvironmentProblem, UsageProblem) as error:
            self._set_status(EngineStatus(EngineState.FAULT, error=error))
        except Exception as error:  # outermost loop of the thread: a silent end would leave the picture frozen
            log.exception("the recognition thread failed")
            self._set_status(EngineStatus(EngineState.FAULT, error=Bug(problem=repr(error), log=log_file())))

    def _serve(self) -> None:
        """Run one analyzer until the thread is to end or the analyzer is to be replaced."""
        self._reload.clear()
        self._recognizer.reset_faces()
        analyzer = self._make_analyzer()
        trim_heap()  # loading the networks takes 40 MB that running them does not need
        try:
            self._set_status(EngineStatus(EngineState.RUNNING, analyzer.provider))
            self._loop(analyzer)
        finally:
            analyzer.close()

    def _loop(self, analyzer: Analyzer) -> None:
        # Frames that came while the models were loading do not count as dropped.
        self._frames.reset_dropped()
        pacing = self._make_pacing()
        self._pace, self._applied_budget = pacing.status, pacing.full
        while not self._stop.is_set() and not self._reload.is_set():
            frame = self._frames.take(_IDLE_S)
            if frame is not None:
                result = self._process(frame, analyzer, pacing)
                self._publish(result)
                self._update_provider(analyzer)
                self._stop.wait(self._rest_between_frames_s())

    def _process(self, frame: Frame, analyzer: Analyzer, pacing: PaceFlow) -> FrameResult:
        self._apply_budget(analyzer, pacing)
        start = perf_counter_ns()
        result = self._recognizer.process_frame(frame, analyzer)
        took_ns = perf_counter_ns() - start
        self._pace = pacing.observe(len(result.faces), took_ns, frame.captured_ns, self._pressure())
        return result

    def _apply_budget(self, analyzer: Analyzer, pacing: PaceFlow) -> None:
        """Apply the compute budget: the full one during an enrolment or a challenge, else that of the pacing."""
        paced = None if self._recognizer.needs_every_frame else self._pace.compute_budget
        budget = paced or pacing.full
        if budget is not None and budget != self._applied_budget:
            analyzer.set_budget(budget)
            self._applied_budget = budget

    def _rest_between_frames_s(self) -> float:
        wanted = None if self._recognizer.needs_every_frame else self._pace.frames_per_second
        return max(self._rest_s, 1 / wanted if wanted else 0.0)

    def _update_provider(self, analyzer: Analyzer) -> None:
        """Update the status after a session has fallen back to another provider."""
        if analyzer.provider != self.status.provider:
            self._set_status(EngineStatus(EngineState.RUNNING, analyzer.provider))

    def _set_status(self, status: EngineStatus) -> None:
        with self._lock:
            self._status = status
