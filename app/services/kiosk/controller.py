"""What a kiosk's screen is shown."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

from app.core.audit import AuditKind
from app.core.clock import Clock
from app.core.errors import FacelatchError, UsageProblem
from app.core.liveness import LivenessResult
from app.core.lockout import AttemptChannel, LockoutScope
from app.core.people import Person
from app.core.unlock import AuthFactor, UnlockEvent
from app.flows.kiosk.machine import KioskFlow
from app.flows.kiosk.types import (
    AuthMethod,
    BeginChallenge,
    BeginRun,
    DenialReason,
    Deny,
    Effect,
    KioskState,
    KioskStatus,
    Observation,
    Unlock,
)
from app.flows.liveness.challenge import ChallengeStatus
from app.flows.liveness.light_sequence import LightSequence
from app.pipeline.results import FrameResult
from app.services.access.lockouts import AttemptOutcome, LockoutCounter
from app.services.actions.reports import ActionReport, ActionStatus
from app.services.audit.audit_service import AuditService
from app.services.kiosk.access_policy import AccessPolicy, observed_faces
from app.services.kiosk.effects import KioskAudit
from app.services.kiosk.liveness_tracker import LivenessTracker
from app.services.kiosk.pins import PinVerifier
from app.services.kiosk.policy import KioskPolicy


@dataclass(frozen=True, slots=True)
class LeaveStatus:
    """Whether the kiosk may be left.

    Attributes:
        allowed: The admin PIN was right.
        wrong: How many were wrong so far.
        until_ns: Until when none is taken; None where one is.
        possible: Whether there is an admin PIN at all.
    """

    allowed: bool = False
    wrong: int = 0
    until_ns: int | None = None
    possible: bool = True


@dataclass(frozen=True, slots=True)
class KioskView:
    """All that a screen shows, as of one moment.

    Attributes:
        status: Where the machine stands.
        result: The newest frame; None before the first, and while there are no usable pictures.
        problem: Why there are no usable pictures; None while the camera is only being opened.
        challenge: What somebody is being asked to do, in CHALLENGE.
        trouble: What went wrong otherwise: an action of an unlock, a database out of reach.
        leave: Whether the kiosk may be left.
        at_ns: Monotonic time.
        liveness: What is said of whether the face in view, or that of the last answer, is living; None where none was
            looked at.
        light: The colours that the screen is to show, or is about to.
    """

    status: KioskStatus
    result: FrameResult | None
    problem: FacelatchError | None
    challenge: ChallengeStatus | None
    trouble: FacelatchError | None
    leave: LeaveStatus
    at_ns: int
    liveness: LivenessResult | None = None
    light: LightSequence | None = None


log = logging.getLogger(__name__)

_LONGEST_BADGE = 100


class Badges(Protocol):
    """Who has which badge."""

    def with_badge(self, badge: str) -> Person:
        """The person who has that badge number.

        Raises:
            UsageProblem: It is no badge number, or nobody has it.
        """
        ...


class KioskController:
    """Takes in what happens in front of a kiosk and sees to what follows. Owned by one thread.

    Args:
        policy: Of the kiosk.
        flow: The machine.
        doorkeeper: Who may come in.
        living: Whether faces are living.
        lockouts: Delays after failed attempts.
        pins: Tries PINs.
        people: Knows badges.
        audit: Where it is written down.
        dispatch: Begins what an unlock is to do.
        clock: For stamps.
    """

    def __init__(
        self,
        policy: KioskPolicy,
        flow: KioskFlow,
        doorkeeper: AccessPolicy,
        living: LivenessTracker,
        lockouts: LockoutCounter,
        pins: PinVerifier,
        people: Badges,
        audit: AuditService,
        dispatch: Callable[[UnlockEvent], None],
        clock: Clock,
    ) -> None:
        self._policy = policy
        self._flow = flow
        self._doorkeeper = doorkeeper
        self._living = living
        self._lockouts = lockouts
        self._pins = pins
        self._people = people
        self._journal = KioskAudit(audit, policy.liveness.policy)
        self._dispatch = dispatch
        self._clock = clock
        self._scope = LockoutScope(AttemptChannel.FACE, kiosk=policy.name)
        self._result: FrameResult | None = None
        self._problem: FacelatchError | None = None
        self._trouble: FacelatchError | None = None
        self._event = ""
        self._settled: LivenessResult | None = None
        self._leave = LeaveStatus()

    @property
    def state(self) -> KioskState:
        """Where the machine stands."""
        return self._flow.status.state

    @property
    def view(self) -> KioskView:
        """What to show."""
        status = self._flow.status
        asks = status.state is KioskState.CHALLENGE
        return KioskView(
            status,
            self._result,
            self._problem,
            self._living.challenge if asks else None,
            self._trouble,
            self._leave,
            self._clock.monotonic_ns(),
            self._living.said or self._settled,
            self._living.light if asks else None,
        )

    def open(self) -> None:
        """Begin: locked, with whatever delay is still to be waited for.

        Raises:
            StoreError: The gallery cannot be read.
        """
        self._doorkeeper.judge()
        self._journal.write(AuditKind.KIOSK_STARTED)
        self._leave = LeaveStatus(possible=self._pins.can_leave)
        self._lock_out(self._lockouts.left_ns(self._scope))
        self._lock_pins(self._pins.left_ns())

    def see(self, result: FrameResult) -> None:
        """Take in a frame."""
        self._result = result
        judge = self._doorkeeper.judge(self._flow.claimed)
        faces = observed_faces(result)
        living = self._living.look(result, self._flow.status)
        self._do(self._flow.observe(Observation(faces, judge, result.frame.captured_ns, living)))

    def wait(self) -> None:
        """Let time pass."""
        self._do(self._flow.tick(self._now()))

    def camera(self, problem: FacelatchError | None, *, usable: bool) -> None:
        """There are pictures from now on, or there are none.

        Args:
            problem: Why not.
            usable: Whether there are.
        """
        self._problem = problem
        if not usable:
            self._result = None
        self._do(self._flow.camera(self._now(), usable=usable))

    def trouble(self, error: FacelatchError) -> None:
        """Something that was asked for could not be done."""
        log.warning("not done: %s", error)
        self._trouble = error

    def interrupted(self) -> None:
        """The machine slept: what was seen before is void."""
        self._result = None
        self._do(self._flow.interrupted(self._now()))

    def badge(self, number: str) -> None:
        """Somebody typed or scanned the number of a badge."""
        self._trouble = None
        if not self._policy.who.badges or not 0 < len(number) <= _LONGEST_BADGE:
            return
        try:
            person = self._people.with_badge(number)
        except UsageProblem:
            self._do(self._flow.refuse(DenialReason.UNKNOWN_BADGE, self._now()))
            return
        at_pin = self.state is KioskState.PIN
        if not at_pin and self._lockouts.left_ns(self._face_scope(person)) > 0:
            self._do(self._flow.refuse(DenialReason.IDENTITY_LOCKED, self._now()))
            return
        self._do(self._flow.claim(person, self._now()))
        if at_pin:
            self._lock_pins(self._pins.left_ns(person))

    def open_pin(self) -> None:
        """Somebody wants to type a PIN."""
        self._trouble = None
        self._do(self._flow.open_pin(self._now()))

    def open_pin_instead_of_challenge(self) -> None:
        """Whoever is asked to move wants to type their own PIN instead."""
        self._trouble = None
        self._do(self._flow.open_pin_instead_of_challenge(self._now()))
        if self.state is KioskState.PIN:
            self._lock_pins(self._pins.left_ns(self._flow.status.person))

    def touch_pin(self) -> None:
        """A key of the pad was pressed."""
        self._do(self._flow.pin_touched(self._now()))

    def close_pin(self) -> None:
        """Nobody wants to type a PIN any more."""
        self._do(self._flow.close_pin(self._now()))

    def enter_pin(self, pin: str) -> None:
        """A PIN was typed."""
        if self.state is not KioskState.PIN:
            return
        person = self._flow.status.person
        if (refusal := self._may_use_pin(person)) is not None:
            self._do(self._flow.pin_refused(refusal, self._now()))
            return
        answer = self._pins.enter(pin, person)
        self._lock_pins(answer.left_ns)
        if answer.outcome is AttemptOutcome.RIGHT:
            self._journal.write(AuditKind.PIN_ACCEPTED, person)
            self._do(self._flow.pin_right(person, self._now()))
        elif answer.outcome is AttemptOutcome.WRONG:
            self._do(self._flow.pin_refused(DenialReason.WRONG_PIN, self._now()))

    def leave(self, pin: str) -> None:
        """Somebody wants to leave the kiosk."""
        answer = self._pins.leave(pin)
        until = self._now() + answer.left_ns if answer.left_ns else None
        allowed = answer.outcome is AttemptOutcome.RIGHT
        wrong = self._leave.wrong + (answer.outcome is AttemptOutcome.WRONG)
        self._leave = LeaveStatus(allowed, wrong, until, self._leave.possible)
        self._journal.write(AuditKind.KIOSK_LEFT if allowed else AuditKind.PIN_REFUSED, role="admin")

    def action_reported(self, report: ActionReport) -> None:
        """An action has done its part, or has not."""
        if report.event is None or report.event.id != self._event or report.status is not ActionStatus.FAILED:
            return
        if not self._policy.unlock.even_if_action_fails:
            self._do(self._flow.withdraw(DenialReason.ACTION_FAILED, self._now()))
        self._trouble = report.error

    def _may_use_pin(self, person: Person | None) -> DenialReason | None:
        """Hours and groups hold for PINs too."""
        judge = self._doorkeeper.judge()
        return judge.denial_reason(person) if person else judge.hours()

    def _do(self, effects: Sequence[Effect]) -> None:
        said = self._living.said
        for effect in effects:
            match effect:
                case Unlock():
                    self._settled = None if effect.means is AuthMethod.PIN else said
                    self._let_in(effect)
                case Deny():
                    self._settled = said
                    self._turn_away(effect)
                case BeginRun() | BeginChallenge():
                    self._settled = None
                    self._living.begin(effect, self._now())
                case _:
                    self._trouble = None

    def _let_in(self, unlock: Unlock) -> None:
        person, similarity = unlock.person, unlock.match.similarity if unlock.match else None
        self._event, self._trouble = uuid4().hex, None
        if unlock.means is not AuthMethod.PIN and person is not None:
            self._lockouts.succeeded(self._scope, self._face_scope(person))
        self._journal.unlocked(unlock, self._event, self._settled)
        self._dispatch(
            UnlockEvent(
                id=self._event,
                at=self._clock.now(),
                kiosk=self._policy.name,
                person_id=person.id if person else "",
                person_name=person.name if person else "",
                factors=_FACTORS[unlock.means],
                similarity=similarity,
            )
        )

    def _turn_away(self, refuse: Deny) -> None:
        self._journal.refused(refuse, self._settled)
        if refuse.counted and not refuse.by_pin:
            claimed = [self._face_scope(refuse.person)] if refuse.person else []
            self._lockouts.failed(self._scope, *claimed)
            self._lock_out(self._lockouts.left_ns(self._scope))

    def _lock_out(self, left_ns: int) -> None:
        if left_ns > 0:
            self._journal.write(AuditKind.LOCKED_OUT, seconds=round(left_ns / 1e9))
            self._do(self._flow.lock_out(self._now() + left_ns, self._now()))

    def _lock_pins(self, left_ns: int) -> None:
        if left_ns > 0:
            self._flow.lock_pin(self._now() + left_ns)

    def _face_scope(self, person: Person) -> LockoutScope:
        return LockoutScope(AttemptChannel.FACE, person_id=person.id)

    def _now(self) -> int:
        return self._clock.monotonic_ns()


_FACTORS = {
    AuthMethod.FACE: (AuthFactor.FACE,),
    AuthMethod.PIN: (AuthFactor.PIN,),
    AuthMethod.FACE_AND_PIN: (AuthFactor.FACE, AuthFactor.PIN),
}
