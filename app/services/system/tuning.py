"""Finds out what runs fastest on this machine, and remembers it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter_ns

import numpy as np
from numpy.typing import NDArray

from app.camera.picture_file import read_picture
from app.camera.portraits import load_portraits
from app.core.faces import Face, Frame, Image
from app.core.paths import resources_dir
from app.vision.alignment import align
from app.vision.detectors.base import FaceDetector
from app.vision.detectors.face_mesh import SIDE as MESH_SIDE
from app.vision.detectors.region import region_of_landmarks
from app.vision.engine.engines import Engine, engines
from app.vision.engine.tuning import Subject, Trial, fastest, landmark_agreement, min_cosine, try_engines
from app.vision.engine.tuning_cache import TunedEngines, TuningCache
from app.vision.factory import VisionFactory
from app.vision.manifest import Manifest

REQUIRED_COSINE = 0.999
"""Between an engine's embeddings and the CPU's."""

REQUIRED_LANDMARKS = 0.99
"""Landmarks may be apart by a hundredth of the distance between the eyes."""

_ROUNDS, _SHORT_ROUNDS = 60, 12
_FRAMES, _SHORT_FRAMES = 60, 15
_CLEARLY = 0.95
_STEP_NS = 33_000_000


@dataclass(frozen=True, slots=True)
class LandmarkTrial:
    """MediaPipe against its networks alone, on the same frames.

    Attributes:
        mediapipe_ms: Median of a frame.
        direct_ms: The same, without MediaPipe.
        agreement: 1 less the distance of the landmarks, as a share of the distance between the eyes.
        chosen: Whether the networks alone are equal and clearly faster.
    """

    mediapipe_ms: float
    direct_ms: float
    agreement: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class TuningReport:
    """What was found.

    Attributes:
        trials: Of every network on every engine.
        chosen: The engine to be used, by network.
        landmarks: MediaPipe against its networks alone.
    """

    trials: tuple[Trial, ...]
    chosen: dict[str, Engine]
    landmarks: LandmarkTrial


class TuningService:
    """Measures the engines on the portraits that ship.

    Args:
        manifest: The models.
        model: The embedder in use.
        maker: Makes vision's parts, given what was measured so far.
        kept: Where what was found is kept.
    """

    def __init__(
        self, manifest: Manifest, model: str, maker: Callable[[TunedEngines | None], VisionFactory], kept: TuningCache
    ) -> None:
        self._manifest = manifest
        self._model = model
        self._maker = maker
        self._kept = kept

    def tune(self, *, short: bool = False, progress: Callable[[Trial], None] = lambda _: None) -> TuningReport:
        """Measure every engine there is, and keep what is found.

        Args:
            short: Within about two seconds, at the cost of certainty.
            progress: Called after each network and engine; what it raises ends the measuring, and nothing is kept.

        Raises:
            ModelError: A model cannot be used.
        """
        trials: list[Trial] = []
        for subject in self._subjects():
            for trial in try_engines(subject, engines(_cores()), _SHORT_ROUNDS if short else _ROUNDS):
                trials.append(trial)
                progress(trial)
        networks = dict.fromkeys(trial.network for trial in trials)
        winners = {name: fastest([trial for trial in trials if trial.network == name]) for name in networks}
        chosen = {name: trial.engine for name, trial in winners.items() if trial is not None}
        landmarks = self._compare_landmarks(chosen, _SHORT_FRAMES if short else _FRAMES)
        self._kept.save(TunedEngines(chosen, landmarks.chosen))
        return TuningReport(tuple(trials), chosen, landmarks)

    def _subjects(self) -> Iterator[Subject]:
        maker = self._maker(None)
        finder = maker.face_finder(direct=True)
        pictures = _portraits()
        faces = [finder.find(picture)[0] for picture in pictures]
        row = self._manifest.embedder(self._model)
        embedder = maker.embedder()
        crops = np.stack([align(p, f, embedder.side).image for p, f in zip(pictures, faces, strict=True)])
        yield Subject(row.name, self._manifest.load(row), embedder.prepare(crops), min_cosine, REQUIRED_COSINE)
        mesh = self._manifest.network("face_mesh")
        yield Subject(
            mesh.name, self._manifest.load(mesh), _mesh_crops(pictures, faces), landmark_agreement, REQUIRED_LANDMARKS
        )

    def _compare_landmarks(self, chosen: dict[str, Engine], frames: int) -> LandmarkTrial:
        maker = self._maker(TunedEngines(chosen, direct=True))
        picture = _portraits()[0]
        references, mediapipe_ms = _follow(maker.video_detector(direct=False), picture, frames)
        faces, direct_ms = _follow(maker.video_detector(direct=True), picture, frames)
        agreement = _agreement(references, faces)
        equal = agreement >= REQUIRED_LANDMARKS
        return LandmarkTrial(mediapipe_ms, direct_ms, agreement, equal and direct_ms < mediapipe_ms * _CLEARLY)


def _follow(detector: FaceDetector, picture: Image, frames: int) -> tuple[list[Face], float]:
    """The faces of the last of some frames of a still picture, and the median time of one in milliseconds."""
    times: list[int] = []
    faces: list[Face] = []
    try:
        for number in range(1, frames + 1):
            start = perf_counter_ns()
            faces = detector.detect(Frame(number, picture, number * _STEP_NS))
            times.append(perf_counter_ns() - start)
    finally:
        detector.close()
    return faces, float(np.median(times[len(times) // 3 :])) / 1e6


def _agreement(references: list[Face], faces: list[Face]) -> float:
    if len(references) != 1 or len(faces) != 1:
        return 0.0
    one, other = ([face.landmarks.reshape(1, 1, 1, -1)] for face in (references[0], faces[0]))
    return landmark_agreement(one, other)


def _mesh_crops(pictures: list[Image], faces: list[Face]) -> NDArray[np.uint8]:
    crops = np.empty((len(pictures), MESH_SIDE, MESH_SIDE, 3), np.uint8)
    for picture, face, crop in zip(pictures, faces, crops, strict=True):
        region_of_landmarks(face.landmarks).crop(picture, crop)
    return crops


def _portraits() -> list[Image]:
    return [read_picture(portrait.path) for portrait in load_portraits(resources_dir() / "portraits")]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
