"""What a stretch of work costs the machine."""

import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter_ns

import numpy as np

from app.camera.selection import make_source, parse_source
from app.core.clock import Clock
from app.core.errors import CameraLost
from app.core.faces import Frame
from app.core.process import resident_bytes
from app.core.settings.sections import CameraSettings
from app.pipeline.embedding_reuse import ReuseRule
from app.pipeline.ports import AnalyzerFactory, Identify, MonitorFactory
from app.pipeline.results import Recognizer
from app.pipeline.timings import FrameStage, Percentiles, Timings

_POWERCAP = Path("/sys/class/powercap")


@dataclass(frozen=True, slots=True)
class ResourceUsage:
    """Of a stretch of work.

    Attributes:
        memory_mb: Held at its end; None where the system does not say.
        memory_growth_mb: More than at its beginning; likewise.
        cpu_cores: Mean number of cores at work.
        energy_mj: Used by the processor's package, in millijoules, by everybody; None where no counter can be read.
    """

    memory_mb: float | None
    memory_growth_mb: float | None
    cpu_cores: float
    energy_mj: float | None


class ResourceMeter:
    """Begins to count when it is made.

    Args:
        powercap: Where Linux shows the processor's energy counters (RAPL).
    """

    def __init__(self, powercap: Path = _POWERCAP) -> None:
        self._counters = sorted(powercap.glob("intel-rapl:[0-9]*/energy_uj"))
        self._energy = self._read()
        self._memory = _resident_mb()
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def cost(self) -> ResourceUsage:
        """Since the beginning."""
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        memory, energy = _resident_mb(), self._read()
        known = None not in (self._energy, energy)
        return ResourceUsage(
            memory_mb=memory,
            memory_growth_mb=None if memory is None or self._memory is None else memory - self._memory,
            cpu_cores=cpu / wall,
            energy_mj=sum(max(b - a, 0) for a, b in zip(self._energy or (), energy or (), strict=True)) / 1000
            if known
            else None,
        )

    def _read(self) -> list[int] | None:
        """Microjoules by package; None where there are none, or only root may know."""
        try:
            return [int(counter.read_text("ascii")) for counter in self._counters] or None
        except OSError:
            return None


def _resident_mb() -> float | None:
    held = resident_bytes()
    return None if held is None else held / 2**20


WARM_UP = 20
"""Frames looked at before the clock counts: the first runs allocate."""


@dataclass(frozen=True, slots=True)
class FramePath:
    """How frames are looked at.

    Attributes:
        make_analyzer: Gives vision for frames that follow each other.
        identify: Compares an embedding with the gallery.
        make_monitor: Gives the liveness cues.
        clock: For stamps.
        rechecks: As the live view spares settled faces; None to embed every face of every frame.
    """

    make_analyzer: AnalyzerFactory
    identify: Identify
    make_monitor: MonitorFactory
    clock: Clock
    rechecks: ReuseRule | None = None


@dataclass(frozen=True, slots=True)
class FrameReport:
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
    stages: dict[str, Percentiles]
    cost: ResourceUsage
    energy_mj_per_frame: float | None
    provider: str
    resolution: str
    faces: float
    frames: int
    each_ms: tuple[float, ...]


def bench(
    look: FramePath, source: Iterable[Frame], frames: int, progress: Callable[[], None] = lambda: None
) -> FrameReport:
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
        results = [recognizer.process_frame(frame, analyzer) for frame in islice(shown, WARM_UP)]
        first_ms = (results[0].finished_ns - results[0].frame.captured_ns) / 1e6
        timings.clear()
        meter, each_ms, faces = ResourceMeter(), [], 0
        for frame in islice(shown, frames):
            result = recognizer.process_frame(frame, analyzer)
            each_ms.append((result.finished_ns - frame.captured_ns) / 1e6)
            faces += len(result.faces)
            progress()
        cost, provider = meter.cost(), analyzer.provider
    spreads = timings.spreads()
    total = spreads.pop(FrameStage.TOTAL)
    return FrameReport(
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
