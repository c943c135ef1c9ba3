"""Faces that an operator has marked as not this person."""

from uuid import uuid4

from sqlalchemy import select

from app.core.audit import AuditKind
from app.core.clock import Clock
from app.core.errors import InvalidChange
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Anchor
from app.core.types import Embedding
from app.store.database import Database
from app.store.journal import Journal
from app.store.lookup import begins_with, not_one, row_of
from app.store.sealed_columns import ANCHOR_VECTOR
from app.store.sealed_vectors import seal_vector
from app.store.tables import AnchorRow
from app.store.vault import vault_of
from app.store.vectors import NewTemplate


class AnchorRepository:
    """Anchors in the database; usable from every thread at once. Every method may raise StoreError.

    Args:
        database: Open.
        clock: Dates what is stored.
        actor: Who changes it, for the audit trail.
    """

    def __init__(self, database: Database, clock: Clock, actor: str = "") -> None:
        self._database = database
        self._journal = Journal(database, clock, actor)

    def add(self, person_id: str, face: Embedding, model_sha256: str, similarity: float) -> Anchor:
        """Keep a face as not this person's.

        Args:
            person_id: Whose it is not.
            face: What had matched.
            model_sha256: Of the weights that made it, in hexadecimal.
            similarity: Cosine by which it had matched, -1 to 1.

        Raises:
            UnknownPerson: Nobody has that id.
            ValueError: Not a finite vector of unit length.
        """
        checked = NewTemplate(face, model_sha256, quality=0.0, source="")
        with self._journal.changing() as change:
            row_of(change.session, person_id)
            row = AnchorRow(
                id=uuid4().hex,
                person_id=person_id,
                model=face.model,
                model_sha256=model_sha256,
                similarity=similarity,
                created_at=change.now,
            )
            seal_vector(vault_of(change.session), ANCHOR_VECTOR, row, checked.embedding.vector)
            change.session.add(row)
            change.note(AuditKind.ANCHOR_ADDED, person_id, anchor=row.id, similarity=round(similarity, 4))
            return _anchor(row)

    def of(self, person_id: str) -> list[Anchor]:
        """Somebody's anchors, oldest first.

        Raises:
            UnknownPerson: Nobody has that id.
        """
        chosen = select(AnchorRow).where(AnchorRow.person_id == person_id).order_by(AnchorRow.created_at, AnchorRow.id)
        with self._database.reading() as session:
            row_of(session, person_id)
            return [_anchor(row) for row in session.scalars(chosen)]

    def find(self, beginning: str) -> Anchor:
        """The anchor whose id begins so.

        Raises:
            InvalidChange: There is none, or more than one.
        """
        with self._database.reading() as session:
            found = session.scalars(select(AnchorRow).where(begins_with(AnchorRow.id, beginning)).limit(2)).all()
            if len(found) != 1:
                raise not_one(beginning, len(found))
            return _anchor(found[0])

    def remove(self, anchor_id: str) -> None:
        """Forget an anchor, down to the bytes in the file.

        Raises:
            InvalidChange: There is none of that id.
        """
        with self._journal.changing() as change:
            row = change.session.get(AnchorRow, anchor_id)
            if row is None:
                raise InvalidChange(
                    QT_TRANSLATE_NOOP("errors", "This mark is gone already."),
                    QT_TRANSLATE_NOOP("errors", "Look at the person again."),
                )
            change.session.delete(row)
            change.note(AuditKind.ANCHOR_REMOVED, row.person_id, anchor=anchor_id)


def _anchor(row: AnchorRow) -> Anchor:
    return Anchor(row.id, row.person_id, row.model, row.similarity, row.created_at)
