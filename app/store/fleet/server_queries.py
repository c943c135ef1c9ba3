"""Queries of a kiosk to the fleet server: changes, people, received audit events, and search in large galleries."""

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
from app.store.fleet.vector_search import count_people_by_templates, count_search_vectors, nearest_people
from app.store.people.galleries import GalleryChanges, GalleryRepository

PEOPLE_PER_TRANSACTION = 500
"""How many people are transferred in one transaction."""


@dataclass(frozen=True, slots=True)
class ServerChanges:
    """The changes on the server since a revision.

    Attributes:
        revision: The current revision.
        removed: Ids of removed people, to be applied first.
        changed: Ids of added or changed people, in the order of their changes.
        is_complete: Whether `changed` lists all people, so that all others were removed.
    """

    revision: int
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    is_complete: bool


class FleetServer:
    """Replication queries to the server. Every method may raise StoreError.

    Args:
        database: Connected.
        clock: The time of reception of events.
    """

    def __init__(self, database: ServerDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def revision(self) -> int:
        """Return the gallery revision, which every change to people advances."""
        with self._database.connection() as connection:
            return connection.execute(select(GalleryRevisionRow.revision)).scalar_one()

    def changes_since(self, since: int) -> ServerChanges:
        """Return the changes since a revision, or all people if the server no longer knows that revision.

        Args:
            since: The revision of the kiosk; -1 for none.

        Returns:
            The changes.
        """
        with self._database.reading() as session:
            revision, floor = session.execute(select(GalleryRevisionRow.revision, GalleryRevisionRow.floor)).one()
            is_complete = since < max(floor, 0) or since > revision
            changed = select(PersonRow.id).order_by(PersonRow.revision, PersonRow.id)
            if is_complete:
                return ServerChanges(revision, (), tuple(session.scalars(changed)), is_complete=True)
            removed = session.scalars(select(TombstoneRow.person_id).where(TombstoneRow.revision > since))
            changed = changed.where(PersonRow.revision > since)
            return ServerChanges(revision, tuple(removed), tuple(session.scalars(changed)), is_complete=False)

    def people(self, ids: Sequence[str]) -> list[ReplicatedPerson]:
        """Return those of some people who still exist, with all their data."""
        with self._database.reading() as session:
            return read_people(session, ids)

    def receive_events(self, kiosk: str, events: Collection[AuditRow]) -> None:
        """Store audit events of a kiosk. Events that were already received are skipped.

        Args:
            kiosk: The kiosk's id.
            events: Of its audit log.
        """
        with self._database.writing() as session:
            _store_events(session, kiosk, events, self._clock.now())


def _store_events(session: Session, kiosk: str, events: Collection[AuditRow], now: datetime) -> None:
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
"""How many people are compared exactly: enough to find the two nearest, even if some are not valid now."""


class ServerSearch:
    """Finds candidates for a probe in a large gallery. Every method may raise StoreError.

    Args:
        database: Connected.
        model: The manifest name of the model.
        model_sha256: SHA-256 of its weights.
    """

    def __init__(self, database: ServerDatabase, model: str, model_sha256: str) -> None:
        self._database = database
        self._model_key = model, model_sha256
        self._galleries = GalleryRepository(database, model, model_sha256)

    def templates(self) -> int:
        """Return how many templates can be searched."""
        with self._database.reading() as session:
            return count_search_vectors(session, *self._model_key)

    def people_by_templates(self) -> dict[int, int]:
        """Return how many people have how many templates that can be searched."""
        with self._database.reading() as session:
            return count_people_by_templates(session, *self._model_key)

    def around(self, probe: Vector, now: datetime, also: str | None = None) -> GalleryChanges:
        """Return the people most similar to a probe, with the vectors to compare it with.

        Args:
            probe: (size,), unit length.
            now: The time for which validity is decided.
            also: The id of a person to include whatever the similarity.

        Returns:
            The people and their vectors.
        """
        with self._database.reading() as session:
            # During a revocation, some templates have the previous rotation and some the new one.
            probes = [rotation.apply(probe) for rotation in vault_of(session).rotations]
            near = [
                person
                for rotated in probes
                for person in nearest_people(session, *self._model_key, rotated, CANDIDATE_PEOPLE)
            ]
        return self._galleries.people(list(dict.fromkeys([*near, *([also] if also else [])])), now)
