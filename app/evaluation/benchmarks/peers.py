"""Comparison with other programs on the same frames in the same run, each in its own process."""

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter_ns

import numpy as np

from app.core.faces import Frame
from app.core.paths import resources_dir
from app.vision.alignment import align
from app.vision.detectors.base import FaceDetector
from app.vision.engine.session import Network

log = logging.getLogger(__name__)

_TIMEOUT_S = 300.0


@dataclass(frozen=True, slots=True)
class PeerReport:
    """Timings of another program.

    Attributes:
        name: Name of the program.
        frame_p50_ms: Median time of a frame; None if the program was not run.
        frame_p95_ms: 95th percentile; None likewise.
        faces: Mean number of faces in a frame; None likewise.
        ratio: Median over our median; None likewise.
        missing: Reason why it was not run.
    """

    name: str
    frame_p50_ms: float | None
    frame_p95_ms: float | None
    faces: float | None
    ratio: float | None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class PeerInstallations:
    """Where the other programs are installed.

    Attributes:
        python: Python interpreter with `face_recognition`; by default our own.
        node_folder: Folder in which npm installed `@vladmandic/human`; by default the current one.
    """

    python: Path = Path(sys.executable)
    node_folder: Path = Path()


def compare_peers(
    frames: Sequence[Frame],
    ours_ms: float,
    installations: PeerInstallations,
    unmodified: Callable[[], "UnmodifiedPipeline"] | None,
) -> Iterator[PeerReport]:
    """Run each installed program on the same frames.

    Args:
        frames: Frames of one size.
        ours_ms: Our median time from the same run.
        installations: Where the programs are installed.
        unmodified: Makes MediaPipe with the unrewritten network; None without that network.

    Yields:
        One report a program, also for programs that are missing.
    """
    if unmodified is None:
        yield PeerReport("plain", None, None, None, None, "no unrewritten network was given (--unrewritten)")
    else:
        yield _time_unmodified(frames, ours_ms, unmodified())
    with tempfile.TemporaryDirectory(prefix="facelatch-peers-") as directory:
        array, raw = Path(directory, "frames.npy"), Path(directory, "frames.rgb")
        pictures = np.stack([frame.image for frame in frames])
        np.save(array, pictures)
        raw.write_bytes(pictures.tobytes())
        peers = resources_dir() / "peers"
        python = [str(installations.python), str(peers / "face_recognition_peer.py"), str(array)]
        yield _report("face_recognition (dlib)", _run(python, None), ours_ms)
        sizes = [str(size) for size in pictures.shape[:3]]
        node = ["node", str((peers / "human_peer.cjs").resolve()), str(raw), *sizes]
        yield _report("@vladmandic/human", _run(node, installations.node_folder), ours_ms)


@dataclass(frozen=True, slots=True)
class UnmodifiedPipeline:
    """MediaPipe's own task with the network as it was exported.

    Attributes:
        detector: For consecutive frames; closed after it was timed.
        network: Takes (n, 3, 112, 112) float32, RGB, `(value - 127.5) / 128`.
    """

    detector: FaceDetector
    network: Network

    def analyze(self, frame: Frame) -> int:
        """Detect and embed every face of a frame.

        Returns:
            The number of faces.
        """
        faces = self.detector.detect(frame)
        for face in faces:
            aligned = align(frame.image, face).image
            values = (np.ascontiguousarray(aligned.transpose(2, 0, 1)[np.newaxis], np.float32) - 127.5) / 128
            self.network.run(values)
        return len(faces)


def _time_unmodified(frames: Sequence[Frame], ours_ms: float, unmodified: UnmodifiedPipeline) -> PeerReport:
    times, faces = [], 0
    try:
        unmodified.analyze(frames[0])
        for frame in frames:
            start = perf_counter_ns()
            faces += unmodified.analyze(frame)
            times.append((perf_counter_ns() - start) / 1e6)
    finally:
        unmodified.detector.close()
    return _report("plain MediaPipe and the unrewritten network", (times, faces / len(frames)), ours_ms)


def _run(command: list[str], folder: Path | None) -> tuple[list[float], float] | str:
    """Return the milliseconds of each frame and the mean number of faces, or the reason for a failure."""
    try:
        done = subprocess.run(  # noqa: S603 - our own script, by an interpreter that the user names
            command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
        answer = json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired, ValueError, IndexError) as error:
        return str(error)
    if answer is None:
        log.debug("%s: %s", command[0], done.stderr)
        return next((line for line in reversed(done.stderr.splitlines()) if "Error" in line), "it is not installed")
    return answer["each_ms"], answer["faces"]


def _report(name: str, outcome: tuple[list[float], float] | str, ours_ms: float) -> PeerReport:
    if isinstance(outcome, str):
        return PeerReport(name, None, None, None, None, outcome)
    times, faces = outcome
    p50, p95 = np.percentile(times, [50, 95])
    return PeerReport(name, float(p50), float(p95), faces, float(p50) / ours_ms)
