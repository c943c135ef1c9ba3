"""Models, and the parts of vision that run them."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.core import paths
from app.core.settings.model import Settings
from app.core.settings.sections import LivenessSettings
from app.services.access.permissions import ADMINISTRATOR
from app.vision.engine.session import open_session
from app.vision.engine.tuning_cache import TunedEngines, TuningCache
from app.vision.factory import VisionFactory
from app.vision.liveness.network import LivenessNetwork
from app.vision.manifest import EmbedderRow, Manifest

if TYPE_CHECKING:
    from app.evaluation.benchmarks.peers import UnmodifiedPipeline
    from app.services.system.tuning import TuningService


class Models:
    """Models of the manifest, on the engines chosen by the tuning.

    Args:
        settings: Returns the settings in force.
    """

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings

    @cached_property
    def manifest(self) -> Manifest:
        """The model manifest."""
        return Manifest(paths.models_dir())

    @cached_property
    def embedder_row(self) -> EmbedderRow:
        """Manifest row of the embedder in use. Another embedder needs a restart of the program."""
        return self.manifest.embedder(self._settings().recognition.model)

    @cached_property
    def tuning(self) -> "TuningService":
        """Measures the engines of this machine."""
        from app.services.system.tuning import TuningService

        return TuningService(
            ADMINISTRATOR, self.manifest, self._settings().recognition.model, self.vision_with, self.engine_choices
        )

    @cached_property
    def engine_choices(self) -> TuningCache:
        """File that stores the choices of the tuning."""
        models = tuple(row.sha256 for row in self.manifest.rows)
        return TuningCache(paths.cache_dir() / "engines.json", models)

    @property
    def vision(self) -> VisionFactory:
        """Makes parts of vision by the settings in force and the stored choices of the tuning."""
        return self.vision_with(self.engine_choices.load())

    def vision_with(self, choices: TunedEngines | None) -> VisionFactory:
        """Return a maker of vision parts by other choices of the tuning; None for the reference engine."""
        settings = self._settings()
        return VisionFactory(self.manifest, settings.recognition, settings.quality, choices)

    def plain(self, network: bytes) -> "Callable[[], UnmodifiedPipeline]":
        """Return a function that makes an unoptimised pipeline for comparison: MediaPipe's graph and the given network.

        Args:
            network: Content of the ONNX file.
        """
        from app.evaluation.benchmarks.peers import UnmodifiedPipeline

        maker = self.vision_with(None)
        engine = maker.engine_for("unrewritten")
        return lambda: UnmodifiedPipeline(
            maker.video_detector(direct=False), open_session(network, "unrewritten", engine)
        )

    def liveness_networks(self, settings: LivenessSettings) -> list[LivenessNetwork]:
        """Return the shipped liveness network, if it is wanted, and those of the folder in the settings.

        Raises:
            ModelError: One of the networks cannot be used.
        """
        vision = self.vision
        shipped = vision.liveness_networks(self.manifest) if settings.shipped_network else []
        added = vision.liveness_networks(Manifest(Path(settings.networks).expanduser())) if settings.networks else []
        return shipped + added
