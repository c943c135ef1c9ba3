"""An audit trail in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from app.core.audit import AuditEntry, AuditEvent, AuditKind, AuditQuery, Detail
from app.core.errors import FacelatchError
from app.core.people import Person
from app.services.audit.audit_service import AuditLine
from app.store.audit.signature import Signer
from tests.fakes.keyrings import ConstantKeys

EPOCH = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@dataclass
class FakeAudit:
    """See `app.ui.ports.AuditPort`; `problem` is raised by every call while it is set."""

    written: list[AuditLine] = field(default_factory=list)
    problem: FacelatchError | None = None
    asked: int = 0

    def write(
        self, kind: AuditKind, who: Person | None = None, actor: str = "window", at: datetime = EPOCH, **details: Detail
    ) -> AuditLine:
        """As an event does."""
        number = self.written[0].event.id + 1 if self.written else 1
        event = AuditEvent(number, at, AuditEntry(kind, who.id if who else "", actor, details))
        self.written.insert(0, AuditLine(event, who.name if who else ""))
        return self.written[0]

    def lines(self, query: AuditQuery, limit: int = 200) -> list[AuditLine]:
        self._may()
        self.asked += 1
        return [line for line in self.written if _is_meant(line, query)][:limit]

    def pages(self, query: AuditQuery) -> Iterator[list[AuditLine]]:
        while page := self.lines(query, 100):
            yield page
            query = replace(query, before=page[-1].event.id)

    def count(self, query: AuditQuery) -> int:
        self._may()
        return sum(_is_meant(line, query) for line in self.written)

    def newest(self) -> int:
        self._may()
        return self.written[0].event.id if self.written else 0

    @property
    def signer(self) -> Signer:
        return Signer(ConstantKeys())

    def _may(self) -> None:
        if self.problem is not None:
            raise self.problem


def _is_meant(line: AuditLine, query: AuditQuery) -> bool:
    event, entry = line.event, line.event.entry
    return all(
        (
            not query.kinds or entry.kind in query.kinds,
            query.subject in {"", entry.subject},
            entry.actor.startswith(query.actor),
            query.since is None or event.at >= query.since,
            query.until is None or event.at < query.until,
            query.before is None or event.id < query.before,
            query.after is None or event.id > query.after,
        )
    )
