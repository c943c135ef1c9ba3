"""The controller behind a kiosk's screen, without its thread: connects state machine, PINs, effects and view."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.core.audit import AuditKind
from app.core.clock import Clock
from app.core.errors import FacelatchError, StoreError, UsageProblem
from app.core.liveness import LivenessResult
from app.core.lockout import lasts_until_reset
from app.core.people import Person
from app.flows.kiosk.machine import KioskFlow
from app.flows.kiosk.types import (
    AuthMethod,
    BeginChallenge,
    BeginRun,
    DenialReason,
    Deny,
    Effect,
    IdentifyBy,
    KioskState,
    KioskStatus,
    Observation,
    Unlock,
)
from app.flows.liveness.challenge import ChallengeStatus
from app.flows.liveness.light_sequence import LightSequence
from app.pipeline.results import FrameResult
from app.services.access.lockouts import AttemptOutcome
from app.services.actions.reports import ActionReport, ActionStatus
from app.services.audit.audit_service import ThresholdLog
from app.services.kiosk.access_policy import AccessPolicy, observed_faces
from app.services.kiosk.badge_sources import QrBadges
from app.services.kiosk.effects import KioskEffects
from app.services.kiosk.liveness_tracker import LivenessTracker
from app.services.kiosk.pins import PinVerifier
from app.services.kiosk.policy import KioskPolicy

log = logging.getLogger(__name__)

_MAX_BADGE_LENGTH = 100
_READS_QR_CODES = frozenset({KioskState.IDLE, KioskState.LOOKING, KioskState.VERIFYING, KioskState.LOCKED_OUT})
_REFRESH_NS = 1_000_000_000
"""Time between two looks at the lockouts in the database."""


@dataclass(frozen=True, slots=True)
class LeaveStatus:
    """Whether the kiosk may be left.

    Attributes:
        allowed: Whether the admin PIN was accepted.
        wrong: Wrong admin PINs so far.
        until_ns: Monotonic time until which admin PIN entry is locked; None if it is not.
        possible: Whether an admin PIN is set.
    """

    allowed: bool = False
    wrong: int = 0
    until_ns: int | None = None
    possible: bool = True


@dataclass(frozen=True, slots=True)
class KioskView:
    """Everything that the screen shows at one moment.

    Attributes:
        status: Snapshot of the state machine.
        result: Latest frame; None before the first, and while no frames are usable.
        problem: Why no frames are usable; None while the camera is being opened.
        challenge: Status of the movement challenge, in CHALLENGE.
        warning: Any other problem: a failed action, or a database that cannot be reached.
        leave: Whether the kiosk may be left.
        at_ns: Monotonic time.
        liveness: Liveness of the face in view, or of the face of the latest decision; None if no face was checked.
        light: Colours that the screen shows, or is about to.
        needs_badge: Whether a badge must name the person before a face is compared.
    """

    status: KioskStatus
    result: FrameResult | None
    problem: FacelatchError | None
    challenge: ChallengeStatus | None
    warning: FacelatchError | None
    leave: LeaveStatus
    at_ns: int
    liveness: LivenessResult | None = None
    light: LightSequence | None = None
    needs_badge: bool = False


class KioskController:
    """Feeds events into the state machine and carries out its effects. Owned by one thread.

    Args:
        policy: Policy of the kiosk.
        flow: The state machine.
        access: Who may enter.
        liveness: Liveness of the followed face.
        pins: Verifies PINs.
        effects: Carries out grants and denials.
        find_badge: Returns the owner of a badge number; raises `UsageProblem` if there is none.
        clock: Monotonic time.
    """

    def __init__(
        self,
        policy: KioskPolicy,
        flow: KioskFlow,
        access: AccessPolicy,
        liveness: LivenessTracker,
        pins: PinVerifier,
        effects: KioskEffects,
        find_badge: Callable[[str], Person],
        clock: Clock,
    ) -> None:
        self._policy = policy
        self._flow = flow
        self._access = access
        self._liveness = liveness
        self._pins = pins
        self._effects = effects
        self._find_badge = find_badge
        self._clock = clock
        self._threshold = ThresholdLog(effects.record, access.promise)
        self._qr_badges = QrBadges() if policy.who.qr_codes else None
        self._result: FrameResult | None = None
        self._problem: FacelatchError | None = None
        self._warning: FacelatchError | None = None
        self._event = ""
        self._decided_liveness: LivenessResult | None = None
        self._leave = LeaveStatus()
        self._refreshed_ns = 0

    @property
    def state(self) -> KioskState:
        """State of the machine."""
        return self._flow.status.state

    @property
    def view(self) -> KioskView:
        """What to show now."""
        status = self._flow.status
        is_challenge = status.state is KioskState.CHALLENGE
        return KioskView(
            status,
            self._result,
            self._problem,
            self._liveness.challenge if is_challenge else None,
            self._warning,
            self._leave,
            self._now(),
            self._liveness.result or self._decided_liveness,
            self._liveness.light if is_challenge else None,
            self._policy.who.identify is IdentifyBy.CLAIM,
        )

    def open(self) -> None:
        """Start locked, with any delay that has not passed.

        Raises:
            StoreError: The gallery cannot be read.
        """
        self._access.snapshot()
        self._effects.record(AuditKind.KIOSK_STARTED, None, **self._effects.receivers())
        self._record_threshold()
        self._leave = LeaveStatus(possible=self._pins.can_leave)
        self._lock_out(self._effects.lockout_ns())
        self._lock_pins(self._pins.left_ns())

    def observe(self, result: FrameResult) -> None:
        """Process a frame."""
        self._result = result
        self._refresh_lockouts()
        access = self._access.snapshot(self._flow.claimed)
        liveness = self._liveness.observe(result, self._flow.status)
        seen = Observation(observed_faces(result), access, result.frame.captured_ns, liveness)
        self._carry_out(self._flow.observe(seen))
        if self._qr_badges is not None and self._flow.claimed is None and self.state in _READS_QR_CODES:
            number = self._qr_badges.read(result.frame)
            if number is not None:
                self.badge(number)

    def tick(self) -> None:
        """Advance the time without a frame."""
        self._refresh_lockouts()
        self._carry_out(self._flow.tick(self._now()))

    def set_camera(self, problem: FacelatchError | None, *, usable: bool) -> None:
        """Process that frames are available or not.

        Args:
            problem: Why they are not.
            usable: Whether they are.
        """
        self._problem = problem
        if not usable:
            self._result = None
        self._carry_out(self._flow.set_camera_usable(self._now(), usable=usable))

    def show_warning(self, error: FacelatchError) -> None:
        """Show that a request failed."""
        log.warning("request failed: %s", error)
        self._warning = error

    def interrupt(self) -> None:
        """Discard what was seen before: the machine was suspended."""
        self._result = None
        self._carry_out(self._flow.interrupt(self._now()))

    def badge(self, number: str) -> None:
        """Process a badge number that was typed or scanned."""
        self._warning = None
        if not self._policy.who.badges or not 0 < len(number) <= _MAX_BADGE_LENGTH:
            return
        if self._effects.badge_delay_ns() > 0:
            self._carry_out(self._flow.show_badge_problem(DenialReason.BADGES_LOCKED, self._now()))
            return
        try:
            person = self._find_badge(number)
        except UsageProblem:
            self._effects.count_unknown_badge()
            self._carry_out(self._flow.show_badge_problem(DenialReason.UNKNOWN_BADGE, self._now()))
            return
        at_pin = self.state is KioskState.PIN
        if not at_pin and self._effects.lockout_ns(person) > 0:
            self._carry_out(self._flow.show_badge_problem(DenialReason.IDENTITY_LOCKED, self._now()))
            return
        self._carry_out(self._flow.claim(person, self._now()))
        if at_pin:
            self._lock_pins(self._pins.left_ns(person))

    def open_pin(self) -> None:
        """Open PIN entry."""
        self._warning = None
        self._carry_out(self._flow.open_pin(self._now()))

    def open_pin_instead_of_challenge(self) -> None:
        """Open PIN entry for the recognised person, who cannot perform the challenge."""
        self._warning = None
        self._carry_out(self._flow.open_pin_instead_of_challenge(self._now()))
        if self.state is KioskState.PIN:
            self._lock_pins(self._pins.left_ns(self._flow.status.person))

    def touch_pin(self) -> None:
        """Process a key press during PIN entry."""
        self._carry_out(self._flow.touch_pin(self._now()))

    def close_pin(self) -> None:
        """Close PIN entry."""
        self._carry_out(self._flow.close_pin(self._now()))

    def enter_pin(self, pin: str) -> None:
        """Verify a PIN. Hours and groups of the policy apply to PINs as well."""
        if self.state is not KioskState.PIN:
            return
        person, access = self._flow.status.person, self._access.snapshot()
        reason = access.denial_reason(person) if person else access.closed_reason()
        if reason is not None:
            self._carry_out(self._flow.reject_pin(reason, self._now()))
            return
        answer = self._pins.enter(pin, person)
        self._lock_pins(answer.left_ns)
        if answer.outcome is AttemptOutcome.RIGHT:
            self._effects.record(AuditKind.PIN_ACCEPTED, person)
            self._carry_out(self._flow.accept_pin(person, self._now()))
        elif answer.outcome is AttemptOutcome.WRONG:
            self._carry_out(self._flow.reject_pin(DenialReason.WRONG_PIN, self._now()))

    def leave(self, pin: str) -> None:
        """Verify the admin PIN, which allows leaving the kiosk."""
        answer = self._pins.leave(pin)
        until = self._now() + answer.left_ns if answer.left_ns else None
        allowed = answer.outcome is AttemptOutcome.RIGHT
        wrong = self._leave.wrong + (answer.outcome is AttemptOutcome.WRONG)
        self._leave = LeaveStatus(allowed, wrong, until, self._leave.possible)
        self._effects.record(AuditKind.KIOSK_LEFT if allowed else AuditKind.PIN_REFUSED, role="admin")

    def action_reported(self, report: ActionReport) -> None:
        """Process the report of an action; a failure revokes the latest unlock, unless the policy says otherwise."""
        if report.event is None or report.event.id != self._event or report.status is not ActionStatus.FAILED:
            return
        if not self._policy.unlock.even_if_action_fails:
            self._carry_out(self._flow.revoke(DenialReason.ACTION_FAILED, self._now()))
        self._warning = report.error

    def _carry_out(self, effects: Sequence[Effect]) -> None:
        liveness = self._liveness.result
        for effect in effects:
            match effect:
                case Unlock():
                    self._decided_liveness = None if effect.method is AuthMethod.PIN else liveness
                    self._warning = None
                    self._event = self._effects.grant(effect, self._decided_liveness)
                    self._record_threshold()
                case Deny():
                    self._decided_liveness = liveness
                    self._lock_out(self._effects.deny(effect, liveness))
                    self._record_threshold()
                case BeginRun() | BeginChallenge():
                    self._decided_liveness = None
                    self._liveness.begin(effect, self._now())
                case _:
                    self._warning = None

    def _record_threshold(self) -> None:
        """Record a threshold that moved as people came or went; a failure is logged."""
        try:
            self._threshold.update()
        except StoreError as error:
            log.warning("cannot record the threshold: %s", error)

    def _lock_out(self, delay_ns: int) -> None:
        if delay_ns > 0:
            if lasts_until_reset(delay_ns):
                self._effects.record(AuditKind.LOCKED_OUT, until_reset=True)
            else:
                self._effects.record(AuditKind.LOCKED_OUT, seconds=round(delay_ns / 1e9))
            self._carry_out(self._flow.lock_out(self._now() + delay_ns, self._now()))

    def _refresh_lockouts(self) -> None:
        """End lockouts that an operator or a PIN has reset, and deny a claimed person whom other kiosks locked out."""
        now, status = self._now(), self._flow.status
        if now - self._refreshed_ns < _REFRESH_NS:
            return
        self._refreshed_ns = now
        faces = self._flow.is_locked_out and self._effects.lockout_ns() == 0
        pins = status.pin_until_ns is not None and self._pins.left_ns(status.person) == 0
        if faces or pins:
            self._carry_out(self._flow.end_lockouts(now, faces=faces, pins=pins))
        claimed = self._flow.claimed
        if claimed is not None and self.state is not KioskState.PIN and self._effects.lockout_ns(claimed) > 0:
            self._carry_out(self._flow.deny(DenialReason.IDENTITY_LOCKED, now))

    def _lock_pins(self, delay_ns: int) -> None:
        if delay_ns > 0:
            self._flow.lock_pin(self._now() + delay_ns)

    def _now(self) -> int:
        return self._clock.monotonic_ns()
