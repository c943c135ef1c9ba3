"""The ports of liveness cues."""

from typing import Protocol

from app.core.faces import AnalyzedFace, Frame
from app.core.liveness import CueResult


class FaceCue(Protocol):
    """A cue on one face. Each tracked face has its own instance. Owned by one thread."""

    def observe(self, frame: Frame, face: AnalyzedFace) -> None:
        """Process a frame with new landmarks of the face.

        Args:
            frame: The frame that the face was detected in; later than the frames before.
            face: With landmarks in pixels of the frame; its embedding may be None.
        """
        ...

    def skip_frame(self) -> None:
        """Count a frame without new landmarks: landmark flow moved the face."""
        ...

    def result(self) -> CueResult:
        """The verdict on the frames so far."""
        ...


class SourceCue(Protocol):
    """A cue on all frames of a source, whichever faces are in them. Owned by one thread."""

    def observe(self, frame: Frame) -> None:
        """Process a frame."""
        ...

    def result(self) -> CueResult:
        """The verdict on the frames so far."""
        ...


class FrameStride:
    """Selects every n-th frame for processing, beginning with the first.

    If the frame whose turn it is has no new landmarks, the next one that has is selected.

    Args:
        every: n, at least 1.
    """

    def __init__(self, every: int) -> None:
        self._every = every
        self._since = every - 1

    def skip(self) -> None:
        """Count a frame that cannot be processed."""
        self._since += 1

    def is_due(self) -> bool:
        """Count a frame, and return whether to process it."""
        self._since += 1
        if self._since < self._every:
            return False
        self._since = 0
        return True
