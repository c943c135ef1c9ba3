"""What the recognition's thread is made of, as it sees it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from app.core.faces import AnalyzedFace, Embedding, Frame
from app.core.liveness import LightStimulus, LivenessPolicy, LivenessResult, fuse_cues
from app.core.match_decision import Match
from app.core.settings.profiles import ComputeBudget
from app.vision.analysis import Analysis, Known, nobody


class Analyzer(Protocol):
    """What the thread asks of vision."""

    @property
    def provider(self) -> str:
        """What the embedder runs on."""
        ...

    def set_budget(self, compute_budget: ComputeBudget) -> None:
        """From the next frame on, do so much and no more."""
        ...

    def analyze(self, frame: Frame, known: Known = nobody) -> Analysis:
        """Look at one frame, and embed none of the faces that are known."""
        ...

    def follow(self, frame: Frame) -> Analysis | None:
        """Move the faces of the last frame analysed to where they are in this one; None where that is not sure."""
        ...

    def close(self) -> None:
        """Let go of native objects."""
        ...


class Monitor(Protocol):
    """What the thread asks of the liveness cues."""

    def observe(self, frame: Frame, faces: Sequence[AnalyzedFace]) -> tuple[LivenessResult, ...]:
        """Take in one frame, and say something of every face in it, in their order."""
        ...

    def follow(self, frame: Frame) -> None:
        """Take in one frame in which the faces were only followed."""
        ...

    def shine(self, light: LightStimulus) -> None:
        """Watch whether the faces in view take on the colours that the screen shows."""
        ...


class NullMonitor:
    """Looks for no liveness."""

    def observe(self, _frame: Frame, faces: Sequence[AnalyzedFace]) -> tuple[LivenessResult, ...]:
        """Not run, of every face."""
        return tuple(fuse_cues(face.face.track, LivenessPolicy.OFF, ()) for face in faces)

    def follow(self, _frame: Frame) -> None:
        """Nobody looks."""

    def shine(self, _light: LightStimulus) -> None:
        """Nobody looks."""


AnalyzerFactory = Callable[[], Analyzer]
MonitorFactory = Callable[[], Monitor]
Identify = Callable[[Embedding], Match]
