"""Whether the face of the run that goes on is living, and of no other."""

from collections.abc import Callable

from app.core.liveness import LivenessVerdict
from app.flows.challenge import ChallengeFlow, ChallengeState, ChallengeStatus
from app.flows.kiosk_types import BeginChallenge, BeginRun, KioskStatus, Living
from app.pipeline.recognition import FaceResult, FrameResult


class LivenessDesk:
    """Binds what is said of living to a run of frames. Owned by one thread.

    The challenge is fed here, and not in the recognition's thread, so that none of its answers can reach a run that
    began while a frame was on its way.

    Args:
        make_challenge: Gives a new challenge.
    """

    def __init__(self, make_challenge: Callable[[], ChallengeFlow]) -> None:
        self._make_challenge = make_challenge
        self._flow: ChallengeFlow | None = None
        self._run = 0

    @property
    def challenge(self) -> ChallengeStatus | None:
        """Where the challenge stands; None while there is none."""
        return self._flow.status if self._flow else None

    def begin(self, effect: BeginRun | BeginChallenge) -> None:
        """A new run has begun, which voids a challenge; or a challenge has."""
        self._run = effect.run
        self._flow = self._make_challenge() if isinstance(effect, BeginChallenge) else None

    def look(self, result: FrameResult, status: KioskStatus) -> Living | None:
        """What is said of the face that is followed.

        Args:
            result: The frame, which the machine has not seen yet.
            status: Of the machine, before it sees the frame.
        """
        if status.run == 0:
            self._flow = None
            return None
        face = next((face for face in result.faces if face.analyzed.face.track == status.track), None)
        if face is None:
            return None
        return Living(status.run, self._verdict(face, status.run, result.frame.captured_ns))

    def _verdict(self, face: FaceResult, run: int, now_ns: int) -> LivenessVerdict:
        if self._flow is None or self._run != run:
            return face.liveness.verdict
        status = self._flow.observe([face.analyzed], now_ns)
        if status.state is ChallengeState.GIVEN_UP:
            # It never came to anything, which is nobody's failure: ask again, as long as the machine waits.
            self._flow = self._make_challenge()
        return face.liveness.with_cues(status.result).verdict
