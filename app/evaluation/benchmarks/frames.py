"""Frame benchmark: time of each stage of the recognition pipeline, and the resources used."""

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
from app.pipeline.recognizer import Recognizer
from app.pipeline.timings import FrameStage, Percentiles, Timings

_POWERCAP = Path("/sys/class/powercap")


@dataclass(frozen=True, slots=True)
class ResourceUsage:
    """Resources used during a measurement.

    Attributes:
        memory_mb: Resident memory at its end in MiB; None where the system does not report it.
        memory_growth_mb: Growth of resident memory in MiB; None likewise.
        cpu_cores: Mean number of CPU cores used.
        energy_mj: Energy used by the processor package, by all processes, in millijoules; None without a readable
            counter.
    """

    memory_mb: float | None
    memory_growth_mb: float | None
    cpu_cores: float
    energy_mj: float | None


class ResourceMeter:
    """Measures resources from its creation on.

    Args:
        powercap: Directory in which Linux exposes the energy counters of the processor (RAPL).
    """

    def __init__(self, powercap: Path = _POWERCAP) -> None:
        self._counters = sorted(powercap.glob("intel-rapl:[0-9]*/energy_uj"))
        self._energy = self._read()
        self._memory = _resident_mb()
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def cost(self) -> ResourceUsage:
        """Return the usage since creation."""
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
        """Energy counters in microjoules by package; None without counters, or if only root may read them."""
        try:
            return [int(counter.read_text("ascii")) for counter in self._counters] or None
        except OSError:
            return None


def _resident_mb() -> float | None:
    resident = resident_bytes()
    return None if resident is None else resident / 2**20


WARM_UP = 20
"""Frames analysed before timing begins: the first runs allocate memory."""


@dataclass(frozen=True, slots=True)
class FramePath:
    """Parts of the pipeline that a benchmark runs.

    Attributes:
        make_analyzer: Makes vision for consecutive frames.
        identify: Searches an embedding in the gallery.
        make_monitor: Makes the monitor of liveness cues.
        clock: Clock for timestamps.
        reuse: Rule of the live view for reusing embeddings of settled tracks; None embeds every face of every frame.
    """

    make_analyzer: AnalyzerFactory
    identify: Identify
    make_monitor: MonitorFactory
    clock: Clock
    reuse: ReuseRule | None = None


@dataclass(frozen=True, slots=True)
class FrameReport:
    """Timings of frames; field names are the keys of the JSON output.

    Attributes:
        frame_p50_ms: Median time of all stages of a frame together, without waiting for the camera.
        frame_p95_ms: 95th percentile.
        frame_p99_ms: 99th percentile.
        load_ms: Time to make the analyzer: models read, verified and opened.
        first_ms: Time of the first frame.
        stages: Times by stage.
        cost: Resources used.
        energy_mj_per_frame: None without a readable counter.
        provider: Execution provider of the embedder.
        resolution: Size of the frames, "width×height".
        faces: Mean number of faces in a frame.
        frames: Frames timed.
        each_ms: Time of every frame.
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


def time_frames(
    path: FramePath, source: Iterable[Frame], frames: int, progress: Callable[[], None] = lambda: None
) -> FrameReport:
    """Analyse frames one after the other, as fast as they can be read, and time each stage.

    Args:
        path: Parts of the pipeline.
        source: At least `WARM_UP` frames more than are timed.
        frames: Frames to time, at least 1.
        progress: Called after each timed frame.

    Raises:
        CameraError: The source gives no frames.
    """
    timings = Timings(window=frames)
    recognizer = Recognizer(path.identify, timings, path.clock, make_monitor=path.make_monitor, reuse=path.reuse)
    began = perf_counter_ns()
    with closing(path.make_analyzer()) as analyzer:
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


def read_endlessly(camera: CameraSettings, clock: Clock) -> Generator[Frame]:
    """Yield frames without end, as fast as they can be read; a file is read again from its start.

    Args:
        camera: Names the source.
        clock: Clock for timestamps.

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


def replay_frames(pictures: list[Frame], clock: Clock) -> Generator[Frame]:
    """Yield the same pictures without end, with new numbers and timestamps.

    Args:
        pictures: At least one frame.
        clock: Clock for timestamps.
    """
    number = 0
    while True:
        for frame in pictures:
            number += 1
            yield Frame(number, frame.image, clock.monotonic_ns())
