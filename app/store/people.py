"""Who is enrolled, and with which templates."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.errors import StoreCorrupt, StoreError, UnknownPerson
from app.core.types import Embedding, Person, Template
from app.store.database import Database
from app.store.lookup import PEOPLE, key_of, load, only, refuse_other_sizes, refuse_taken, row_of
from app.store.names import clean_name, name_key
from app.store.tables import GalleryRevisionRow, PersonRow, TemplateRow
from app.store.vectors import DamagedVectorError, NewTemplate, from_bytes, to_bytes

__all__ = ["NewTemplate", "PeopleRepository"]

log = logging.getLogger(__name__)

_REVISION = select(GalleryRevisionRow.revision)
_VECTORS = select(TemplateRow.person_id, TemplateRow.vector).where(
    TemplateRow.model == bindparam("model"), TemplateRow.model_sha256 == bindparam("model_sha256")
)


class PeopleRepository:
    """People and templates in the database; usable from every thread at once.

    Every method may raise StoreError; a method that changes something has then changed nothing.

    Args:
        database: Open.
        clock: Dates what is stored.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, name: str, templates: Sequence[NewTemplate]) -> Person:
        """Enrol somebody, with all templates or not at all.

        Args:
            name: Cleaned here.
            templates: May be empty.

        Raises:
            InvalidName: The name cannot be stored.
            AlreadyEnrolled: Somebody has a name that is held the same.
            ValueError: The templates of one model differ in size.
        """
        name = clean_name(name)
        now = self._clock.now()
        person = PersonRow(id=uuid4().hex, name=name, name_key=name_key(name), created_at=now, updated_at=now)
        with self._changing() as session:
            refuse_taken(session, person.name_key)
            session.add(person)
            session.flush()
            self._store(session, person.id, templates)
            return load(session, person.id)

    def add_templates(self, person_id: str, templates: Sequence[NewTemplate]) -> Person:
        """Add templates to somebody, all or none.

        Raises:
            UnknownPerson: Nobody has that id.
            ValueError: The templates of one model differ in size.
        """
        with self._changing() as session:
            row_of(session, person_id).updated_at = self._clock.now()
            self._store(session, person_id, templates)
            return load(session, person_id)

    def get(self, person_id: str) -> Person:
        """The person of that id.

        Raises:
            UnknownPerson: Nobody has it.
        """
        with self._database.reading() as session:
            return load(session, person_id)

    def find(self, name_or_id: str) -> Person:
        """The person of that id, else the one whose name is held the same.

        Raises:
            UnknownPerson: There is neither.
        """
        with self._database.reading() as session:
            try:
                return load(session, name_or_id)
            except UnknownPerson:
                return only(session, PersonRow.name_key == key_of(name_or_id), name_or_id)

    def all(self, search: str = "") -> list[Person]:
        """Everybody, by name.

        Args:
            search: Only those in whose name this occurs, in whatever letter case.
        """
        query = PEOPLE
        if search.strip():
            try:
                query = query.where(PersonRow.name_key.contains(key_of(search), autoescape=True))
            except UnknownPerson:
                return []
        with self._database.reading() as session:
            return [Person(*row) for row in session.execute(query)]

    def templates_of(self, person_id: str) -> list[Template]:
        """Somebody's templates of every model, oldest first.

        Raises:
            UnknownPerson: Nobody has that id.
            StoreCorrupt: A stored vector is damaged.
        """
        with self._database.reading() as session:
            row_of(session, person_id)
            rows = session.scalars(
                select(TemplateRow)
                .where(TemplateRow.person_id == person_id)
                .order_by(TemplateRow.created_at, TemplateRow.id)
            )
            return [self._template(row) for row in rows]

    def rename(self, person_id: str, name: str) -> Person:
        """Give somebody another name; how their own is written may change too.

        Raises:
            InvalidName: The name cannot be stored.
            UnknownPerson: Nobody has that id.
            AlreadyEnrolled: Somebody else has a name that is held the same.
        """
        name = clean_name(name)
        with self._changing() as session:
            row = row_of(session, person_id)
            refuse_taken(session, name_key(name), but=person_id)
            row.name, row.name_key, row.updated_at = name, name_key(name), self._clock.now()
            session.flush()
            return load(session, person_id)

    def delete(self, person_id: str) -> None:
        """Erase somebody and all their templates, down to the bytes in the file.

        Raises:
            UnknownPerson: Nobody has that id.
        """
        with self._changing() as session:
            session.delete(row_of(session, person_id))
        try:
            self._database.checkpoint()
        except StoreError as error:
            log.warning("erased, but the log still has to be emptied: %s", error)

    def revision(self) -> int:
        """A number that every change to people or templates raises, by whichever process. Cheap enough to poll."""
        with self._database.connecting() as connection:
            return connection.execute(_REVISION).scalar_one()

    def gallery_rows(
        self, model: str, model_sha256: str
    ) -> tuple[int, list[Person], NDArray[np.float32], NDArray[np.int64]]:
        """All templates that one model made, as of one moment.

        Args:
            model: Its manifest name.
            model_sha256: Of its weights.

        Returns:
            The revision; the people who have such templates, by name; the templates, (n, size) float32 in rows of
            unit length, (0, 0) where there are none; and for each the place of its person in the list, (n,) int64,
            ascending.

        Raises:
            StoreCorrupt: A stored vector is damaged, or not of the size of the others.
        """
        with self._database.reading() as session:
            # Through the session's connection: the session itself would wrap each of many thousand rows.
            connection = session.connection()
            revision = connection.execute(_REVISION).scalar_one()
            rows = connection.execute(_VECTORS, {"model": model, "model_sha256": model_sha256}).all()
            everybody = connection.execute(PEOPLE).all()
        owning = {person_id for person_id, _ in rows}
        people = [Person(*row) for row in everybody if row[0] in owning]
        places = {person.id: place for place, person in enumerate(people)}
        owners = np.fromiter((places[person_id] for person_id, _ in rows), dtype=np.int64, count=len(rows))
        order = np.argsort(owners, kind="stable")
        return revision, people, self._matrix([vector for _, vector in rows])[order], owners[order]

    @contextmanager
    def _changing(self) -> Iterator[Session]:
        """A transaction that raises the revision, so that no change can be made without it."""
        with self._database.writing() as session:
            yield session
            session.execute(update(GalleryRevisionRow).values(revision=GalleryRevisionRow.revision + 1))

    def _store(self, session: Session, person_id: str, templates: Sequence[NewTemplate]) -> None:
        refuse_other_sizes(session, templates)
        now = self._clock.now()
        session.add_all(
            TemplateRow(
                id=uuid4().hex,
                person_id=person_id,
                model=template.embedding.model,
                model_sha256=template.model_sha256,
                vector=to_bytes(template.embedding.vector),
                quality=float(template.quality),
                source=template.source,
                created_at=now,
            )
            for template in templates
        )
        session.flush()

    def _template(self, row: TemplateRow) -> Template:
        (vector,) = self._matrix([row.vector])
        return Template(row.id, row.person_id, Embedding(vector, row.model), row.quality, row.source, row.created_at)

    def _matrix(self, blobs: Sequence[bytes]) -> NDArray[np.float32]:
        try:
            return from_bytes(blobs)
        except DamagedVectorError as error:
            raise StoreCorrupt(path=self._database.path) from error
