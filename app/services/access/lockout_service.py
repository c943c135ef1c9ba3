"""Lists lockouts after failed attempts, and resets them."""

from dataclasses import dataclass

from app.core.audit import AuditKind
from app.core.clock import Clock
from app.core.lockout import ClockReading, LockoutRecord, LockoutScope
from app.core.roles import Permission
from app.flows.lockout import Lockout, limits_of
from app.services.access.permissions import Access, Service, requires
from app.services.audit.audit_service import AuditService
from app.store.credentials.repositories import LockoutRepository


@dataclass(frozen=True, slots=True)
class FailedAttempts:
    """The failed attempts in one scope.

    Attributes:
        scope: The scope.
        failures: Consecutive failed attempts.
        left_ns: Remaining delay in nanoseconds; 0 if there is none.
    """

    scope: LockoutScope
    failures: int
    left_ns: int


class LockoutService(Service):
    """Lists lockouts, and resets them. Every method may raise StoreError.

    Args:
        access: Decides what the current session may do.
        repository: Repository of the lockouts.
        audit: Records each reset.
        clock: Both clocks.
    """

    def __init__(self, access: Access, repository: LockoutRepository, audit: AuditService, clock: Clock) -> None:
        super().__init__(access)
        self._repository = repository
        self._audit = audit
        self._clock = clock

    @requires(Permission.RESET_LOCKOUTS)
    def failed_attempts(self) -> list[FailedAttempts]:
        """Return the scopes with failed attempts since the last success or reset."""
        now = self._now()
        return [
            FailedAttempts(scope, record.failures, _lockout(scope, record, now).left_ns(now))
            for scope, record in self._repository.failed().items()
        ]

    @requires(Permission.RESET_LOCKOUTS)
    def reset(self, scope: LockoutScope) -> None:
        """Reset the count and the delay of a scope. Running kiosks notice it within a second.

        Args:
            scope: The scope; the audit log names its channel, and its kiosk or person.
        """
        now, failures = self._now(), self._repository.read(scope).failures
        self._audit.record(
            AuditKind.LOCKOUT_RESET, scope.person_id, channel=scope.channel, kiosk=scope.kiosk, failures=failures
        )
        self._repository.change(scope, lambda record: _lockout(scope, record, now).reset(now))

    def _now(self) -> ClockReading:
        return ClockReading(self._clock.monotonic_ns(), self._clock.now())


def _lockout(scope: LockoutScope, record: LockoutRecord, now: ClockReading) -> Lockout:
    return Lockout(limits_of(scope, has_pad=False), record, now)
