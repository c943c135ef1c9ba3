"""Events that must reach a receiver sooner or later, kept until they have."""

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

_WAITING = select(OutboxRow).order_by(OutboxRow.id)


class OutboxRepository:
    """The outbox in the database; usable from every thread and process at once.

    Every method may raise StoreError. Names are not kept here: erasing a person erases the name from what waits, too.

    Args:
        database: Open.
        clock: Dates what is kept.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def put(self, target: str, event: UnlockEvent, limit: int) -> None:
        """Keep an event, on the disk when this returns. One that is there already is not doubled.

        Args:
            target: Whose event.
            event: What to deliver.
            limit: How many may wait for this target.

        Raises:
            OutboxFull: As many wait already.
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
        """What has waited longest for a target; None where nothing waits.

        Raises:
            StoreCorrupt: What is stored is no event.
        """
        with self._database.reading() as session:
            row = session.scalars(_WAITING.where(OutboxRow.target == target).limit(1)).first()
            return None if row is None else self._event(row, names_by_id(session, [row.person_id]))

    def all(self) -> list[OutboxEvent]:
        """All that waits for anybody, oldest first.

        Raises:
            StoreCorrupt: What is stored is no event.
        """
        with self._database.reading() as session:
            rows = session.scalars(_WAITING).all()
            names = names_by_id(session, sorted({row.person_id for row in rows}))
            return [self._event(row, names) for row in rows]

    def tried(self, waiting_id: int, problem: str) -> None:
        """Note an attempt in vain.

        Args:
            waiting_id: Of what was tried.
            problem: What went wrong, in English.
        """
        noted = {"attempts": OutboxRow.attempts + 1, "tried_at": self._clock.now(), "problem": problem}
        with self._database.writing() as session:
            session.execute(update(OutboxRow).where(OutboxRow.id == waiting_id).values(noted))

    def settle(self, waiting_id: int, entry: AuditEntry) -> bool:
        """Take an event out, and write down in the same step how it ended.

        Args:
            waiting_id: Of what was delivered or given up.
            entry: What became of it.

        Returns:
            Whether it was still there; where another process was faster, nothing is written down.
        """
        with self._database.writing() as session:
            gone = session.execute(delete(OutboxRow).where(OutboxRow.id == waiting_id).returning(OutboxRow.id)).all()
            if gone:
                append(session, self._clock.now(), entry)
            return bool(gone)

    def _event(self, kept: OutboxRow, names: Mapping[str, str]) -> OutboxEvent:
        try:
            factors = tuple(AuthFactor(factor) for factor in kept.factors.split(","))
        except ValueError as error:
            raise StoreCorrupt(path=self._database.path) from error
        name = names.get(kept.person_id, "")
        event = UnlockEvent(kept.event_id, kept.at, kept.kiosk, kept.person_id, name, factors, kept.similarity)
        return OutboxEvent(kept.id, kept.target, event, kept.queued_at, kept.attempts, kept.tried_at, kept.problem)
