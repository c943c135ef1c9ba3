"""What the frame path asks of vision, of the gallery and of liveness."""

from collections.abc import Callable, Sequence
from typing import Protocol

from app.core.faces import AlignedFace, AnalyzedFace, Embedding, Face, Frame, Quality
from app.core.liveness import LightStimulus, LivenessPolicy, LivenessResult, fuse_cues
from app.core.match_decision import Match
from app.core.settings.profiles import ComputeBudget


class LandmarkFlow(Protocol):
    """Moves the faces of one detection into the frames shortly after it. See `app.vision.landmark_flow`."""

    def move(self, frame: Frame) -> list[Face] | None:
        """The faces where they are in `frame`, in the same order; None if one of them was lost."""
        ...

    def looks_similar(self, aligned: Sequence[AlignedFace]) -> bool:
        """Whether each moved face still looks like the detected one."""
        ...


class Analyzer(Protocol):
    """The vision stages. Owned by one thread."""

    @property
    def provider(self) -> str:
        """The execution provider of the embedder."""
        ...

    def set_budget(self, budget: ComputeBudget) -> None:
        """Apply a compute budget from the next frame on."""
        ...

    def detect(self, frame: Frame) -> list[Face]:
        """The faces in a frame with their landmarks, the largest first."""
        ...

    def track(self, faces: list[Face]) -> list[Face]:
        """The same faces in the same order, numbered as in the frames before."""
        ...

    def align(self, frame: Frame, faces: Sequence[Face]) -> list[AlignedFace]:
        """Each face warped to the embedder's template, in the same order.

        Args:
            frame: The frame that the faces are in.
            faces: With landmarks in pixels of the frame.

        Returns:
            Images of (side, side, 3), uint8, RGB, with the side of the embedder's input in pixels.
        """
        ...

    def assess(self, frame: Frame, faces: Sequence[Face], aligned: Sequence[AlignedFace]) -> list[Quality]:
        """The quality of each face, in the same order.

        Args:
            frame: The frame that the faces are in.
            faces: With landmarks in pixels of the frame.
            aligned: The same faces in the same order, aligned.
        """
        ...

    def embed(self, aligned: Sequence[AlignedFace]) -> list[Embedding]:
        """The embedding of each face, in the same order."""
        ...

    def start_flow(self, frame: Frame, faces: Sequence[Face], aligned: Sequence[AlignedFace]) -> LandmarkFlow:
        """A landmark flow that starts from the faces detected in this frame.

        Args:
            frame: The frame that the faces were detected in.
            faces: With landmarks in pixels of the frame.
            aligned: The same faces in the same order, aligned.
        """
        ...

    def close(self) -> None:
        """Release native objects."""
        ...


class Monitor(Protocol):
    """The liveness cues of one source. Owned by one thread."""

    def observe(self, frame: Frame, faces: Sequence[AnalyzedFace]) -> tuple[LivenessResult, ...]:
        """Feed one frame to the cues; the liveness of each face, in the same order.

        Args:
            frame: The frame that the faces were detected in.
            faces: The faces with their track ids and quality.
        """
        ...

    def skip_frame(self, frame: Frame) -> None:
        """Count a frame whose landmarks are not new."""
        ...

    def start_light_challenge(self, light: LightStimulus) -> None:
        """Check whether the faces in view reflect the colours that the screen shows."""
        ...


class NullMonitor:
    """A monitor that reports "not run" for every face (liveness disabled)."""

    def observe(self, _frame: Frame, faces: Sequence[AnalyzedFace]) -> tuple[LivenessResult, ...]:
        """See `Monitor.observe`."""
        return tuple(fuse_cues(face.face.track, LivenessPolicy.OFF, ()) for face in faces)

    def skip_frame(self, _frame: Frame) -> None:
        """See `Monitor.skip_frame`."""

    def start_light_challenge(self, _light: LightStimulus) -> None:
        """See `Monitor.start_light_challenge`."""


AnalyzerFactory = Callable[[], Analyzer]
MonitorFactory = Callable[[], Monitor]
Identify = Callable[[Embedding], Match]
