"""List and drop undelivered events of the outbox."""

from app.core.audit import AuditEntry, AuditKind
from app.core.roles import Permission
from app.core.unlock import OutboxEvent
from app.services.access.permissions import Access, Service, requires
from app.store.outbox import OutboxRepository


class OutboxService(Service):
    """Maintains the outbox. Every method may raise StoreError.

    Args:
        access: Decides what the current session may do.
        outbox: Repository of undelivered events.
        actor: Author of changes, for the audit log.
    """

    def __init__(self, access: Access, outbox: OutboxRepository, actor: str) -> None:
        super().__init__(access)
        self._outbox = outbox
        self._actor = actor

    @requires(Permission.MANAGE_STORE)
    def queued(self) -> list[OutboxEvent]:
        """Return all undelivered events, oldest first."""
        return self._outbox.all()

    @requires(Permission.MANAGE_STORE)
    def drop(self, target: str) -> int:
        """Remove the undelivered events of a receiver, and record each as a failed action.

        Args:
            target: The receiver, as in `OutboxEvent.target`: "kiosk/action".

        Returns:
            How many events were removed.
        """
        dropped = 0
        for queued in self._outbox.all():
            if queued.target == target:
                details = {"action": target.rpartition("/")[2], "event": queued.event.id, "problem": "dropped by hand"}
                entry = AuditEntry(AuditKind.ACTION_FAILED, queued.event.person_id, self._actor, details)
                dropped += self._outbox.settle(queued.id, entry)
        return dropped
