"""What a cue is."""

from typing import Protocol

from app.core.faces import AnalyzedFace, Frame
from app.core.liveness import CueResult


class FaceCue(Protocol):
    """Watches one face. Made anew for every face, and thrown away when it goes. Owned by one thread."""

    def observe(self, frame: Frame, face: AnalyzedFace) -> None:
        """Take in one frame, in which this is the face."""
        ...

    def passed(self) -> None:
        """Count one frame in which the face was only followed: its landmarks are not new, so nothing is to be seen."""
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


class FrameStride:
    """Tells in which frames to look: the first, and then one of so many, or the first after that in which one can.

    Args:
        every: How many.
    """

    def __init__(self, every: int) -> None:
        self._every = every
        self._since = every - 1

    def passed(self) -> None:
        """Count a frame in which one cannot look."""
        self._since += 1

    def is_due(self) -> bool:
        """Count a frame, and say whether to look at it."""
        self._since += 1
        if self._since < self._every:
            return False
        self._since = 0
        return True
