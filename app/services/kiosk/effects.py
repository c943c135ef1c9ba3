"""What a kiosk writes into the audit trail."""

import logging

from app.core.audit import AuditKind, Detail
from app.core.errors import StoreError
from app.core.liveness import LivenessPolicy, LivenessResult, LivenessVerdict
from app.core.match_decision import Match
from app.core.people import Person
from app.flows.kiosk.types import AuthMethod, Deny, Unlock
from app.services.audit.audit_service import AuditService
from app.services.audit.face_audit import liveness_details

log = logging.getLogger(__name__)


class KioskAudit:
    """Writes down what happens. A store that cannot be written neither opens a door nor keeps one shut.

    Args:
        audit: The trail.
        policy: How much has to be shown of liveness here.
    """

    def __init__(self, audit: AuditService, policy: LivenessPolicy) -> None:
        self._audit = audit
        self._policy = policy

    def write(self, kind: AuditKind, person: Person | None = None, **details: Detail) -> None:
        """Write down that something happened, to nobody in particular where there is no person."""
        try:
            self._audit.record(kind, person.id if person else "", **details)
        except StoreError as error:
            log.warning("%s could not be written down: %s", kind, error)

    def unlocked(self, unlock: Unlock, event: str, said: LivenessResult | None) -> None:
        """Somebody was let in.

        Args:
            unlock: Who, and by what.
            event: The id that actions know it by.
            said: What was said of whether the face is living; None where no face was looked at.
        """
        details = self._living(said) | {"means": unlock.means, "event": event}
        if unlock.means is AuthMethod.FACE_AND_PIN and not (said and said.verdict is LivenessVerdict.PASSED):
            details["pin_for_moving"] = self._policy is not LivenessPolicy.OFF
        self.write(AuditKind.UNLOCKED, unlock.person, **_similarity(unlock.match) | details)

    def refused(self, refuse: Deny, said: LivenessResult | None) -> None:
        """Somebody was not let in.

        Args:
            refuse: Who, and why.
            said: What was said of whether the face is living; None where no face was looked at.
        """
        if refuse.by_pin:
            self.write(AuditKind.PIN_REFUSED, refuse.person, reason=refuse.refusal)
            return
        details = self._living(said) | {"reason": refuse.refusal}
        self.write(AuditKind.DENIED, refuse.person, **_similarity(refuse.match) | details)

    def _living(self, said: LivenessResult | None) -> dict[str, Detail]:
        details = liveness_details(said or LivenessResult(0, self._policy, LivenessVerdict.NOT_RUN))
        return {name: value for name, value in details.items() if value != ""}


def _similarity(match: Match | None) -> dict[str, Detail]:
    return {} if match is None else {"similarity": round(match.similarity, 4)}
