"""A light sequence and a movement challenge on a live pipeline."""

from app.core.clock import Clock
from app.core.liveness import LightStimulus
from app.flows.liveness.challenge import ChallengeStatus
from app.flows.liveness.light_sequence import LIGHT_DELAY_NS, LightSequence
from app.pipeline.live import LivePipeline
from app.pipeline.results import FrameResult
from app.services.liveness.liveness_service import LivenessService


class LiveChallenge:
    """Runs one challenge at a time on a pipeline. Owned by one thread.

    Args:
        pipeline: Connected to the camera.
        liveness: Creates challenges and light sequences.
        clock: Monotonic time.
        screen: Whether a screen can show a light sequence; the settings decide whether there is one.
    """

    def __init__(self, pipeline: LivePipeline, liveness: LivenessService, clock: Clock, *, screen: bool) -> None:
        self._pipeline, self._liveness, self._clock, self._screen = pipeline, liveness, clock, screen
        self._light: LightSequence | None = None
        self._started_ns: int | None = None
        self._has_asked = False

    @property
    def shines(self) -> bool:
        """Whether a light sequence comes first."""
        return self._screen and self._liveness.settings.light

    @property
    def light(self) -> LightStimulus | None:
        """The light sequence that the screen shows; None if there is none."""
        return self._light

    @property
    def light_start_ns(self) -> int:
        """Monotonic time of its first colour; 0 if there is none."""
        return self._light.start_ns if self._light else 0

    @property
    def running(self) -> bool:
        """Whether a challenge is running."""
        return self._started_ns is not None

    def begin(self) -> None:
        """Start a challenge; earlier frames do not count."""
        self.end()
        self._started_ns = self._clock.monotonic_ns()
        if not self.shines:
            self._ask()

    def take(self, result: FrameResult) -> ChallengeStatus | None:
        """Process a frame.

        Returns:
            Status of the challenge; None before its first frame.
        """
        captured_ns = result.frame.captured_ns
        if self._started_ns is None or captured_ns < self._started_ns:
            return None
        if not self._has_asked:
            self._shine(captured_ns - self._started_ns, captured_ns, seen=bool(result.faces))
            return None
        return result.challenge

    def end(self) -> None:
        """End the challenge and discard its result."""
        self._light, self._started_ns, self._has_asked = None, None, False
        self._pipeline.challenge(None)

    def _shine(self, waited_ns: int, captured_ns: int, *, seen: bool) -> None:
        """Show the light sequence once a face is in view, then ask for the movements, as a kiosk does."""
        if self._light is not None:
            if captured_ns >= self._light.end_ns:
                self._ask()
        elif seen:
            self._light = self._liveness.light(self._clock.monotonic_ns() + LIGHT_DELAY_NS)
            self._pipeline.start_light_challenge(self._light)
        elif waited_ns > self._liveness.plan().rest_ns:
            self._ask()

    def _ask(self) -> None:
        self._light, self._has_asked = None, True
        self._pipeline.challenge(self._liveness.challenge(max_restarts=0))
        # Frames in transit were not processed by this challenge.
        self._started_ns = self._clock.monotonic_ns()
