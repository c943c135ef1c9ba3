"""Others on the same frames, in the same run: each in a process of its own, with whatever has it installed."""

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

_LONGEST_S = 300.0


@dataclass(frozen=True, slots=True)
class PeerReport:
    """How long another takes for the same frames.

    Attributes:
        name: Whose.
        frame_p50_ms: Median of a frame; None where it could not be run.
        frame_p95_ms: 95th percentile; likewise.
        faces: Mean number of faces in a frame; likewise.
        ratio: How many times as long as ours; likewise.
        missing: Why it was not run.
    """

    name: str
    frame_p50_ms: float | None
    frame_p95_ms: float | None
    faces: float | None
    ratio: float | None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class PeerInstallations:
    """Where others are installed.

    Attributes:
        python: The Python that has `face_recognition`; by default our own.
        node_folder: The folder in which npm installed `@vladmandic/human`; by default the current one.
    """

    python: Path = Path(sys.executable)
    node_folder: Path = Path()


def compare(
    frames: Sequence[Frame], ours_ms: float, places: PeerInstallations, plain: Callable[[], "UnmodifiedPipeline"] | None
) -> Iterator[PeerReport]:
    """Run whoever is there on the same frames.

    Args:
        frames: Of one size.
        ours_ms: Our median, from the same run.
        places: Where others are.
        plain: Makes MediaPipe with the unrewritten network; None where there is no such network.
    """
    if plain is None:
        yield PeerReport("plain", None, None, None, None, "no unrewritten network was given (--unrewritten)")
    else:
        yield _plain(frames, ours_ms, plain())
    with tempfile.TemporaryDirectory(prefix="facelatch-peers-") as directory:
        array, raw = Path(directory, "frames.npy"), Path(directory, "frames.rgb")
        pictures = np.stack([frame.image for frame in frames])
        np.save(array, pictures)
        raw.write_bytes(pictures.tobytes())
        peers = resources_dir() / "peers"
        python = [str(places.python), str(peers / "face_recognition_peer.py"), str(array)]
        yield _report("face_recognition (dlib)", _run(python, None), ours_ms)
        sizes = [str(size) for size in pictures.shape[:3]]
        node = ["node", str((peers / "human_peer.cjs").resolve()), str(raw), *sizes]
        yield _report("@vladmandic/human", _run(node, places.node_folder), ours_ms)


@dataclass(frozen=True, slots=True)
class UnmodifiedPipeline:
    """MediaPipe as it comes, and the network as it was exported.

    Attributes:
        detector: For frames that follow each other; closed when it was timed.
        network: Takes (n, 3, 112, 112) float32, RGB, `(value - 127.5) / 128`.
    """

    detector: FaceDetector
    network: Network

    def look(self, frame: Frame) -> int:
        """Find and embed every face.

        Returns:
            How many there were.
        """
        faces = self.detector.detect(frame)
        for face in faces:
            aligned = align(frame.image, face).image
            values = (np.ascontiguousarray(aligned.transpose(2, 0, 1)[np.newaxis], np.float32) - 127.5) / 128
            self.network.run(values)
        return len(faces)


def _plain(frames: Sequence[Frame], ours_ms: float, plain: UnmodifiedPipeline) -> PeerReport:
    times, faces = [], 0
    try:
        plain.look(frames[0])
        for frame in frames:
            start = perf_counter_ns()
            faces += plain.look(frame)
            times.append((perf_counter_ns() - start) / 1e6)
    finally:
        plain.detector.close()
    return _report("plain MediaPipe and the unrewritten network", (times, faces / len(frames)), ours_ms)


def _run(command: list[str], folder: Path | None) -> tuple[list[float], float] | str:
    """Milliseconds of each frame and the mean number of faces; or why there are none."""
    try:
        done = subprocess.run(  # noqa: S603 - our own script, by an interpreter that the user names
            command, cwd=folder, capture_output=True, text=True, timeout=_LONGEST_S, check=False
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
