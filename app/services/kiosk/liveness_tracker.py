"""Liveness of the face that a kiosk follows, and of no other face."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.liveness import LightStimulus, LivenessResult
from app.flows.kiosk.types import BeginChallenge, BeginRun, KioskStatus, LivenessStatus
from app.flows.liveness.challenge import ChallengeFlow, ChallengeStatus
from app.flows.liveness.light_sequence import LightSequence
from app.pipeline.results import FaceResult, FrameResult


@dataclass(frozen=True, slots=True)
class ChallengeProvider:
    """Provides the prompts of the liveness check.

    Attributes:
        movements: Returns a new movement challenge; None if only the cues are used.
        light: Draws a light sequence that starts at a monotonic time; None if there is none.
        shine: Lets the cues check whether the faces in view reflect the sequence.
    """

    movements: Callable[[], ChallengeFlow] | None = None
    light: Callable[[int], LightSequence] | None = None
    shine: Callable[[LightStimulus], None] = lambda _: None


class LivenessTracker:
    """Binds liveness results to a run of frames. Owned by one thread.

    The light sequence comes first and the movement challenge second, each if the provider has it. The challenge
    processes frames here and not in the recognition thread, so that no answer can reach a run that began while a frame
    was in transit. Each challenge is used once: a second order is only shown after a failed attempt at the first.

    Args:
        provider: Provides the prompts.
        light_delay_ns: Time from drawing a light sequence to its first colour.
    """

    def __init__(self, provider: ChallengeProvider, light_delay_ns: int) -> None:
        self._provider = provider
        self._light_delay_ns = light_delay_ns
        self._flow: ChallengeFlow | None = None
        self._light: LightSequence | None = None
        self._run = 0
        self._result: LivenessResult | None = None
        self._prompted = False

    @property
    def challenge(self) -> ChallengeStatus | None:
        """Status of the movement challenge; None if there is none, and during the light sequence."""
        return self._flow.status if self._flow and self._light is None else None

    @property
    def light(self) -> LightSequence | None:
        """Light sequence that the screen shows, or is about to; None if there is none."""
        return self._light

    @property
    def result(self) -> LivenessResult | None:
        """Latest result for the run's face, with every cue; None if there is none."""
        return self._result

    def begin(self, effect: BeginRun | BeginChallenge, now_ns: int) -> None:
        """Begin a run, which voids earlier results, or its challenge.

        Args:
            effect: What begins.
            now_ns: Monotonic time.
        """
        self.reset()
        self._run = effect.run
        if isinstance(effect, BeginChallenge):
            self._flow = self._provider.movements() if self._provider.movements else None
            if self._provider.light is not None:
                self._light = self._provider.light(now_ns + self._light_delay_ns)
                self._provider.shine(self._light)

    def reset(self) -> None:
        """Discard the run, its results and its challenge."""
        self._flow, self._light, self._result, self._prompted = None, None, None, False

    def observe(self, result: FrameResult, status: KioskStatus) -> LivenessStatus | None:
        """Process a frame and return the liveness of the followed face; None if it is not in view.

        Args:
            result: The frame, before the state machine processes it.
            status: Snapshot of the state machine before the frame.
        """
        if status.run == 0:
            self.reset()
            return None
        face = next((face for face in result.faces if face.analyzed.face.track == status.track), None)
        return self._assess(face, status.run, result.frame.captured_ns) if face else None

    def _assess(self, face: FaceResult, run: int, now_ns: int) -> LivenessStatus:
        self._result = face.liveness
        if self._run != run:
            return LivenessStatus(run, face.liveness.verdict)
        is_over = self._advance_prompts(face, now_ns)
        return LivenessStatus(run, self._result.verdict, self._prompted, is_over)

    def _advance_prompts(self, face: FaceResult, now_ns: int) -> bool:
        """Advance the light sequence or the challenge, and return whether the challenge is over."""
        if self._light is not None:
            self._prompted = self._prompted or now_ns >= self._light.start_ns
            self._light = self._light if now_ns < self._light.end_ns else None
        elif self._flow is not None:
            status = self._flow.observe([face.analyzed], now_ns)
            self._prompted = self._prompted or status.prompt is not None
            self._result = face.liveness.with_cues(status.result)
            return status.is_over
        return False
