"""Whether a face is a living person's, by the rules the user has chosen."""

from collections.abc import Callable, Sequence
from random import Random, SystemRandom

from app.camera.source import SourceInfo
from app.core.liveness import LivenessPolicy
from app.core.settings.sections import LivenessSettings
from app.flows.liveness.challenge import ChallengeFlow, ChallengePlan
from app.flows.liveness.light_sequence import LightSequence, draw_light_sequence
from app.vision.liveness.base import FaceCue, SourceCue
from app.vision.liveness.device_frame import DeviceFrameCue
from app.vision.liveness.geometry import GeometryCue
from app.vision.liveness.monitor import LivenessMonitor, MonitorPlan
from app.vision.liveness.network import LivenessNetwork, NetworkCue
from app.vision.liveness.screen import ScreenCue
from app.vision.liveness.source_cues import CameraCue, RepeatsCue

SAME_PERSON_FMR = 1e-2
"""Frames of one face follow each other within a second, and a face that laughs or turns is less like itself."""


class LivenessService:
    """Makes monitors and challenges. Safe to use from several threads.

    Args:
        settings: What is asked for.
        same_person: Cosine that two frames of one face must have.
        load_networks: Gives the networks that were plugged in under these settings; they are kept until others are
            asked for.
    """

    def __init__(
        self,
        settings: LivenessSettings,
        same_person: float,
        load_networks: Callable[[LivenessSettings], Sequence[LivenessNetwork]],
    ) -> None:
        self._settings = settings
        self._same_person = same_person
        self._load_networks = load_networks
        self._networks: tuple[str, Sequence[LivenessNetwork]] = ("", ())
        self._testing = False

    @property
    def settings(self) -> LivenessSettings:
        """What is asked for."""
        return self._settings

    def apply(self, settings: LivenessSettings) -> None:
        """Ask for this from now on. Monitors and challenges that exist already stay as they are."""
        self._settings = settings

    def test(self, *, testing: bool) -> None:
        """Look also where the settings say "off", as while the check itself is tried; or as they say again.

        Monitors that exist already stay as they are.
        """
        self._testing = testing

    def monitor(
        self, source: Callable[[], SourceInfo | None] = lambda: None, policy: LivenessPolicy | None = None
    ) -> LivenessMonitor:
        """Cues for the faces of one source.

        Args:
            source: What is known of it by now.
            policy: In place of that of the settings.

        Raises:
            ModelError: A network that was plugged in cannot be used.
        """
        plan = MonitorPlan(policy or self._policy, self._same_person, light=self._settings.light)
        networks = self._current_networks()
        return LivenessMonitor(plan, lambda: _face_cues(networks), self._source_cues(source))

    def challenge(self, random: Random | None = None, max_restarts: int = 1) -> ChallengeFlow:
        """One attempt.

        Args:
            random: Where the order comes from; by default from where nobody can foresee it.
            max_restarts: How often a face that is lost or changed may begin anew, with a new order.
        """
        return ChallengeFlow(
            ChallengePlan.of(self._settings, self._same_person, max_restarts), random or SystemRandom()
        )

    def light(self, start_ns: int, random: Random | None = None) -> LightSequence:
        """Colours for the screen, to be shown from then on and told to `LivePipeline.start_light_challenge`.

        Args:
            start_ns: Monotonic time at which the first is shown.
            random: Where they come from; by default from where nobody can foresee them.
        """
        return draw_light_sequence(random or SystemRandom(), start_ns)

    def plan(self) -> ChallengePlan:
        """What a challenge asks for."""
        return ChallengePlan.of(self._settings, self._same_person)

    @property
    def _policy(self) -> LivenessPolicy:
        asked = self._settings.policy
        return LivenessPolicy.PASSIVE if self._testing and asked is LivenessPolicy.OFF else asked

    def _current_networks(self) -> Sequence[LivenessNetwork]:
        settings = self._settings
        if settings.networks != self._networks[0]:
            self._networks = settings.networks, self._load_networks(settings)
        return self._networks[1]

    def _source_cues(self, source: Callable[[], SourceInfo | None]) -> Sequence[SourceCue]:
        def is_virtual() -> bool | None:
            info = source()
            return info.virtual if info is not None and self._settings.refuse_virtual_cameras else None

        return (RepeatsCue(), CameraCue(is_virtual))


def _face_cues(networks: Sequence[LivenessNetwork]) -> Sequence[FaceCue]:
    return (GeometryCue(), ScreenCue(), DeviceFrameCue(), *(NetworkCue(network) for network in networks))
