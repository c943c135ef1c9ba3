"""A liveness network that always passes, so that the other cues decide."""

from app.core.faces import AnalyzedFace, Frame
from app.core.liveness import NETWORK_CUE_PREFIX, CueResult, LivenessVerdict

PASSED_NETWORK = CueResult(f"{NETWORK_CUE_PREFIX}fake", LivenessVerdict.PASSED)


class PassedNetworkCue:
    """Cue of that network."""

    def observe(self, frame: Frame, face: AnalyzedFace) -> None:
        """See `FaceCue.observe`."""

    def skip_frame(self) -> None:
        """See `FaceCue.skip_frame`."""

    def result(self) -> CueResult:
        """Return the passed verdict."""
        return PASSED_NETWORK
