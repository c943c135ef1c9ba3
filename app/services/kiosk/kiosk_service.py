"""A running kiosk: camera, machine and actions, from beginning to end."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.clock import Clock
from app.core.closeable import Closeable
from app.core.errors import FacelatchError
from app.core.liveness import LightStimulus, LivenessPolicy
from app.core.settings.sections import CameraSettings
from app.flows.kiosk.machine import KioskFlow
from app.flows.lockout import FAILURE_LIMIT, FAILURE_LIMIT_WITH_PAD
from app.pipeline.live import LivePipeline, LiveStatus
from app.services.access.lockouts import LockoutCounter
from app.services.actions.action_service import ActionService
from app.services.actions.reports import OnReport
from app.services.audit.audit_service import AuditService
from app.services.kiosk.access_policy import AccessPolicy
from app.services.kiosk.controller import KioskController, KioskView
from app.services.kiosk.liveness_tracker import ChallengeProvider, LivenessTracker
from app.services.kiosk.pins import PinVerifier
from app.services.kiosk.policy import LIGHT_DELAY_NS, KioskPolicy
from app.services.kiosk.runner import KioskRunner
from app.services.live.live_service import LiveService
from app.services.liveness.liveness_service import LivenessService
from app.services.people.people_service import PeopleService
from app.store.credentials.repositories import LockoutRepository, PinRepository

_STOP_S = 2.0
HANGING_S = 5.0
"""A kiosk that has gone round for the last time so long ago hangs: its loop takes a twentieth of a second."""


@dataclass(frozen=True, slots=True)
class KioskParts:
    """What a kiosk is made of.

    Attributes:
        policy: Checked.
        camera: Which camera.
        agreement: Cosine that frames of one face have to each other.
        clock: Both clocks.
        live: Watches the camera, with the liveness cues of the policy.
        liveness: Makes challenges.
        doorkeeper: Who may come in.
        lockouts: Where failed attempts are kept.
        pins: Where PINs are.
        people: Knows badges.
        audit: Where it is written down.
        make_actions: Gives what an unlock does, not started.
    """

    policy: KioskPolicy
    camera: CameraSettings
    agreement: float
    clock: Clock
    live: LiveService
    liveness: LivenessService
    doorkeeper: AccessPolicy
    lockouts: LockoutRepository
    pins: PinRepository
    people: PeopleService
    audit: AuditService
    make_actions: Callable[[OnReport], ActionService]


class KioskService(Closeable):
    """Runs one kiosk. Methods may be called from any thread.

    Args:
        parts: What it is made of.
    """

    def __init__(self, parts: KioskParts) -> None:
        self._parts = parts
        self._pipeline: LivePipeline | None = None
        self._runner: KioskRunner | None = None
        self._actions: ActionService | None = None

    @property
    def policy(self) -> KioskPolicy:
        """By which it works."""
        return self._parts.policy

    @property
    def problem(self) -> FacelatchError | None:
        """Why it has stopped, and stays locked; None while it runs."""
        return self._runner.problem if self._runner else None

    @property
    def latest(self) -> KioskView | None:
        """The newest view, also when it was taken."""
        return self._runner.latest if self._runner else None

    @property
    def silent_ns(self) -> int:
        """How long ago it last did anything; 0 before it begins."""
        return self._runner.silent_ns if self._runner else 0

    def live_status(self) -> LiveStatus | None:
        """How camera and recognition are doing; None before it begins."""
        return self._pipeline.status() if self._pipeline else None

    def health(self) -> dict[str, object]:
        """How it is doing, for whoever looks after it: figures and words without personal data."""
        live, view = self.live_status(), self.latest
        error = live and (live.engine.error or live.camera.error)
        silent_s = self.silent_ns / 1e9
        return {
            "kiosk": self.policy.name,
            "ok": self.problem is None and silent_s < HANGING_S and not error and live is not None,
            "state": view.status.state if view else None,
            "camera": live.camera.state if live else None,
            "engine": live.engine.state if live else None,
            "fps": round(live.fps, 1) if live else 0.0,
            "silent_s": round(silent_s, 2),
            "problem": (self.problem or error or None) and str(self.problem or error),
        }

    @property
    def is_hanging(self) -> bool:
        """Whether it has done nothing for so long that it should be started anew."""
        return self.problem is not None or self.silent_ns / 1e9 >= HANGING_S

    def begin(self, on_view: Callable[[], None] = lambda: None) -> None:
        """Start, locked.

        Args:
            on_view: Called, without the view, whenever there is a new one; must be quick.

        Raises:
            FacelatchError: The camera of the policy cannot be understood, or a model is missing.
        """
        parts = self._parts
        self._pipeline = parts.live.pipeline()
        self._runner = KioskRunner(self._make_desk, self._pipeline, parts.clock, parts.policy.screen.idle_fps, on_view)
        self._actions = parts.make_actions(self._runner.action_reported)
        self._actions.start()
        self._pipeline.start()
        parts.live.watch(self._pipeline, parts.camera)
        self._runner.start()

    def take_view(self) -> KioskView | None:
        """The newest view, if there is one that was not taken yet."""
        return self._runner.take_view() if self._runner else None

    def badge(self, number: str) -> None:
        """Somebody typed or scanned the number of a badge."""
        self._ask(lambda desk: desk.badge(number))

    def open_pin(self) -> None:
        """Somebody wants to type a PIN."""
        self._ask(KioskController.open_pin)

    def open_pin_instead_of_challenge(self) -> None:
        """Whoever is asked to move wants to type their own PIN instead."""
        self._ask(KioskController.open_pin_instead_of_challenge)

    def touch_pin(self) -> None:
        """A key of the pad was pressed."""
        self._ask(KioskController.touch_pin)

    def close_pin(self) -> None:
        """Nobody wants to type a PIN any more."""
        self._ask(KioskController.close_pin)

    def enter_pin(self, pin: str) -> None:
        """A PIN was typed."""
        self._ask(lambda desk: desk.enter_pin(pin))

    def leave(self, pin: str) -> None:
        """Somebody wants to leave the kiosk, and typed the admin PIN."""
        self._ask(lambda desk: desk.leave(pin))

    def close(self) -> None:
        """End everything; may be called twice."""
        if self._runner is not None:
            self._runner.stop(_STOP_S)
        if self._actions is not None:
            self._actions.close()
        if self._pipeline is not None:
            self._pipeline.stop(_STOP_S)

    def _ask(self, task: Callable[[KioskController], None]) -> None:
        if self._runner is not None:
            self._runner.ask(task)

    def _make_desk(self) -> KioskController:
        parts, policy = self._parts, self._parts.policy
        assert self._actions is not None
        assert self._pipeline is not None
        lockouts = LockoutCounter(parts.lockouts, parts.clock, failure_limit_for(policy.liveness.policy))
        return KioskController(
            policy,
            KioskFlow(policy.rules(parts.agreement, parts.liveness.settings)),
            parts.doorkeeper,
            LivenessTracker(
                challenge_provider_for(policy, parts.liveness, self._pipeline.start_light_challenge), LIGHT_DELAY_NS
            ),
            lockouts,
            PinVerifier(parts.pins, lockouts, policy.name),
            parts.people,
            parts.audit,
            self._actions.dispatch,
            parts.clock,
        )


def challenge_provider_for(
    policy: KioskPolicy, liveness: LivenessService, shine: Callable[[LightStimulus], None]
) -> ChallengeProvider:
    """What the faces in front of a kiosk are asked for.

    Args:
        policy: Of the kiosk.
        liveness: By its settings.
        shine: Has the cues watch whether faces take on what the screen shows.
    """
    if not policy.liveness.requires_challenge:
        return ChallengeProvider()
    light = liveness.light if liveness.settings.light else None
    return ChallengeProvider(lambda: liveness.challenge(max_restarts=0), light, shine)


def failure_limit_for(policy: LivenessPolicy) -> int:
    """How many consecutive failures bring the first delay."""
    return FAILURE_LIMIT if policy is LivenessPolicy.OFF else FAILURE_LIMIT_WITH_PAD
