"""Gallery data: a snapshot of all templates of one model, and the changes since a snapshot."""

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
"""The limit of an incremental update; after more changes, the gallery must be reloaded."""

_BATCH_ROWS = 8192
_VALIDITY_COLUMNS: tuple[InstrumentedAttribute[datetime | None], ...] = (
    PersonRow.valid_from,
    PersonRow.valid_until,
    PersonRow.delete_after,
)

_REVISION = select(GalleryRevisionRow.revision, GalleryRevisionRow.floor)

Vectors = tuple[NDArray[np.int64], NDArray[np.float32]]
"""(k,): index of each vector's person; (k, size): the vectors, unit length."""


@dataclass(frozen=True, slots=True)
class GalleryVersion:
    """The version of a gallery.

    Attributes:
        revision: The gallery revision of the database.
        at: When the gallery was read.
        until: When the validity of a person next begins or ends; None if it never does.
        rotation: The number of the rotation of its vectors.
    """

    revision: int
    at: datetime
    until: datetime | None
    rotation: int


@dataclass(frozen=True, slots=True)
class GalleryChanges:
    """The changes since a version of a gallery.

    Attributes:
        version: The new version.
        removed: Ids of people who must not be recognised, whether or not the gallery had them.
        people: The other changed people, with at least one template each.
        vectors: All their templates, sorted by person.
        anchors: All their negative templates, sorted by person.
        rotation: The rotation of both.
    """

    version: GalleryVersion
    removed: tuple[str, ...]
    people: tuple[Person, ...]
    vectors: Vectors
    anchors: Vectors
    rotation: Rotation


@dataclass(frozen=True, slots=True)
class GallerySnapshot:
    """All data of a gallery, valid within the `with` block of `GalleryRepository.snapshot`.

    Attributes:
        version: The version of the gallery.
        people: Valid people with templates, sorted by id.
        anchors: Their negative templates, sorted by person.
        vectors: Their templates in batches of some thousands, in any order. Can be iterated once.
        rotation: The rotation of vectors and anchors, to be applied to a probe before comparison.
    """

    version: GalleryVersion
    people: tuple[Person, ...]
    anchors: Vectors
    vectors: Iterator[Vectors]
    rotation: Rotation


