"""Whether the face of the run that goes on is living, and of no other."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.liveness import LightStimulus, LivenessResult
from app.flows.kiosk.types import BeginChallenge, BeginRun, KioskStatus, LivenessStatus
from app.flows.liveness.challenge import ChallengeFlow, ChallengeStatus
from app.flows.liveness.light_sequence import LightSequence
from app.pipeline.results import FaceResult, FrameResult


@dataclass(frozen=True, slots=True)
class ChallengeProvider:
    """What a face is asked for.

    Attributes:
        movements: Gives a new challenge; None where faces are only watched.
        light: Draws colours for the screen, the first of them to be shown at a monotonic time; None where there are
            none.
        shine: Has the cues watch whether the faces in view take them on.
    """

    movements: Callable[[], ChallengeFlow] | None = None
    light: Callable[[int], LightSequence] | None = None
    shine: Callable[[LightStimulus], None] = lambda _: None


class LivenessTracker:
    """Binds what is said of living to a run of frames. Owned by one thread.

    First the screen colours the face, then it is asked to move, each where that is wanted. The challenge is fed here,
    and not in the recognition's thread, so that none of its answers can reach a run that began while a frame was on its
    way. Each challenge is asked once: nobody sees a second order without having failed at the first.

    Args:
        asking: What is asked for.
        light_delay_ns: From the moment at which colours are drawn until the first is shown.
    """

    def __init__(self, asking: ChallengeProvider, light_delay_ns: int) -> None:
        self._asking = asking
        self._light_delay_ns = light_delay_ns
        self._flow: ChallengeFlow | None = None
        self._light: LightSequence | None = None
        self._run = 0
        self._said: LivenessResult | None = None
        self._asked = False

    @property
    def challenge(self) -> ChallengeStatus | None:
        """Where the challenge stands; None while there is none, and while the screen shines."""
        return self._flow.status if self._flow and self._light is None else None

    @property
    def light(self) -> LightSequence | None:
        """What the screen is to show, or is about to; None while there are no colours."""
        return self._light

    @property
    def said(self) -> LivenessResult | None:
        """What was last said of the run's face, by all cues, also those that were not run."""
        return self._said

    def begin(self, effect: BeginRun | BeginChallenge, now_ns: int) -> None:
        """A new run has begun, which voids all that was known; or a challenge has."""
        self.forget()
        self._run = effect.run
        if isinstance(effect, BeginChallenge):
            self._flow = self._asking.movements() if self._asking.movements else None
            if self._asking.light is not None:
                self._light = self._asking.light(now_ns + self._light_delay_ns)
                self._asking.shine(self._light)

    def forget(self) -> None:
        """Nobody is being looked at."""
        self._flow, self._light, self._said, self._asked = None, None, None, False

    def look(self, result: FrameResult, status: KioskStatus) -> LivenessStatus | None:
        """What is said of the face that is followed.

        Args:
            result: The frame, which the machine has not seen yet.
            status: Of the machine, before it sees the frame.
        """
        if status.run == 0:
            self.forget()
            return None
        face = next((face for face in result.faces if face.analyzed.face.track == status.track), None)
        return self._say(face, status.run, result.frame.captured_ns) if face else None

    def _say(self, face: FaceResult, run: int, now_ns: int) -> LivenessStatus:
        self._said = face.liveness
        if self._run != run:
            return LivenessStatus(run, face.liveness.verdict)
        over = self._ask(face, now_ns)
        return LivenessStatus(run, self._said.verdict, self._asked, over)

    def _ask(self, face: FaceResult, now_ns: int) -> bool:
        """Go on asking; whether that is over."""
        if self._light is not None:
            self._asked = self._asked or now_ns >= self._light.start_ns
            self._light = self._light if now_ns < self._light.end_ns else None
        elif self._flow is not None:
            status = self._flow.observe([face.analyzed], now_ns)
            self._asked = self._asked or status.prompt is not None
            self._said = face.liveness.with_cues(status.result)
            return status.over
        return False
