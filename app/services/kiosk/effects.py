"""Carrying out the decisions of a kiosk: lockout counts, the audit log, and the actions of an unlock."""

import logging
from collections.abc import Callable
from uuid import uuid4

from app.core.audit import AuditKind, Detail
from app.core.clock import Clock
from app.core.errors import StoreError
from app.core.liveness import LivenessPolicy, LivenessResult, LivenessVerdict
from app.core.lockout import AttemptChannel, LockoutScope
from app.core.match_decision import Match
from app.core.people import Person
from app.core.unlock import AuthFactor, UnlockEvent
from app.flows.kiosk.types import AuthMethod, Deny, Unlock
from app.services.access.lockouts import LockoutCounter
from app.services.audit.audit_service import AuditService
from app.services.audit.face_audit import liveness_details
from app.services.kiosk.policy import KioskPolicy

log = logging.getLogger(__name__)

Dispatch = Callable[[UnlockEvent], None]
"""Starts the actions of an unlock and returns immediately."""

_FACTORS = {
    AuthMethod.FACE: (AuthFactor.FACE,),
    AuthMethod.PIN: (AuthFactor.PIN,),
    AuthMethod.FACE_AND_PIN: (AuthFactor.FACE, AuthFactor.PIN),
}


class KioskEffects:
    """Carries out grants and denials of one kiosk.

    A database that cannot be written neither opens a door nor keeps one shut.

    Args:
        policy: Policy of the kiosk.
        audit: The audit log, with the kiosk as actor.
        lockouts: Counts failed attempts at faces.
        dispatch: Starts the actions of an unlock.
        clock: Dates events.
    """

    def __init__(
        self,
        policy: KioskPolicy,
        audit: AuditService,
        lockouts: LockoutCounter,
        dispatch: Dispatch,
        clock: Clock,
    ) -> None:
        self._policy = policy
        self._audit = audit
        self._lockouts = lockouts
        self._dispatch = dispatch
        self._clock = clock
        self._scope = LockoutScope(AttemptChannel.FACE, kiosk=policy.name)
        self._badges = LockoutScope(AttemptChannel.BADGE, kiosk=policy.name)

    def lockout_ns(self, person: Person | None = None) -> int:
        """Return the remaining delay before faces are compared, in nanoseconds; 0 if there is none.

        Args:
            person: Claimed person; None for the delay of the kiosk.
        """
        return self._lockouts.left_ns(_scope_of(person) if person else self._scope)

    def badge_delay_ns(self) -> int:
        """Return the remaining delay before badges are read after unknown numbers, in nanoseconds; 0 if none."""
        return self._lockouts.left_ns(self._badges)

    def count_unknown_badge(self) -> None:
        """Count an unknown badge number."""
        self._lockouts.failed(self._badges)

    def grant(self, unlock: Unlock, liveness: LivenessResult | None) -> str:
        """Reset the lockout counts, record the unlock and start its actions.

        Args:
            unlock: The grant.
            liveness: Liveness of the face; None if no face was checked.

        Returns:
            Id of the unlock event.
        """
        person, event = unlock.person, uuid4().hex
        if unlock.method is not AuthMethod.PIN and person is not None:
            self._lockouts.succeeded(self._scope, _scope_of(person))
        details = self._liveness_details(liveness) | {"means": unlock.method, "event": event}
        if unlock.method is AuthMethod.FACE_AND_PIN and not (liveness and liveness.verdict is LivenessVerdict.PASSED):
            details["pin_for_moving"] = self._policy.liveness.policy is not LivenessPolicy.OFF
        self.record(AuditKind.UNLOCKED, person, **_similarity(unlock.match) | details)
        self._dispatch(
            UnlockEvent(
                id=event,
                at=self._clock.now(),
                kiosk=self._policy.name,
                person_id=person.id if person else "",
                person_name=person.name if person else "",
                factors=_FACTORS[unlock.method],
                similarity=unlock.match.similarity if unlock.match else None,
            )
        )
        return event

    def deny(self, deny: Deny, liveness: LivenessResult | None) -> int:
        """Record a denial, and count it if it is a failed attempt at a face.

        Args:
            deny: The denial.
            liveness: Liveness of the face; None if no face was checked.

        Returns:
            The remaining delay of the kiosk after a failed attempt without a badge, in nanoseconds; 0 if there is none.
        """
        if deny.by_pin:
            self.record(AuditKind.PIN_REFUSED, deny.person, reason=deny.reason)
            return 0
        details = self._liveness_details(liveness) | {"reason": deny.reason}
        self.record(AuditKind.DENIED, deny.person, **_similarity(deny.match) | details)
        if not deny.is_failed_attempt:
            return 0
        if deny.is_claimed and deny.person:
            self._lockouts.failed(self._scope, _scope_of(deny.person))
            return 0
        return self._lockouts.failed(self._scope)

    def record(self, kind: AuditKind, person: Person | None = None, **details: Detail) -> None:
        """Write an audit event; a failure is logged.

        Args:
            kind: Kind of event.
            person: Person concerned; None if there is none.
            details: Details of the event.
        """
        try:
            self._audit.record(kind, person.id if person else "", **details)
        except StoreError as error:
            log.warning("cannot write the audit event %s: %s", kind, error)

    def receivers(self) -> dict[str, Detail]:
        """Return the machines that receive events about people, as details of an audit event."""
        receivers = [action.receiver for action in self._policy.actions if action.receiver]
        return {"receivers": "; ".join(receivers)} if receivers else {}

    def _liveness_details(self, liveness: LivenessResult | None) -> dict[str, Detail]:
        known = liveness or LivenessResult(0, self._policy.liveness.policy, LivenessVerdict.NOT_RUN)
        return {name: value for name, value in liveness_details(known).items() if value != ""}


def _scope_of(person: Person) -> LockoutScope:
    return LockoutScope(AttemptChannel.FACE, person_id=person.id)


def _similarity(match: Match | None) -> dict[str, Detail]:
    return {} if match is None else {"similarity": round(match.similarity, 4)}
