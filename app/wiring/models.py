"""The models and what looks at pictures with them."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.core import paths
from app.core.settings.model import Settings
from app.core.settings.sections import LivenessSettings
from app.vision.engine.session import open_session
from app.vision.engine.tuning_cache import TunedEngines, TuningCache
from app.vision.factory import VisionFactory
from app.vision.liveness.network import LivenessNetwork
from app.vision.manifest import EmbedderRow, Manifest

if TYPE_CHECKING:
    from app.evaluation.benchmarks.peers import UnmodifiedPipeline
    from app.services.system.tuning import TuningService


class Models:
    """What the manifest offers, run as this machine runs it fastest.

    Args:
        settings: Tells the settings as they are now.
    """

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings

    @cached_property
    def manifest(self) -> Manifest:
        """The models' contracts."""
        return Manifest(paths.models_dir())

    @cached_property
    def embedder_row(self) -> EmbedderRow:
        """The contract of the embedder in use. Another one needs another start of the program."""
        return self.manifest.embedder(self._settings().recognition.model)

    @cached_property
    def tuning(self) -> "TuningService":
        """What runs fastest here."""
        from app.services.system.tuning import TuningService

        return TuningService(self.manifest, self._settings().recognition.model, self.vision_with, self.engine_choices)

    @cached_property
    def engine_choices(self) -> TuningCache:
        """Where the tuner's choices are kept."""
        models = tuple(row.sha256 for row in self.manifest.rows)
        return TuningCache(paths.cache_dir() / "engines.json", models)

    @property
    def vision(self) -> VisionFactory:
        """Gives the parts that look at pictures, as the settings and the tuner's choices are now."""
        return self.vision_with(self.engine_choices.load())

    def vision_with(self, choices: TunedEngines | None) -> VisionFactory:
        """The same with other choices of the tuner; None for the reference."""
        settings = self._settings()
        return VisionFactory(self.manifest, settings.recognition, settings.quality, choices)

    def plain(self, network: bytes) -> "Callable[[], UnmodifiedPipeline]":
        """MediaPipe as it comes, and a network as it was exported, for comparing.

        Args:
            network: The ONNX file.
        """
        from app.evaluation.benchmarks.peers import UnmodifiedPipeline

        maker = self.vision_with(None)
        engine = maker.engine_for("unrewritten")
        return lambda: UnmodifiedPipeline(
            maker.video_detector(direct=False), open_session(network, "unrewritten", engine)
        )

    def liveness_networks(self, settings: LivenessSettings) -> list[LivenessNetwork]:
        """The networks that were plugged in; to be closed by whoever asks."""
        return self.vision.liveness_networks(Path(settings.networks).expanduser()) if settings.networks else []
