"""Makes vision's parts from their checked files, as the settings say and as was measured."""

import os
from pathlib import Path

from app.core.settings.sections import LandmarkEngine, QualitySettings, RecognitionSettings
from app.vision.analysis import FaceAnalyzer
from app.vision.detectors.base import (
    MAX_FACES,
    FaceDetector,
    FaceFinder,
    MediaPipeLandmarker,
    PictureFaceDetector,
    VideoFaceDetector,
)
from app.vision.detectors.blazeface import BlazeFace
from app.vision.detectors.direct import DirectPictureFinder, DirectVideoDetector
from app.vision.detectors.face_mesh import BlendshapeNetwork, FaceMesh
from app.vision.embedding import Embedder
from app.vision.engine.engines import Engine
from app.vision.engine.session import Network, open_session
from app.vision.engine.tuning_cache import TunedEngines
from app.vision.liveness.network import LivenessNetwork
from app.vision.manifest import Manifest
from app.vision.tracking import FaceTracker


class VisionFactory:
    """Gives new parts; each belongs to the thread that asks for it.

    Args:
        manifest: The models' contracts and files.
        recognition: How faces are detected and matched.
        quality: What is good enough.
        choices: What was measured; None where nothing was.
    """

    def __init__(
        self,
        manifest: Manifest,
        recognition: RecognitionSettings,
        quality: QualitySettings,
        choices: TunedEngines | None,
    ) -> None:
        self._manifest = manifest
        self._recognition = recognition
        self._quality = quality
        self._choices = choices

    @property
    def direct(self) -> bool:
        """Whether MediaPipe's networks are run without MediaPipe."""
        asked = self._recognition.landmarks
        measured = self._choices is not None and self._choices.direct
        return asked is LandmarkEngine.DIRECT or (asked is LandmarkEngine.AUTOMATIC and measured)

    def video_analyzer(self) -> FaceAnalyzer:
        """Vision for frames that follow each other."""
        embedder = self.embedder()  # first: MediaPipe's part would have to be closed if this one could not be made
        detector = self.video_detector(direct=self.direct)
        analyzer = FaceAnalyzer(detector, embedder, self._quality, FaceTracker().update)
        analyzer.set_budget(self._recognition.compute_budget)
        return analyzer

    def picture_analyzer(self, *, embed_all: bool = False) -> FaceAnalyzer:
        """Vision for single pictures."""
        embedder = self.embedder()  # first, as above
        detector = PictureFaceDetector(self.face_finder(direct=self.direct))
        return FaceAnalyzer(detector, embedder, self._quality, embed_all=embed_all)

    def embedder(self) -> Embedder:
        """The embedding network in use."""
        row = self._manifest.embedder(self._recognition.model)
        network = open_session(self._manifest.load(row), row.name, self.engine_for(row.name))
        return Embedder(network, row, flip=self._recognition.compute_budget.flip)

    def video_detector(self, *, direct: bool) -> FaceDetector:
        """What follows faces from frame to frame.

        Args:
            direct: Without MediaPipe.
        """
        most = self._recognition.compute_budget.faces
        if not direct:
            return VideoFaceDetector(self._landmarker_task(), most)
        finder, mesh = BlazeFace(self._network("face_detector")), FaceMesh(self._network("face_mesh"))
        return DirectVideoDetector(finder, mesh, BlendshapeNetwork(self._network("face_blendshapes")), most)

    def face_finder(self, *, direct: bool) -> FaceFinder:
        """What finds faces in single pictures.

        Args:
            direct: Without MediaPipe.
        """
        if not direct:
            return MediaPipeLandmarker(self._landmarker_task(), MAX_FACES, video=False)
        return DirectPictureFinder(
            BlazeFace(self._network("face_detector")), FaceMesh(self._network("face_mesh")), MAX_FACES
        )

    def liveness_networks(self, directory: Path) -> list[LivenessNetwork]:
        """The networks that judge whether a face is living, of a manifest of the user's own.

        Args:
            directory: Where that manifest lies.

        Raises:
            ModelError: One of them cannot be used.
        """
        manifest = Manifest(directory)
        rows = manifest.liveness()
        return [
            LivenessNetwork(open_session(manifest.load(row), row.name, self.engine_for(row.name)), row) for row in rows
        ]

    def engine_for(self, network: str) -> Engine:
        """What a network is run on: the CPU with the threads asked for, else what was measured, else two threads."""
        if self._recognition.requested_threads:
            return Engine(threads=self._recognition.requested_threads)
        measured = self._choices.engines.get(network) if self._choices else None
        return measured or Engine(threads=min(2, os.cpu_count() or 1))

    def _network(self, name: str) -> Network:
        # Only the mesh is measured of the three: it takes nine tenths of their time.
        content = self._manifest.load(self._manifest.network(name))
        return open_session(content, name, self.engine_for("face_mesh"))

    def _landmarker_task(self) -> bytes:
        return self._manifest.load(self._manifest.landmarker())
