"""What a gallery in memory is made of, and what has changed since it was."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.people import Person
from app.store.crypto.encrypted_columns import NEGATIVE_TEMPLATE_VECTOR, TEMPLATE_VECTOR, EncryptedColumn
from app.store.crypto.encrypted_vectors import VECTOR_QUERIES, ModelKey, decrypt_batch
from app.store.crypto.rotations import Rotation
from app.store.crypto.vault import vault_of
from app.store.database.sqlite import Database
from app.store.database.tables import GalleryRevisionRow, NegativeTemplateRow, PersonRow, TemplateRow, TombstoneRow
from app.store.people.audited_transactions import batched
from app.store.people.queries import select_people
from app.store.people.vectors import InvalidVectorError

MAX_CHANGED_PEOPLE = 20_000
"""People whose changes are told one by one; of more, everything is to be read again."""

_READ_AT_ONCE = 8192
_TURNS: tuple[InstrumentedAttribute[datetime | None], ...] = (
    PersonRow.valid_from,
    PersonRow.valid_until,
    PersonRow.delete_after,
)

_REVISION = select(GalleryRevisionRow.revision, GalleryRevisionRow.floor)

Vectors = tuple[NDArray[np.int64], NDArray[np.float32]]
"""(k,): the place of each one's person; (k, size): the vectors, unit length."""


@dataclass(frozen=True, slots=True)
class GalleryVersion:
    """When a gallery was read.

    Attributes:
        revision: Of the database then.
        at: By the clock.
        until: The moment at which somebody begins or ceases to be recognised without a change; None for never.
        rotation: The number of what its vectors are turned by.
    """

    revision: int
    at: datetime
    until: datetime | None
    rotation: int


@dataclass(frozen=True, slots=True)
class GalleryChanges:
    """What has happened since a moment.

    Attributes:
        moment: Until when.
        gone: Ids of those who are not to be recognised any more, if they ever were.
        people: The others who have changed, with at least one template each.
        vectors: All that they have now, sorted by person.
        anchors: Likewise: faces that are not theirs.
        rotation: By which both are turned.
    """

    moment: GalleryVersion
    gone: tuple[str, ...]
    people: tuple[Person, ...]
    vectors: Vectors
    anchors: Vectors
    rotation: Rotation


@dataclass(frozen=True, slots=True)
class GallerySnapshot:
    """All that a gallery is made of, as of one moment, while the block lasts in which it was given.

    Attributes:
        moment: Which.
        people: Those who are to be recognised and have templates, by id.
        anchors: Faces that are not theirs, sorted by person.
        vectors: Their templates, some thousands at a time, in any order. To be read once.
        rotation: By which vectors and anchors are turned, and a probe has to be before it is compared.
    """

    moment: GalleryVersion
    people: tuple[Person, ...]
    anchors: Vectors
    vectors: Iterator[Vectors]
    rotation: Rotation


