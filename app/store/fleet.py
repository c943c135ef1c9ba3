"""What a kiosk asks of the server that it follows, and what it leaves there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.store.records import PersonRecord, read_people
from app.store.server import ServerDatabase
from app.store.tables import AuditRow, DepartureRow, FleetEventRow, GalleryRevisionRow, PersonRow

PEOPLE_AT_ONCE = 500
"""Who travel in one transaction."""


@dataclass(frozen=True, slots=True)
class News:
    """What has happened on the server since a revision.

    Attributes:
        revision: Up to where.
        gone: Ids of people who are no more; to be carried out first.
        changed: Ids of people who are new or others than before, in the order of their changes.
        everything: Whether `changed` names everybody, so that whoever is not named is no more.
    """

    revision: int
    gone: tuple[str, ...]
    changed: tuple[str, ...]
    everything: bool


class FleetServer:
    """The server's side of a fleet. Every method may raise StoreError.

    Args:
        database: Connected.
        clock: Dates what is received.
    """

    def __init__(self, database: ServerDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def revision(self) -> int:
        """Raised by every change to people."""
        with self._database.connecting() as connection:
            return connection.execute(select(GalleryRevisionRow.revision)).scalar_one()

    def news(self, since: int) -> News:
        """What has happened since a revision; everything, where that is so long ago that it cannot be told.

        Args:
            since: The revision a kiosk has; -1 for none.
        """
        with self._database.reading() as session:
            revision, floor = session.execute(select(GalleryRevisionRow.revision, GalleryRevisionRow.floor)).one()
            everything = since < max(floor, 0) or since > revision
            changed = select(PersonRow.id).order_by(PersonRow.revision, PersonRow.id)
            if everything:
                return News(revision, (), tuple(session.scalars(changed)), everything=True)
            gone = session.scalars(select(DepartureRow.person_id).where(DepartureRow.revision > since))
            changed = changed.where(PersonRow.revision > since)
            return News(revision, tuple(gone), tuple(session.scalars(changed)), everything=False)

    def people(self, ids: Sequence[str]) -> list[PersonRecord]:
        """Those of these people who are still there, with all that belongs to them."""
        with self._database.reading() as session:
            return read_people(session, ids)

    def take_events(self, kiosk: str, events: Collection[AuditRow]) -> None:
        """Keep events of a kiosk's audit trail, each once, however often it is sent.

        Args:
            kiosk: The kiosk's id.
            events: Of its trail.
        """
        with self._database.writing() as session:
            _keep_events(session, kiosk, events, self._clock.now())


def _keep_events(session: Session, kiosk: str, events: Collection[AuditRow], now: datetime) -> None:
    rows = [
        {
            "kiosk": kiosk,
            "event_id": event.id,
            "at": event.at,
            "kind": event.kind,
            "subject": event.subject,
            "actor": event.actor,
            "role": event.role,
            "details": event.details,
            "previous": event.previous,
            "mac": event.mac,
            "received_at": now,
        }
        for event in events
    ]
    session.execute(insert(FleetEventRow).on_conflict_do_nothing(), rows)
