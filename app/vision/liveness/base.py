"""What a cue is."""

from typing import Protocol

from app.core.liveness import CueResult
from app.core.types import AnalyzedFace, Frame


class FaceCue(Protocol):
    """Watches one face. Made anew for every face, and thrown away when it goes. Owned by one thread."""

    def observe(self, frame: Frame, face: AnalyzedFace) -> None:
        """Take in one frame, in which this is the face."""
        ...

    def result(self) -> CueResult:
        """What the frames so far say."""
        ...


class SourceCue(Protocol):
    """Watches all frames of a source, whoever is in them. Owned by one thread."""

    def observe(self, frame: Frame) -> None:
        """Take in one frame."""
        ...

    def result(self) -> CueResult:
        """What the frames so far say."""
        ...
