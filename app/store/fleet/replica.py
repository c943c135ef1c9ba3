"""A kiosk's own copy of the people on a server, which it follows and without which it goes on."""

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
from app.store.fleet.server_queries import PEOPLE_AT_ONCE, FleetServer, ServerChanges
from app.store.people.audited_transactions import AuditedTransactions
from app.store.people.deletion import delete_person

log = logging.getLogger(__name__)

NO_REVISION = -1
"""The revision of a copy into which nothing has come yet."""

_EVENTS_AT_ONCE = 500


def is_replica(path: Path) -> bool:
    """Whether a machine's database is the copy of a kiosk.

    Args:
        path: The file; need not exist, and is left as it is.

    Raises:
        StoreError: It cannot be read.
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
    """Follows a server. Every method may raise StoreError.

    What happens is the same if it is broken off at any point and begun again: each step is a transaction that also
    says how far it has come.

    Args:
        database: The kiosk's own, open.
        clock: Dates what happens.
        actor: Who changes it, for the audit trail.
    """

    def __init__(self, database: Database, clock: Clock, actor: str = "fleet") -> None:
        self._database = database
        self._transactions = AuditedTransactions(database, clock, actor)

    def join(self) -> None:
        """Become a copy, unless it is one already.

        Raises:
            InvalidChange: There are people in it who would be lost.
        """
        with self._database.writing() as session:
            if session.get(FleetLinkRow, 1) is not None:
                return
            if session.execute(select(func.count(PersonRow.id))).scalar_one():
                raise InvalidChange(
                    QT_TRANSLATE_NOOP("errors", "This kiosk has people of its own, whom the server does not know."),
                    QT_TRANSLATE_NOOP(
                        "errors", "Export them, import them on the server, and give the kiosk an empty data directory."
                    ),
                )
            session.add(FleetLinkRow(id=1, kiosk=uuid4().hex, revision=NO_REVISION, sent=0))

    @property
    def revision(self) -> int:
        """Of the server, up to which everything has come."""
        return self._link().revision

    @property
    def kiosk(self) -> str:
        """The id under which the server keeps this kiosk's events."""
        return self._link().kiosk

    def pull(self, server: FleetServer) -> int:
        """Become what the server is: who is gone there goes first, then the others come.

        Args:
            server: To be followed.

        Returns:
            How many people have changed.
        """
        news = server.news(self.revision)
        gone = self._erase(news)
        for first in range(0, len(news.changed), PEOPLE_AT_ONCE):
            people = server.people(news.changed[first : first + PEOPLE_AT_ONCE])
            self._take(people, NO_REVISION if news.everything else min((one.revision for one in people), default=0) - 1)
        self._come_to(news.revision)
        if gone:
            self._database.checkpoint()
        return gone + len(news.changed)

    def push(self, server: FleetServer) -> int:
        """Send what has come into the audit trail since; each event is there once, whatever happens in between.

        Returns:
            How many events were sent.
        """
        sent = 0
        while events := self._unsent():
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

    def _unsent(self) -> Sequence[AuditRow]:
        sent = self._link().sent
        query = select(AuditRow).where(AuditRow.id > sent).order_by(AuditRow.id).limit(_EVENTS_AT_ONCE)
        with self._database.reading() as session:
            events = session.scalars(query).all()
            session.expunge_all()
            return events

    def _erase(self, news: ServerChanges) -> int:
        with self._database.reading() as session:
            here = set(session.scalars(select(PersonRow.id)))
        gone = sorted(here - set(news.changed) if news.everything else here & set(news.gone))
        if gone:
            with self._transactions.begin() as change:
                for person_id in gone:
                    delete_person(change, person_id, AuditKind.PERSON_ERASED)
        return len(gone)

    def _take(self, people: Sequence[ReplicatedPerson], reached: int) -> None:
        with self._transactions.begin() as change:
            write_people(change.session, people)
            change.people.update(person.id for person in people)
            if reached != NO_REVISION:
                _reach(change.session, reached)

    def _come_to(self, revision: int) -> None:
        if self.revision != revision:
            with self._database.writing() as session:
                session.execute(update(FleetLinkRow).values(revision=revision))


def _reach(session: Session, revision: int) -> None:
    session.execute(update(FleetLinkRow).where(FleetLinkRow.revision < revision).values(revision=revision))
