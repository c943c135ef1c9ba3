"""Watching a source, for a window or without one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from app.camera.demo import DemoSource
from app.camera.listing import CameraListing, list_cameras
from app.camera.selection import make_source, parse_source
from app.core.clock import Clock
from app.core.errors import FacelatchError
from app.core.settings import CameraSettings
from app.pipeline.capture import CameraState
from app.pipeline.live import LivePipeline, LiveStatus, is_over
from app.pipeline.recognition import FrameResult, MakeAnalyzer
from app.services.matching import Matcher

_WAIT_S = 0.2


class LiveService:
    """Makes live pipelines and points them at sources.

    Args:
        make_analyzer: Gives vision for the frames of one source.
        matcher: Compares faces with the gallery.
        clock: For stamps.
    """

    def __init__(self, make_analyzer: MakeAnalyzer, matcher: Matcher, clock: Clock) -> None:
        self._make_analyzer = make_analyzer
        self._matcher = matcher
        self._clock = clock

    def cameras(self) -> list[CameraListing]:
        """The cameras plugged in."""
        return list_cameras()

    def pipeline(self, on_result: Callable[[], None] = lambda: None) -> LivePipeline:
        """A new pipeline, not started."""
        return LivePipeline(self._make_analyzer, self._matcher.identify, self._clock, on_result)

    def watch(self, pipeline: LivePipeline, camera: CameraSettings, *, paced: bool = True) -> None:
        """Point a pipeline at the source that the settings name.

        Raises:
            CameraError: The source cannot be understood.
            InvalidRequest: Likewise.
        """
        spec = parse_source(camera.source)
        pipeline.watch(lambda: make_source(spec, camera, self._clock, paced=paced), spec.label)

    @contextmanager
    def results(self, camera: CameraSettings, *, patience_s: float = 10.0) -> Iterator[Iterator[FrameResult]]:
        """Run without a window: within the block, iterate over results as they come.

        Args:
            camera: Names the source.
            patience_s: Longest wait for a usable frame, in seconds.

        Raises:
            FacelatchError: The source or the recognition failed, while iterating.
        """
        pipeline = self.pipeline()
        pipeline.start()
        try:
            self.watch(pipeline, camera)
            yield _until_over(pipeline, patience_s)
        finally:
            pipeline.stop()


def _until_over(pipeline: LivePipeline, patience_s: float) -> Iterator[FrameResult]:
    waiting_since = monotonic()
    while True:
        result = pipeline.take_result(_WAIT_S)
        status = pipeline.status()
        if result is not None and status.camera.error is None:
            waiting_since = monotonic()
            yield result
        elif result is None and is_over(status):
            _raise_fault(status)
            return
        elif monotonic() - waiting_since > patience_s:
            _raise_fault(status)
            return


def _raise_fault(status: LiveStatus) -> None:
    error: FacelatchError | None = status.engine.error or status.camera.error
    if error is not None and status.camera.state is not CameraState.ENDED:
        raise error
