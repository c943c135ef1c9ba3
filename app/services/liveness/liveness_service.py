"""Creation of liveness monitors, challenges and light sequences by the settings."""

from collections.abc import Callable, Sequence
from random import Random, SystemRandom

from app.camera.source import SourceInfo
from app.core.liveness import LivenessPolicy
from app.core.roles import Permission
from app.core.settings.sections import LivenessSettings
from app.flows.liveness.challenge import ChallengeFlow, ChallengePlan
from app.flows.liveness.light_sequence import LightSequence, draw_light_sequence
from app.services.access.permissions import Access, Service, open_to_all, requires
from app.vision.liveness.base import FaceCue, SourceCue
from app.vision.liveness.device_frame import DeviceFrameCue
from app.vision.liveness.geometry import GeometryCue
from app.vision.liveness.monitor import LivenessMonitor, MonitorPlan
from app.vision.liveness.network import LivenessNetwork, NetworkCue
from app.vision.liveness.screen import ScreenCue
from app.vision.liveness.source_cues import CameraCue, RepeatsCue

SAME_PERSON_FMR = 1e-2
"""False match rate of the threshold between two frames of one face: loose, since a face that laughs or turns resembles
itself less, and the frames are less than a second apart."""


class LivenessService(Service):
    """Creates monitors, challenges and light sequences. Safe to use from several threads.

    Args:
        access: Decides what the current session may do.
        settings: Liveness settings.
        same_person: Least cosine, -1 to 1, of two frames of one face.
        load_networks: Returns the liveness networks of the settings; they are cached until the settings name others.
    """

    def __init__(
        self,
        access: Access,
        settings: LivenessSettings,
        same_person: float,
        load_networks: Callable[[LivenessSettings], Sequence[LivenessNetwork]],
    ) -> None:
        super().__init__(access)
        self._settings = settings
        self._same_person = same_person
        self._load_networks = load_networks
        self._networks: Sequence[LivenessNetwork] = ()
        self._networks_of: tuple[bool, str] | None = None
        self._testing = False

    @property
    @open_to_all
    def settings(self) -> LivenessSettings:
        """The current settings."""
        return self._settings

    @requires(Permission.CHANGE_SETTINGS)
    def apply(self, settings: LivenessSettings) -> None:
        """Use other settings from now on. Existing monitors and challenges do not change."""
        self._settings = settings

    @open_to_all
    def set_testing(self, *, testing: bool) -> None:
        """Set whether new monitors run the cues even if the policy is "off", as during a liveness test."""
        self._testing = testing

    @open_to_all
    def monitor(
        self, source: Callable[[], SourceInfo | None] = lambda: None, policy: LivenessPolicy | None = None
    ) -> LivenessMonitor:
        """Return the liveness cues for the faces of one source.

        Args:
            source: Returns what is known about the source.
            policy: Policy instead of that of the settings.

        Raises:
            ModelError: A liveness network cannot be used.
        """
        plan = MonitorPlan(policy or self._policy, self._same_person, light=self._settings.light)
        networks = self._current_networks()
        return LivenessMonitor(plan, lambda: _face_cues(networks), self._source_cues(source))

    @open_to_all
    def challenge(self, random: Random | None = None, max_restarts: int = 1) -> ChallengeFlow:
        """Return a new challenge.

        Args:
            random: Source of the order; by default an unpredictable one.
            max_restarts: Restarts after the face was lost or changed, each with a new order.
        """
        return ChallengeFlow(
            ChallengePlan.of(self._settings, self._same_person, max_restarts), random or SystemRandom()
        )

    @open_to_all
    def light(self, start_ns: int, random: Random | None = None) -> LightSequence:
        """Return a new light sequence for the screen and for `LivePipeline.start_light_challenge`.

        Args:
            start_ns: Monotonic time of the first colour.
            random: Source of the colours; by default an unpredictable one.
        """
        return draw_light_sequence(random or SystemRandom(), start_ns)

    @open_to_all
    def plan(self) -> ChallengePlan:
        """Return the parameters of a challenge."""
        return ChallengePlan.of(self._settings, self._same_person)

    @property
    def _policy(self) -> LivenessPolicy:
        policy = self._settings.policy
        return LivenessPolicy.PASSIVE if self._testing and policy is LivenessPolicy.OFF else policy

    def _current_networks(self) -> Sequence[LivenessNetwork]:
        settings = self._settings
        wanted = settings.shipped_network, settings.networks
        if wanted != self._networks_of:
            self._networks, self._networks_of = self._load_networks(settings), wanted
        return self._networks

    def _source_cues(self, source: Callable[[], SourceInfo | None]) -> Sequence[SourceCue]:
        def is_virtual() -> bool | None:
            info = source()
            return info.virtual if info is not None and self._settings.refuse_virtual_cameras else None

        return (RepeatsCue(), CameraCue(is_virtual))


def _face_cues(networks: Sequence[LivenessNetwork]) -> Sequence[FaceCue]:
    return (GeometryCue(), ScreenCue(), DeviceFrameCue(), *(NetworkCue(network) for network in networks))
