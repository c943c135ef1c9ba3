"""Timing the way of a frame, stage by stage."""

from collections.abc import Callable, Generator, Iterable
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
from app.pipeline.parts import Identify, MakeAnalyzer, MakeMonitor
from app.pipeline.rechecks import RecheckRule
from app.pipeline.recognition import Recognizer
from app.pipeline.timings import Spread, Stage, Timings
from app.services.bench.machine import Cost, Meter

WARM_UP = 20
"""Frames looked at before the clock counts: the first runs allocate."""


@dataclass(frozen=True, slots=True)
class Look:
    """How frames are looked at.

    Attributes:
        make_analyzer: Gives vision for frames that follow each other.
        identify: Compares an embedding with the gallery.
        make_monitor: Gives the liveness cues.
        clock: For stamps.
        rechecks: As the live view spares settled faces; None to embed every face of every frame.
    """

    make_analyzer: MakeAnalyzer
    identify: Identify
    make_monitor: MakeMonitor
    clock: Clock
    rechecks: RecheckRule | None = None


@dataclass(frozen=True, slots=True)
class BenchReport:
    """How long frames take; the names are those of the JSON output.

    Attributes:
        frame_p50_ms: Median over frames of all stages together, without waiting for the camera.
        frame_p95_ms: 95th percentile of the same.
        frame_p99_ms: 99th percentile.
        load_ms: Making vision: models read, checked and opened.
        first_ms: The first frame after that.
        stages: By stage.
        cost: What it cost the machine.
        energy_mj_per_frame: None where no counter can be read.
        provider: What the embedder ran on.
        resolution: Of the frames, "width×height".
        faces: Mean number of faces in a frame.
        frames: How many were timed.
        each_ms: Every frame.
    """

    frame_p50_ms: float
    frame_p95_ms: float
    frame_p99_ms: float
    load_ms: float
    first_ms: float
    stages: dict[str, Spread]
    cost: Cost
    energy_mj_per_frame: float | None
    provider: str
    resolution: str
    faces: float
    frames: int
    each_ms: tuple[float, ...]


def bench(look: Look, source: Iterable[Frame], frames: int, progress: Callable[[], None] = lambda: None) -> BenchReport:
    """Look at frames one after the other, as fast as they can be read, and time each stage.

    Args:
        look: How.
        source: At least `WARM_UP` frames more than are timed.
        frames: How many to time, at least 1.
        progress: Called after each.

    Raises:
        CameraError: The source gives no frames.
    """
    timings = Timings(window=frames)
    recognizer = Recognizer(look.identify, timings, look.clock, make_monitor=look.make_monitor, rechecks=look.rechecks)
    began = perf_counter_ns()
    with closing(look.make_analyzer()) as analyzer:
        load_ms = (perf_counter_ns() - began) / 1e6
        shown = iter(source)
        results = [recognizer.look_at(frame, analyzer) for frame in islice(shown, WARM_UP)]
        first_ms = (results[0].finished_ns - results[0].frame.captured_ns) / 1e6
        timings.clear()
        meter, each_ms, faces = Meter(), [], 0
        for frame in islice(shown, frames):
            result = recognizer.look_at(frame, analyzer)
            each_ms.append((result.finished_ns - frame.captured_ns) / 1e6)
            faces += len(result.faces)
            progress()
        cost, provider = meter.cost(), analyzer.provider
    spreads = timings.spreads()
    total = spreads.pop(Stage.TOTAL)
    return BenchReport(
        frame_p50_ms=total.p50_ms,
        frame_p95_ms=total.p95_ms,
        frame_p99_ms=total.p99_ms,
        load_ms=load_ms,
        first_ms=first_ms,
        stages={stage.value: spread for stage, spread in spreads.items()},
        cost=cost,
        energy_mj_per_frame=None if cost.energy_mj is None else cost.energy_mj / frames,
        provider=provider,
        resolution=f"{frame.width}×{frame.height}",
        faces=faces / frames,
        frames=frames,
        each_ms=tuple(np.round(each_ms, 3).tolist()),
    )


def endless(camera: CameraSettings, clock: Clock) -> Generator[Frame]:
    """Frames without end, as fast as they can be read: a file is read again when it is over.

    Args:
        camera: Names the source.
        clock: For stamps.

    Raises:
        CameraError: The source gives no frames.
    """
    spec = parse_source(camera.source)
    while True:
        with make_source(spec, camera, clock, paced=False) as source:
            frame = source.read()
            if frame is None:
                raise CameraLost(camera=spec.label)
            while frame is not None:
                yield frame
                frame = source.read()


def again(kept: list[Frame], clock: Clock) -> Generator[Frame]:
    """The same few pictures without end, each as if it had just been delivered.

    Args:
        kept: At least one.
        clock: For stamps.
    """
    number = 0
    while True:
        for frame in kept:
            number += 1
            yield Frame(number, frame.image, clock.monotonic_ns())
