"""Asking whoever is in front of the camera for movements, after the screen has shone where that is wanted."""

from app.core.clock import Clock
from app.core.liveness import LightStimulus
from app.flows.liveness.challenge import ChallengeStatus
from app.flows.liveness.light_sequence import LightSequence
from app.pipeline.live import LivePipeline
from app.pipeline.results import FrameResult
from app.services.liveness.liveness_service import LivenessService

LIGHT_DELAY_NS = 500_000_000
"""From the moment at which colours are drawn until the first is shown: the screen has to be covered before."""


class LiveChallenge:
    """One challenge at a time on what a pipeline watches. To be used from one thread.

    Args:
        pipeline: Watching the camera that is meant.
        liveness: Makes challenges and colours.
        clock: For stamps.
        screen: Whether there is a screen that shows the colours; they are shown only where the settings ask for them.
    """

    def __init__(self, pipeline: LivePipeline, liveness: LivenessService, clock: Clock, *, screen: bool) -> None:
        self._pipeline, self._liveness, self._clock, self._screen = pipeline, liveness, clock, screen
        self._light: LightSequence | None = None
        self._begun_ns: int | None = None
        self._asked = False

    @property
    def shines(self) -> bool:
        """Whether the screen is to shine first."""
        return self._screen and self._liveness.settings.light

    @property
    def light(self) -> LightStimulus | None:
        """What the screen is to show now; None while there are no colours."""
        return self._light

    @property
    def light_start_ns(self) -> int:
        """When its first colour is due; 0 without colours."""
        return self._light.start_ns if self._light else 0

    @property
    def running(self) -> bool:
        """Whether somebody is being asked."""
        return self._begun_ns is not None

    def begin(self) -> None:
        """Ask from now on; what was shown before does not count."""
        self.end()
        self._begun_ns = self._clock.monotonic_ns()
        if not self.shines:
            self._ask()

    def take(self, result: FrameResult) -> ChallengeStatus | None:
        """Take note of a frame.

        Returns:
            Where the challenge stands; None before the first frame that belongs to it.
        """
        captured_ns = result.frame.captured_ns
        if self._begun_ns is None or captured_ns < self._begun_ns:
            return None
        if not self._asked:
            self._shine(captured_ns - self._begun_ns, captured_ns, seen=bool(result.faces))
            return None
        return result.challenge

    def end(self) -> None:
        """Ask for nothing more, and forget what was shown."""
        self._light, self._begun_ns, self._asked = None, None, False
        self._pipeline.challenge(None)

    def _shine(self, waited_ns: int, captured_ns: int, *, seen: bool) -> None:
        """First the colours, on a face that is there; then the movements, as at a kiosk."""
        if self._light is not None:
            if captured_ns >= self._light.end_ns:
                self._ask()
        elif seen:
            self._light = self._liveness.light(self._clock.monotonic_ns() + LIGHT_DELAY_NS)
            self._pipeline.start_light_challenge(self._light)
        elif waited_ns > self._liveness.plan().rest_ns:
            self._ask()

    def _ask(self) -> None:
        self._light, self._asked = None, True
        self._pipeline.challenge(self._liveness.challenge(max_restarts=0))
        # Frames on their way were not looked at by this challenge.
        self._begun_ns = self._clock.monotonic_ns()
