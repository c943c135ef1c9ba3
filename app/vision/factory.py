"""Creates detectors, embedders and analyzers from the settings, the model files and the tuning results."""

import os
from collections.abc import Mapping

from app.core.settings.sections import LandmarkEngine, QualitySettings, RecognitionSettings
from app.vision.analysis import FaceAnalyzer
from app.vision.detectors.base import MAX_FACES, FaceDetector
from app.vision.detectors.blazeface import FIXED_SIZES, BlazeFace
from app.vision.detectors.direct import DirectVideoDetector
from app.vision.detectors.face_mesh import BlendshapeNetwork, FaceMesh
from app.vision.detectors.mediapipe_graph import MediaPipeLandmarker, VideoFaceDetector
from app.vision.detectors.multi_scale import MultiScaleSearch
from app.vision.detectors.pictures import PictureFaceDetector
from app.vision.embedding import Embedder
from app.vision.engine.engines import Engine
from app.vision.engine.session import Network, open_session
from app.vision.engine.tuning_cache import TunedEngines
from app.vision.liveness.network import LivenessNetwork
from app.vision.manifest import Manifest
from app.vision.tracking import FaceTracker


class VisionFactory:
    """Creates vision objects; each belongs to the thread that asks for it.

    Args:
        manifest: The models' contracts and files.
        recognition: Settings of detection, embedding and matching.
        quality: The quality a face needs to be judged.
        tuned: The engines that tuning found; None without tuning.
    """

    def __init__(
        self,
        manifest: Manifest,
        recognition: RecognitionSettings,
        quality: QualitySettings,
        tuned: TunedEngines | None,
    ) -> None:
        self._manifest = manifest
        self._recognition = recognition
        self._quality = quality
        self._tuned = tuned

    @property
    def direct(self) -> bool:
        """Whether MediaPipe's networks run without its graph."""
        asked = self._recognition.landmarks
        measured = self._tuned is not None and self._tuned.direct
        return asked is LandmarkEngine.DIRECT or (asked is LandmarkEngine.AUTOMATIC and measured)

    def video_analyzer(self) -> FaceAnalyzer:
        """An analyzer for consecutive frames, which numbers faces."""
        embedder = self.embedder()  # before the detector, which would have to be closed if this raised
        detector = self.video_detector(direct=self.direct)
        analyzer = FaceAnalyzer(detector, embedder, self._quality, FaceTracker().update)
        analyzer.set_budget(self._recognition.compute_budget)
        return analyzer

    def picture_analyzer(self, *, embed_all: bool = False) -> FaceAnalyzer:
        """An analyzer for single pictures.

        Args:
            embed_all: Whether to embed faces of any quality.
        """
        embedder = self.embedder()  # before the detector, as above
        return FaceAnalyzer(self.picture_detector(direct=self.direct), embedder, self._quality, embed_all=embed_all)

    def embedder(self) -> Embedder:
        """The embedding network in use."""
        row = self._manifest.embedder(self._recognition.model)
        network = open_session(self._manifest.load(row), row.name, self.engine_for(row.name))
        return Embedder(network, row, flip=self._recognition.compute_budget.flip)

    def video_detector(self, *, direct: bool) -> FaceDetector:
        """A detector for consecutive frames.

        Args:
            direct: Whether to run MediaPipe's networks without its graph.
        """
        most = self._recognition.compute_budget.faces
        if not direct:
            return VideoFaceDetector(self._landmarker_task(), most)
        mesh = FaceMesh(self._network("face_mesh"))
        return DirectVideoDetector(self._finder(), mesh, BlendshapeNetwork(self._network("face_blendshapes")), most)

    def picture_detector(self, *, direct: bool) -> PictureFaceDetector:
        """A detector for single pictures.

        Args:
            direct: Whether to run MediaPipe's networks without its graph, also for faces that the graph finds.
        """
        search, mesh = MultiScaleSearch(self._network("face_detector")), FaceMesh(self._network("face_mesh"))
        graph = None if direct else MediaPipeLandmarker(self._landmarker_task(), MAX_FACES, video=False)
        return PictureFaceDetector(self._finder(), search, mesh, graph)

    def liveness_networks(self, manifest: Manifest) -> list[LivenessNetwork]:
        """The liveness networks of a manifest.

        Args:
            manifest: The one that ships, or one that the user supplies.

        Raises:
            ModelError: One of the networks cannot be used.
        """
        rows = manifest.liveness()
        return [
            LivenessNetwork(open_session(manifest.load(row), row.name, self.engine_for(row.name)), row) for row in rows
        ]

    def engine_for(self, network: str) -> Engine:
        """The engine of a network: the CPU with the configured threads, else the tuned engine, else two threads.

        Args:
            network: Its name in the manifest.
        """
        if self._recognition.requested_threads:
            return Engine(threads=self._recognition.requested_threads)
        measured = self._tuned.engines.get(network) if self._tuned else None
        return measured or Engine(threads=min(2, os.cpu_count() or 1))

    def _finder(self) -> BlazeFace:
        return BlazeFace(self._network("face_detector", FIXED_SIZES))

    def _network(self, name: str, sizes: Mapping[str, int] | None = None) -> Network:
        # Of the three networks only the mesh is tuned: it takes nine tenths of their time.
        content = self._manifest.load(self._manifest.network(name))
        return open_session(content, name, self.engine_for("face_mesh"), sizes)

    def _landmarker_task(self) -> bytes:
        return self._manifest.load(self._manifest.landmarker())
