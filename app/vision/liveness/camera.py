"""Cues that look at no picture."""

from collections.abc import Callable

from app.core.liveness import CueName, CueResult, LivenessVerdict
from app.core.types import Frame

_VERDICTS = {None: LivenessVerdict.NOT_RUN, True: LivenessVerdict.FAILED, False: LivenessVerdict.PASSED}


class CameraCue:
    """Denies when a program poses as a camera.

    Args:
        is_virtual: Whether the camera is one of those; None where that is not known, or not asked.
    """

    def __init__(self, is_virtual: Callable[[], bool | None]) -> None:
        self._is_virtual = is_virtual

    def observe(self, _frame: Frame) -> None:
        """Frames tell nothing more."""

    def result(self) -> CueResult:
        """What is known now."""
        return CueResult(CueName.CAMERA, _VERDICTS[self._is_virtual()])