class GalleryRepository:
    """Reads the templates of one model; usable from every thread at once. Every method may raise StoreError.

    Args:
        database: Open.
        model: The manifest name of the model.
        model_sha256: Of its weights.
    """

    def __init__(self, database: Database, model: str, model_sha256: str) -> None:
        self._database = database
        self._made_by = ModelKey(model=model, model_sha256=model_sha256)

    def revision(self) -> int:
        """A number that every change to people or templates raises, by whichever process. Cheap enough to poll."""
        with self._database.connecting() as connection:
            return int(connection.execute(_REVISION).one()[0])

    @contextmanager
    def everything(self, now: datetime) -> Iterator[GallerySnapshot]:
        """All templates in use, of all who are to be recognised now.

        Args:
            now: Decides who is valid.

        Raises:
            StoreCorrupt: A stored vector is damaged, or not of the size of the others.
        """
        with self._database.reading() as session:
            moment = _moment(session, now)
            everybody = select_people(session, key=_id)
            people = tuple(person for person in everybody if person.templates and person.is_valid_at(now))
            places = {person.id: place for place, person in enumerate(people)}
            anchors = _sorted(self._read(session, NEGATIVE_TEMPLATE_VECTOR, places))
            vectors = self._read(session, TEMPLATE_VECTOR, places)
            yield GallerySnapshot(moment, people, anchors, vectors, vault_of(session).rotations.newest)

    def changes(self, since: GalleryVersion, now: datetime) -> GalleryChanges | None:
        """What has happened since a gallery was read.

        Args:
            since: When it was.
            now: Decides who is valid.

        Returns:
            None where that cannot be told: too much has happened, or a backup was restored. All is to be read again.

        Raises:
            StoreCorrupt: A stored vector is damaged, or not of the size of the others.
        """
        with self._database.reading() as session:
            revision, floor = session.execute(_REVISION).one()
            turned_anew = vault_of(session).rotations.newest.number != since.rotation
            if turned_anew or since.revision < floor or since.revision > revision or now < since.at:
                return None
            changed = _changed_since(session, since, now)
            return None if len(changed) > MAX_CHANGED_PEOPLE else self._told(session, changed, now)

    def some(self, ids: Sequence[str], now: datetime) -> GalleryChanges:
        """Some people as of now, as if they had just changed.

        Args:
            ids: Theirs.
            now: Decides who is valid.

        Raises:
            StoreCorrupt: A stored vector is damaged, or not of the size of the others.
        """
        with self._database.reading() as session:
            return self._told(session, list(ids), now)

    def _told(self, session: Session, changed: list[str], now: datetime) -> GalleryChanges:
        there = [
            person
            for some in batched(changed)
            for person in select_people(session, PersonRow.id.in_(some))
            if person.templates and person.is_valid_at(now)
        ]
        places = {person.id: place for place, person in enumerate(there)}
        vectors = _sorted(self._of_these(session, TEMPLATE_VECTOR, TemplateRow.person_id, places))
        anchors = _sorted(self._of_these(session, NEGATIVE_TEMPLATE_VECTOR, NegativeTemplateRow.person_id, places))
        having = np.unique(vectors[0]).tolist()  # the others' templates are of other models
        people = tuple(there[place] for place in having)
        renumbered = np.full(len(there), -1)
        renumbered[having] = np.arange(len(having))
        kept = renumbered[anchors[0]] >= 0
        return GalleryChanges(
            _moment(session, now),
            tuple({*changed} - {person.id for person in people}),
            people,
            (renumbered[vectors[0]], vectors[1]),
            (renumbered[anchors[0]][kept], anchors[1][kept]),
            vault_of(session).rotations.newest,
        )

    def _of_these(
        self, session: Session, column: EncryptedColumn, owner: InstrumentedAttribute[str], places: dict[str, int]
    ) -> Iterator[Vectors]:
        for some in batched(list(places)):
            yield from self._read(session, column, places, owner.in_(some))

    def _read(
        self, session: Session, column: EncryptedColumn, places: dict[str, int], *conditions: ColumnElement[bool]
    ) -> Iterator[Vectors]:
        query, vault = VECTOR_QUERIES[column].where(*conditions), vault_of(session)
        size: int | None = None
        result = session.connection().execution_options(yield_per=_READ_AT_ONCE).execute(query, self._made_by)
        for rows in result.partitions():
            known = [row for row in rows if row[1] in places]
            if not known:
                continue
            owners = np.fromiter((places[row[1]] for row in known), np.int64, len(known))
            vectors = decrypt_batch(vault, column, self._made_by, known)
            size = size or vectors.shape[1]
            if vectors.shape[1] != size:
                raise InvalidVectorError
            yield owners, vectors


def _moment(session: Session, now: datetime) -> GalleryVersion:
    revision, _ = session.execute(_REVISION).one()
    turns = [session.execute(select(func.min(turn)).where(turn > now)).scalar_one() for turn in _TURNS]
    until = min((turn for turn in turns if turn is not None), default=None)
    return GalleryVersion(revision, now, until, vault_of(session).rotations.newest.number)


def _changed_since(session: Session, since: GalleryVersion, now: datetime) -> list[str]:
    """Ids of those who have changed, come, gone, or whose time has come or is over; at most one too many."""
    came_or_ended: list[ColumnElement[bool]] = [and_(turn > since.at, turn <= now) for turn in _TURNS]
    there = select(PersonRow.id).where(or_(PersonRow.revision > since.revision, *came_or_ended))
    gone = select(TombstoneRow.person_id).where(TombstoneRow.revision > since.revision)
    return list(session.scalars(there.union(gone).limit(MAX_CHANGED_PEOPLE + 1)))


def _sorted(chunks: Iterator[Vectors]) -> Vectors:
    """All of them, by person."""
    taken = list(chunks)
    if not taken:
        return np.empty(0, np.int64), np.empty((0, 0), np.float32)
    owners = np.concatenate([one for one, _ in taken])
    order = np.argsort(owners, kind="stable")
    return owners[order], np.concatenate([one for _, one in taken])[order]


def _id(person: Person) -> str:
    return person.id
