"""Measure the inference engines of this machine and store the fastest."""

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
from app.services.access.permissions import Access, Service, open_to_all
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
"""Minimum cosine similarity of an engine's embeddings and the CPU's."""

REQUIRED_LANDMARKS = 0.99
"""Minimum agreement of landmarks: they may differ by 1 % of the distance between the eyes."""

_ROUNDS, _SHORT_ROUNDS = 60, 12
_FRAMES, _SHORT_FRAMES = 60, 15
_CLEARLY = 0.95
_STEP_NS = 33_000_000


@dataclass(frozen=True, slots=True)
class LandmarkTrial:
    """Comparison of MediaPipe's graph with its networks run directly, on the same frames.

    Attributes:
        mediapipe_ms: Median time of a frame with the graph, in milliseconds.
        direct_ms: Median time of a frame with the networks alone, in milliseconds.
        agreement: 1 minus the landmark distance as a share of the distance between the eyes.
        chosen: Whether the networks alone agree and are clearly faster.
    """

    mediapipe_ms: float
    direct_ms: float
    agreement: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class TuningReport:
    """Result of a tuning.

    Attributes:
        trials: Trials of each network on each engine.
        chosen: The chosen engine, by network.
        landmarks: Comparison of MediaPipe's graph with its networks alone.
    """

    trials: tuple[Trial, ...]
    chosen: dict[str, Engine]
    landmarks: LandmarkTrial


class TuningService(Service):
    """Measures the engines on the shipped portraits.

    Args:
        access: Decides what the current session may do.
        manifest: The model manifest.
        model: Manifest name of the embedder in use.
        maker: Makes the parts of vision for given engine choices.
        choices: File that stores the choices.
    """

    def __init__(
        self,
        access: Access,
        manifest: Manifest,
        model: str,
        maker: Callable[[TunedEngines | None], VisionFactory],
        choices: TuningCache,
    ) -> None:
        super().__init__(access)
        self._manifest = manifest
        self._model = model
        self._maker = maker
        self._choices = choices

    @open_to_all
    def tune(self, *, short: bool = False, progress: Callable[[Trial], None] = lambda _: None) -> TuningReport:
        """Measure all available engines and store the fastest.

        Args:
            short: Measure for about two seconds only, with less certainty.
            progress: Called after each trial; an exception it raises ends the tuning, and nothing is stored.

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
        self._choices.save(TunedEngines(chosen, landmarks.chosen))
        return TuningReport(tuple(trials), chosen, landmarks)

    def _subjects(self) -> Iterator[Subject]:
        maker = self._maker(None)
        detector = maker.picture_detector(direct=True)
        pictures = _portraits()
        faces = [detector.detect(Frame(1, picture, 0), 1)[0] for picture in pictures]
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
    """Detect faces in repeated frames of a still picture.

    Returns:
        The faces of the last frame, and the median time of a frame in milliseconds.
    """
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
