"""The outbox: unlock events that wait for delivery to their receivers."""

from collections.abc import Mapping

from sqlalchemy import delete, func, select, update

from app.core.audit import AuditEntry
from app.core.clock import Clock
from app.core.errors import OutboxFull, StoreCorrupt
from app.core.unlock import AuthFactor, OutboxEvent, UnlockEvent
from app.store.audit.log import append
from app.store.database.sqlite import Database
from app.store.database.tables import OutboxRow
from app.store.people.queries import names_by_id

_QUEUED = select(OutboxRow).order_by(OutboxRow.id)


class OutboxRepository:
    """The outbox in the database. Thread-safe and safe across processes. Every method may raise StoreError.

    Names are not stored: erasing a person also removes the name from queued events.

    Args:
        database: Open.
        clock: The time of changes.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def put(self, target: str, event: UnlockEvent, limit: int) -> None:
        """Queue an event. It is on the disk when this returns. An event that is already queued is skipped.

        Args:
            target: The receiver.
            event: To deliver.
            limit: How many events may be queued for the receiver.

        Raises:
            OutboxFull: The limit is reached.
        """
        with self._database.writing() as session:
            known = select(OutboxRow.id).where(OutboxRow.target == target, OutboxRow.event_id == event.id)
            if session.execute(known).first() is not None:
                return
            waiting = select(func.count(OutboxRow.id)).where(OutboxRow.target == target)
            if session.execute(waiting).scalar_one() >= limit:
                raise OutboxFull(limit=limit, target=target)
            session.add(
                OutboxRow(
                    target=target,
                    event_id=event.id,
                    at=event.at,
                    kiosk=event.kiosk,
                    person_id=event.person_id,
                    factors=",".join(event.factors),
                    similarity=event.similarity,
                    queued_at=self._clock.now(),
                )
            )

    def oldest(self, target: str) -> OutboxEvent | None:
        """Return the oldest event queued for a receiver; None if there is none.

        Raises:
            StoreCorrupt: A stored event is invalid.
        """
        with self._database.reading() as session:
            row = session.scalars(_QUEUED.where(OutboxRow.target == target).limit(1)).first()
            return None if row is None else self._event(row, names_by_id(session, [row.person_id]))

    def all(self) -> list[OutboxEvent]:
        """Return all queued events, the oldest first.

        Raises:
            StoreCorrupt: A stored event is invalid.
        """
        with self._database.reading() as session:
            rows = session.scalars(_QUEUED).all()
            names = names_by_id(session, sorted({row.person_id for row in rows}))
            return [self._event(row, names) for row in rows]

    def tried(self, waiting_id: int, problem: str) -> None:
        """Record a failed delivery attempt.

        Args:
            waiting_id: The id of the queued event.
            problem: What went wrong, in English.
        """
        noted = {"attempts": OutboxRow.attempts + 1, "tried_at": self._clock.now(), "problem": problem}
        with self._database.writing() as session:
            session.execute(update(OutboxRow).where(OutboxRow.id == waiting_id).values(noted))

    def settle(self, waiting_id: int, entry: AuditEntry) -> bool:
        """Remove an event, and record its outcome in the same transaction.

        Args:
            waiting_id: The id of the event that was delivered or dropped.
            entry: The outcome, for the audit log.

        Returns:
            False if another process had removed it; nothing is recorded then.
        """
        with self._database.writing() as session:
            removed = session.execute(delete(OutboxRow).where(OutboxRow.id == waiting_id).returning(OutboxRow.id)).all()
            if removed:
                append(session, self._clock.now(), entry)
            return bool(removed)

    def _event(self, kept: OutboxRow, names: Mapping[str, str]) -> OutboxEvent:
        try:
            factors = tuple(AuthFactor(factor) for factor in kept.factors.split(","))
        except ValueError as error:
            raise StoreCorrupt(path=self._database.path) from error
        name = names.get(kept.person_id, "")
        event = UnlockEvent(kept.event_id, kept.at, kept.kiosk, kept.person_id, name, factors, kept.similarity)
        return OutboxEvent(kept.id, kept.target, event, kept.queued_at, kept.attempts, kept.tried_at, kept.problem)
