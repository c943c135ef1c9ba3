"""Timing the way of a frame, stage by stage."""

from collections import defaultdict
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from time import perf_counter_ns

import numpy as np

from app.camera.selection import make_source, parse_source
from app.core.clock import Clock
from app.core.errors import CameraLost
from app.core.settings import CameraSettings
from app.core.types import Frame
from app.pipeline.parts import Identify, Monitor
from app.pipeline.timings import Spread, Stage, spread
from app.vision.analysis import FaceAnalyzer

WARM_UP = 20
"""Frames looked at before the clock counts: the first runs allocate."""


@dataclass(frozen=True, slots=True)
class BenchReport:
    """How long frames take; the names are those of the JSON output.

    Attributes:
        frame_p50_ms: Median over frames of all stages together, without waiting for the camera.
        frame_p95_ms: 95th percentile of the same.
        stages: By stage.
        provider: What the embedder ran on.
        resolution: Of the frames, "width×height".
        faces: Mean number of faces in a frame.
        frames: How many were timed.
    """

    frame_p50_ms: float
    frame_p95_ms: float
    stages: dict[str, Spread]
    provider: str
    resolution: str
    faces: float
    frames: int


def bench(
    analyzer: FaceAnalyzer,
    identify: Identify,
    monitor: Monitor,
    camera: CameraSettings,
    clock: Clock,
    frames: int,
    progress: Callable[[], None] = lambda: None,
) -> BenchReport:
    """Look at frames one after the other, as fast as they can be read, and time each stage.

    Args:
        analyzer: Vision for frames that follow each other.
        identify: Compares an embedding with the gallery.
        monitor: The liveness cues.
        camera: Names the source; a file that is too short is read again.
        clock: For stamps.
        frames: How many to time, at least 1.
        progress: Called after each.

    Raises:
        CameraError: The source gives no frames.
    """
    stages: dict[Stage, list[int]] = defaultdict(list)
    faces: list[int] = []
    with closing(_endless(camera, clock)) as source:
        for number, frame in enumerate(islice(source, frames + WARM_UP)):
            durations, count = _look(analyzer, identify, monitor, frame, clock)
            if number >= WARM_UP:
                faces.append(count)
                for stage, nanoseconds in durations.items():
                    stages[stage].append(nanoseconds)
                progress()
    spreads = {stage: spread(np.array(stages[stage])) for stage in Stage if stage in stages}
    total = spreads.pop(Stage.TOTAL)
    return BenchReport(
        frame_p50_ms=total.p50_ms,
        frame_p95_ms=total.p95_ms,
        stages={stage.value: values for stage, values in spreads.items()},
        provider=analyzer.provider,
        resolution=f"{frame.width}×{frame.height}",
        faces=float(np.mean(faces)),
        frames=len(faces),
    )


def _endless(camera: CameraSettings, clock: Clock) -> Generator[Frame]:
    """Frames without end: a file is read again when it is over."""
    spec = parse_source(camera.source)
    while True:
        with make_source(spec, camera, clock, paced=False) as source:
            frame = source.read()
            if frame is None:
                raise CameraLost(camera=spec.label)
            while frame is not None:
                yield frame
                frame = source.read()


def _look(
    analyzer: FaceAnalyzer, identify: Identify, monitor: Monitor, frame: Frame, clock: Clock
) -> tuple[dict[Stage, int], int]:
    """Nanoseconds by stage, and how many faces there were."""
    durations = {Stage.CAPTURE: clock.monotonic_ns() - frame.captured_ns}
    analysis = analyzer.analyze(frame)
    durations |= {Stage(name): nanoseconds for name, nanoseconds in analysis.stages.items()}
    start = perf_counter_ns()
    for face in analysis.faces:
        if face.embedding is not None:
            identify(face.embedding)
    durations[Stage.MATCH] = perf_counter_ns() - start
    start = perf_counter_ns()
    monitor.observe(frame, analysis.faces)
    durations[Stage.LIVENESS] = perf_counter_ns() - start
    durations[Stage.TOTAL] = sum(durations.values())
    return durations, len(analysis.faces)
