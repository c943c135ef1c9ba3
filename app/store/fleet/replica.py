"""The replica: a kiosk's copy of the people on a server, with which it works while the server is unreachable."""

import logging
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core.audit import AuditKind
from app.core.clock import Clock
from app.core.errors import InvalidChange
from app.core.i18n import QT_TRANSLATE_NOOP
from app.store.database.failures import translate_errors
from app.store.database.raw_connection import connect_read_only
from app.store.database.sqlite import Database
from app.store.database.tables import AuditRow, FleetLinkRow, PersonRow
from app.store.fleet.replication import ReplicatedPerson, write_people
from app.store.fleet.server_queries import PEOPLE_PER_TRANSACTION, FleetServer, ServerChanges
from app.store.people.audited_transactions import AuditedTransactions
from app.store.people.deletion import delete_person

log = logging.getLogger(__name__)

NO_REVISION = -1
"""The revision of an empty replica."""

_EVENTS_PER_REQUEST = 500


def is_replica(path: Path) -> bool:
    """Return whether a database is the replica of a kiosk. Changes nothing.

    Args:
        path: The file; may be missing.

    Raises:
        StoreError: The file cannot be read.
    """
    with translate_errors(path):
        if not path.exists() or not path.stat().st_size:
            return False
        with closing(connect_read_only(path)) as connection:
            tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'fleet_link'")
            if not tables.fetchone()[0]:
                return False
            return bool(connection.execute("SELECT count(*) FROM fleet_link").fetchone()[0])


class Replica:
    """Replicates a server. Every method may raise StoreError.

    Replication can be interrupted at any point and resumed: each step is a transaction that also stores the progress.

    Args:
        database: The kiosk's database, open.
        clock: The time of changes.
        actor: Who makes changes, for the audit log.
    """

    def __init__(self, database: Database, clock: Clock, actor: str = "fleet") -> None:
        self._database = database
        self._transactions = AuditedTransactions(database, clock, actor)

    def join(self) -> None:
        """Turn the database into a replica, unless it is one.

        Raises:
            InvalidChange: It holds people, who would be lost.
        """
        with self._database.writing() as session:
            if session.get(FleetLinkRow, 1) is not None:
                return
            if session.execute(select(func.count(PersonRow.id))).scalar_one():
                raise InvalidChange(
                    QT_TRANSLATE_NOOP("errors", "This kiosk has its own people, who are not on the server."),
                    QT_TRANSLATE_NOOP(
                        "errors", "Export them, import them on the server, and give the kiosk an empty data directory."
                    ),
                )
            session.add(FleetLinkRow(id=1, kiosk=uuid4().hex, revision=NO_REVISION, sent=0))

    @property
    def revision(self) -> int:
        """The server revision that the replica has reached."""
        return self._link().revision

    @property
    def kiosk(self) -> str:
        """The id under which the server stores this kiosk's events."""
        return self._link().kiosk

    def pull(self, server: FleetServer) -> int:
        """Apply the changes on the server, removals first.

        Args:
            server: The server.

        Returns:
            How many people were changed.
        """
        changes = server.changes_since(self.revision)
        removed = self._delete_removed(changes)
        for first in range(0, len(changes.changed), PEOPLE_PER_TRANSACTION):
            people = server.people(changes.changed[first : first + PEOPLE_PER_TRANSACTION])
            self._apply(
                people, NO_REVISION if changes.is_complete else min((one.revision for one in people), default=0) - 1
            )
        self._set_revision(changes.revision)
        if removed:
            self._database.checkpoint()
        return removed + len(changes.changed)

    def push(self, server: FleetServer) -> int:
        """Send new audit events. Each arrives exactly once, even if sending is interrupted.

        Args:
            server: The server.

        Returns:
            How many events were sent.
        """
        sent = 0
        while events := self.unsent_events():
            server.receive_events(self.kiosk, events)
            with self._database.writing() as session:
                session.execute(update(FleetLinkRow).values(sent=events[-1].id))
            sent += len(events)
        return sent

    def _link(self) -> FleetLinkRow:
        with self._database.reading() as session:
            row = session.get_one(FleetLinkRow, 1)
            session.expunge(row)
            return row

    def unsent_events(self) -> Sequence[AuditRow]:
        """Return the next audit events to send, the oldest first, limited to one request."""
        sent = self._link().sent
        query = select(AuditRow).where(AuditRow.id > sent).order_by(AuditRow.id).limit(_EVENTS_PER_REQUEST)
        with self._database.reading() as session:
            events = session.scalars(query).all()
            session.expunge_all()
            return events

    def _delete_removed(self, changes: ServerChanges) -> int:
        with self._database.reading() as session:
            local = set(session.scalars(select(PersonRow.id)))
        removed = sorted(local - set(changes.changed) if changes.is_complete else local & set(changes.removed))
        if removed:
            with self._transactions.begin() as change:
                for person_id in removed:
                    delete_person(change, person_id, AuditKind.PERSON_ERASED)
        return len(removed)

    def _apply(self, people: Sequence[ReplicatedPerson], reached: int) -> None:
        with self._transactions.begin() as change:
            write_people(change.session, people)
            change.people.update(person.id for person in people)
            if reached != NO_REVISION:
                _advance_to(change.session, reached)

    def _set_revision(self, revision: int) -> None:
        if self.revision != revision:
            with self._database.writing() as session:
                session.execute(update(FleetLinkRow).values(revision=revision))


def _advance_to(session: Session, revision: int) -> None:
    session.execute(update(FleetLinkRow).where(FleetLinkRow.revision < revision).values(revision=revision))
