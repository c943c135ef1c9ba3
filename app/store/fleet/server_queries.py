"""What a kiosk asks of the server that it follows, and what it leaves there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.faces import Vector
from app.store.crypto.vault import vault_of
from app.store.database.tables import AuditRow, FleetEventRow, GalleryRevisionRow, PersonRow, TombstoneRow
from app.store.fleet.replication import ReplicatedPerson, read_people
from app.store.fleet.server_database import ServerDatabase
from app.store.fleet.vector_search import count_search_vectors, nearest_people
from app.store.people.galleries import GalleryChanges, GalleryRepository

PEOPLE_AT_ONCE = 500
"""Who travel in one transaction."""


@dataclass(frozen=True, slots=True)
class ServerChanges:
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
        with self._database.connection() as connection:
            return connection.execute(select(GalleryRevisionRow.revision)).scalar_one()

    def news(self, since: int) -> ServerChanges:
        """What has happened since a revision; everything, where that is so long ago that it cannot be told.

        Args:
            since: The revision a kiosk has; -1 for none.
        """
        with self._database.reading() as session:
            revision, floor = session.execute(select(GalleryRevisionRow.revision, GalleryRevisionRow.floor)).one()
            everything = since < max(floor, 0) or since > revision
            changed = select(PersonRow.id).order_by(PersonRow.revision, PersonRow.id)
            if everything:
                return ServerChanges(revision, (), tuple(session.scalars(changed)), everything=True)
            gone = session.scalars(select(TombstoneRow.person_id).where(TombstoneRow.revision > since))
            changed = changed.where(PersonRow.revision > since)
            return ServerChanges(revision, tuple(gone), tuple(session.scalars(changed)), everything=False)

    def people(self, ids: Sequence[str]) -> list[ReplicatedPerson]:
        """Those of these people who are still there, with all that belongs to them."""
        with self._database.reading() as session:
            return read_people(session, ids)

    def receive_events(self, kiosk: str, events: Collection[AuditRow]) -> None:
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


CANDIDATE_PEOPLE = 32
"""Who are compared exactly: enough that nobody beside the first two matters, even where some are not valid now."""


class ServerSearch:
    """Finds the few people of a large gallery among whom a face's own is. Every method may raise StoreError.

    Args:
        database: Connected.
        model: The manifest name of the model.
        model_sha256: Of its weights.
    """

    def __init__(self, database: ServerDatabase, model: str, model_sha256: str) -> None:
        self._database = database
        self._made_by = model, model_sha256
        self._galleries = GalleryRepository(database, model, model_sha256)

    def templates(self) -> int:
        """How many can be searched."""
        with self._database.reading() as session:
            return count_search_vectors(session, *self._made_by)

    def around(self, probe: Vector, now: datetime, also: str | None = None) -> GalleryChanges:
        """The people whom a probe resembles most, with all that is needed to compare it with them.

        Args:
            probe: (size,), unit length.
            now: Decides who is valid.
            also: The id of somebody who is wanted however unlike they are.
        """
        with self._database.reading() as session:
            # While templates are being revoked, some are turned by the rotation before, some by the new one.
            turned = [rotation.apply(probe) for rotation in vault_of(session).rotations]
            near = [one for way in turned for one in nearest_people(session, *self._made_by, way, CANDIDATE_PEOPLE)]
        return self._galleries.people(list(dict.fromkeys([*near, *([also] if also else [])])), now)