class GalleryRepository:
    """Reads the templates of one model. Thread-safe. Every method may raise StoreError.

    Args:
        database: Open.
        model: The manifest name of the model.
        model_sha256: SHA-256 of its weights.
    """

    def __init__(self, database: Database, model: str, model_sha256: str) -> None:
        self._database = database
        self._model_key = ModelKey(model=model, model_sha256=model_sha256)

    def revision(self) -> int:
        """Return the gallery revision, which every change to people or templates advances. Cheap enough to poll."""
        with self._database.connection() as connection:
            return int(connection.execute(_REVISION).one()[0])

    @contextmanager
    def snapshot(self, now: datetime) -> Iterator[GallerySnapshot]:
        """Yield all templates in use of all valid people.

        Args:
            now: The time for which validity is decided.

        Raises:
            StoreCorrupt: A stored vector is damaged, or differs in size from the others.
        """
        with self._database.reading() as session:
            version = _version(session, now)
            everyone = select_people(session, key=_id)
            people = tuple(person for person in everyone if person.templates and person.is_valid_at(now))
            places = {person.id: place for place, person in enumerate(people)}
            anchors = _sorted(self._read(session, NEGATIVE_TEMPLATE_VECTOR, places))
            vectors = self._read(session, TEMPLATE_VECTOR, places)
            yield GallerySnapshot(version, people, anchors, vectors, vault_of(session).rotations.newest)

    def changes(self, since: GalleryVersion, now: datetime) -> GalleryChanges | None:
        """Return the changes since a version of the gallery.

        Args:
            since: The version.
            now: The time for which validity is decided.

        Returns:
            The changes; None if the gallery must be reloaded: too much has changed, templates were revoked, or a
            backup was restored.

        Raises:
            StoreCorrupt: A stored vector is damaged, or differs in size from the others.
        """
        with self._database.reading() as session:
            revision, floor = session.execute(_REVISION).one()
            is_revoked = vault_of(session).rotations.newest.number != since.rotation
            if is_revoked or since.revision < floor or since.revision > revision or now < since.at:
                return None
            changed = _changed_since(session, since, now)
            return None if len(changed) > MAX_CHANGED_PEOPLE else self._changes_of(session, changed, now)

    def people(self, ids: Sequence[str], now: datetime) -> GalleryChanges:
        """Return the current data of some people, in the form of a change.

        Args:
            ids: Their ids.
            now: The time for which validity is decided.

        Returns:
            The people and their vectors.

        Raises:
            StoreCorrupt: A stored vector is damaged, or differs in size from the others.
        """
        with self._database.reading() as session:
            return self._changes_of(session, list(ids), now)

    def _changes_of(self, session: Session, changed: list[str], now: datetime) -> GalleryChanges:
        valid = [
            person
            for batch in batched(changed)
            for person in select_people(session, PersonRow.id.in_(batch))
            if person.templates and person.is_valid_at(now)
        ]
        places = {person.id: place for place, person in enumerate(valid)}
        vectors = _sorted(self._read_owned_by(session, TEMPLATE_VECTOR, TemplateRow.person_id, places))
        anchors = _sorted(self._read_owned_by(session, NEGATIVE_TEMPLATE_VECTOR, NegativeTemplateRow.person_id, places))
        with_vectors = np.unique(vectors[0]).tolist()  # other people have templates of other models only
        people = tuple(valid[place] for place in with_vectors)
        renumbered = np.full(len(valid), -1)
        renumbered[with_vectors] = np.arange(len(with_vectors))
        kept = renumbered[anchors[0]] >= 0
        return GalleryChanges(
            _version(session, now),
            tuple({*changed} - {person.id for person in people}),
            people,
            (renumbered[vectors[0]], vectors[1]),
            (renumbered[anchors[0]][kept], anchors[1][kept]),
            vault_of(session).rotations.newest,
        )

    def _read_owned_by(
        self, session: Session, column: EncryptedColumn, owner: InstrumentedAttribute[str], places: dict[str, int]
    ) -> Iterator[Vectors]:
        for batch in batched(list(places)):
            yield from self._read(session, column, places, owner.in_(batch))

    def _read(
        self, session: Session, column: EncryptedColumn, places: dict[str, int], *conditions: ColumnElement[bool]
    ) -> Iterator[Vectors]:
        query, vault = VECTOR_QUERIES[column].where(*conditions), vault_of(session)
        size: int | None = None
        result = session.connection().execution_options(yield_per=_BATCH_ROWS).execute(query, self._model_key)
        for rows in result.partitions():
            known = [row for row in rows if row[1] in places]
            if not known:
                continue
            owners = np.fromiter((places[row[1]] for row in known), np.int64, len(known))
            vectors = decrypt_batch(vault, column, self._model_key, known)
            size = size or vectors.shape[1]
            if vectors.shape[1] != size:
                raise InvalidVectorError
            yield owners, vectors


def _version(session: Session, now: datetime) -> GalleryVersion:
    revision, _ = session.execute(_REVISION).one()
    times = [session.execute(select(func.min(column)).where(column > now)).scalar_one() for column in _VALIDITY_COLUMNS]
    until = min((time for time in times if time is not None), default=None)
    return GalleryVersion(revision, now, until, vault_of(session).rotations.newest.number)


def _changed_since(session: Session, since: GalleryVersion, now: datetime) -> list[str]:
    """Return the ids of people who were added, changed or removed, or whose validity began or ended since.

    At most `MAX_CHANGED_PEOPLE` + 1 ids are returned.
    """
    validity_changed: list[ColumnElement[bool]] = [
        and_(column > since.at, column <= now) for column in _VALIDITY_COLUMNS
    ]
    changed = select(PersonRow.id).where(or_(PersonRow.revision > since.revision, *validity_changed))
    removed = select(TombstoneRow.person_id).where(TombstoneRow.revision > since.revision)
    return list(session.scalars(changed.union(removed).limit(MAX_CHANGED_PEOPLE + 1)))


def _sorted(chunks: Iterator[Vectors]) -> Vectors:
    """Return all vectors, sorted by person."""
    batches = list(chunks)
    if not batches:
        return np.empty(0, np.int64), np.empty((0, 0), np.float32)
    owners = np.concatenate([indexes for indexes, _ in batches])
    order = np.argsort(owners, kind="stable")
    return owners[order], np.concatenate([vectors for _, vectors in batches])[order]


def _id(person: Person) -> str:
    return person.id
