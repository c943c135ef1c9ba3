"""Live recognition of a camera or another source, with or without a window."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from app.camera.device_listing import CameraListing, list_cameras
from app.camera.selection import make_source, parse_source
from app.core.clock import Clock
from app.core.settings.sections import CameraSettings
from app.flows.pacing import ALWAYS, PaceFlow
from app.pipeline.capture_thread import CameraState
from app.pipeline.embedding_reuse import ReuseRule
from app.pipeline.live import LivePipeline, LiveStatus, SourceMonitorFactory, has_ended
from app.pipeline.ports import AnalyzerFactory
from app.pipeline.results import FrameResult
from app.services.access.permissions import Access, Service, open_to_all
from app.services.audit.face_audit import FaceAudit
from app.services.live.pacing import PressureGauge
from app.services.recognition.matcher import Matcher

__all__ = ["CameraListing", "LiveService", "LiveSession"]

_WAIT_S = 0.2
_TIMEOUT_S = 10.0


class LiveService(Service):
    """Creates live pipelines and connects them to sources.

    Args:
        access: Decides what the current session may do.
        make_analyzer: Returns the vision for the frames of one source.
        matcher: Compares faces with the gallery.
        clock: Dates frames.
        faces: Records decisions on faces in the audit log.
        make_monitor: Returns the liveness cues for the frames of one source.
        reuse: When a settled face is embedded again; None for in every frame, as where access is granted.
        make_pacing: Returns the pacing of one source.
    """

    def __init__(
        self,
        access: Access,
        make_analyzer: AnalyzerFactory,
        matcher: Matcher,
        clock: Clock,
        faces: FaceAudit,
        make_monitor: SourceMonitorFactory,
        reuse: ReuseRule | None = None,
        make_pacing: Callable[[], PaceFlow] = lambda: PaceFlow(ALWAYS),
    ) -> None:
        super().__init__(access)
        self._make_pacing = make_pacing
        self._make_analyzer = make_analyzer
        self._make_monitor = make_monitor
        self._reuse = reuse
        self._matcher = matcher
        self._clock = clock
        self._faces = faces

    @open_to_all
    def cameras(self) -> list[CameraListing]:
        """Return the connected cameras."""
        return list_cameras()

    @open_to_all
    def pipeline(self, on_result: Callable[[], None] = lambda: None) -> LivePipeline:
        """Return a new pipeline, not started.

        Args:
            on_result: Called for each result, in the recognition thread; must return quickly.
        """
        return LivePipeline(
            self._make_analyzer,
            self._matcher.identify,
            self._clock,
            on_result,
            self._faces.record,
            self._make_monitor,
            self._reuse,
            self._make_pacing,
            PressureGauge(),
        )

    @open_to_all
    def watch(self, pipeline: LivePipeline, camera: CameraSettings) -> None:
        """Connect a pipeline to a source.

        Args:
            pipeline: The pipeline.
            camera: Settings that name the source.

        Raises:
            CameraError: The source is invalid.
            InvalidRequest: The source is invalid.
        """
        spec = parse_source(camera.source)
        pipeline.watch(lambda: make_source(spec, camera, self._clock), spec.label)

    @contextmanager
    @open_to_all
    def watching(self, camera: CameraSettings) -> Iterator["LiveSession"]:
        """Run a pipeline as a context manager, without a window.

        Raises:
            CameraError: The source is invalid.
            InvalidRequest: The source is invalid.
        """
        pipeline = self.pipeline()
        pipeline.start()
        try:
            self.watch(pipeline, camera)
            yield LiveSession(pipeline)
        finally:
            pipeline.stop(_TIMEOUT_S)


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A running pipeline whose results are read one by one.

    Attributes:
        pipeline: The pipeline; `LiveService.watching` stops it.
    """

    pipeline: LivePipeline

    def results(self, timeout_s: float = _TIMEOUT_S) -> Iterator[FrameResult]:
        """Yield the latest result whenever there is a new one, until a file ends.

        Args:
            timeout_s: Longest wait for a usable frame, in seconds.

        Raises:
            FacelatchError: The recognition failed, the source cannot be opened, or no usable frame came in time.
        """
        waiting_since = monotonic()
        started = False
        while True:
            result = self.pipeline.take_result(_WAIT_S)
            status = self.pipeline.status()
            if result is not None and status.camera.error is None:
                waiting_since, started = monotonic(), True
                yield result
            elif not started and status.camera.state is CameraState.WAITING:
                _raise_error(status)
            elif result is None and (has_ended(status) or monotonic() - waiting_since > timeout_s):
                _raise_error(status)
                return


def _raise_error(status: LiveStatus) -> None:
    error = status.engine.error or status.camera.error
    if error is not None and status.camera.state is not CameraState.ENDED:
        raise error
