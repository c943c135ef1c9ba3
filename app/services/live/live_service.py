"""Watching a source, for a window or without one."""

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
from app.services.audit.face_audit import FaceAudit
from app.services.live.pacing import PressureGauge
from app.services.recognition.matcher import Matcher

_WAIT_S = 0.2
_PATIENCE_S = 10.0


class LiveService:
    """Makes live pipelines and points them at sources.

    Args:
        make_analyzer: Gives vision for the frames of one source.
        matcher: Compares faces with the gallery.
        clock: For stamps.
        faces: Writes down who was accepted and who was not.
        make_monitor: Gives the liveness cues for the frames of one source.
        reuse: How often a face is looked at anew on which the word is settled; None for in every frame, as where
            somebody is let in.
        make_pacing: Says how many frames a second are worth looking at.
    """

    def __init__(
        self,
        make_analyzer: AnalyzerFactory,
        matcher: Matcher,
        clock: Clock,
        faces: FaceAudit,
        make_monitor: SourceMonitorFactory,
        reuse: ReuseRule | None = None,
        make_pacing: Callable[[], PaceFlow] = lambda: PaceFlow(ALWAYS),
    ) -> None:
        self._make_pacing = make_pacing
        self._make_analyzer = make_analyzer
        self._make_monitor = make_monitor
        self._reuse = reuse
        self._matcher = matcher
        self._clock = clock
        self._faces = faces

    def cameras(self) -> list[CameraListing]:
        """The cameras plugged in."""
        return list_cameras()

    def pipeline(self, on_result: Callable[[], None] = lambda: None) -> LivePipeline:
        """A new pipeline, not started."""
        return LivePipeline(
            self._make_analyzer,
            self._matcher.identify,
            self._clock,
            on_result,
            self._faces.decided,
            self._make_monitor,
            self._reuse,
            self._make_pacing,
            PressureGauge(),
        )

    def watch(self, pipeline: LivePipeline, camera: CameraSettings) -> None:
        """Point a pipeline at the source that the settings name.

        Raises:
            CameraError: The source cannot be understood.
            InvalidRequest: Likewise.
        """
        spec = parse_source(camera.source)
        pipeline.watch(lambda: make_source(spec, camera, self._clock), spec.label)

    @contextmanager
    def watching(self, camera: CameraSettings) -> Iterator["LiveSession"]:
        """Run without a window for the length of the block.

        Raises:
            CameraError: The source cannot be understood.
            InvalidRequest: Likewise.
        """
        pipeline = self.pipeline()
        pipeline.start()
        try:
            self.watch(pipeline, camera)
            yield LiveSession(pipeline)
        finally:
            pipeline.stop(_PATIENCE_S)


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A running pipeline, read result by result.

    Attributes:
        pipeline: Started; stopped by whoever made it.
    """

    pipeline: LivePipeline

    def results(self, patience_s: float = _PATIENCE_S) -> Iterator[FrameResult]:
        """Every result that is fetched in time, until a file ends.

        Args:
            patience_s: Longest wait for a usable frame, in seconds.

        Raises:
            FacelatchError: The recognition failed, the source cannot be opened, or gave no usable frame for so long.
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
                _raise_fault(status)
            elif result is None and (has_ended(status) or monotonic() - waiting_since > patience_s):
                _raise_fault(status)
                return


def _raise_fault(status: LiveStatus) -> None:
    error = status.engine.error or status.camera.error
    if error is not None and status.camera.state is not CameraState.ENDED:
        raise error
