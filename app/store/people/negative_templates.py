"""Faces that an operator has marked as not this person."""

from uuid import uuid4

from sqlalchemy import select

from app.core.audit import AuditKind
from app.core.clock import Clock
from app.core.errors import InvalidChange
from app.core.faces import Embedding
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import NegativeTemplate
from app.store.crypto.encrypted_columns import NEGATIVE_TEMPLATE_VECTOR
from app.store.crypto.encrypted_vectors import encrypt_vector
from app.store.crypto.vault import vault_of
from app.store.database.sqlite import Database
from app.store.database.tables import NegativeTemplateRow
from app.store.people.audited_transactions import AuditedTransactions
from app.store.people.queries import ambiguous_id, id_starts_with, person_row
from app.store.people.vectors import NewTemplate


class NegativeTemplateRepository:
    """Anchors in the database; usable from every thread at once. Every method may raise StoreError.

    Args:
        database: Open.
        clock: Dates what is stored.
        actor: Who changes it, for the audit trail.
    """

    def __init__(self, database: Database, clock: Clock, actor: str = "") -> None:
        self._database = database
        self._journal = AuditedTransactions(database, clock, actor)

    def add(self, person_id: str, face: Embedding, model_sha256: str, similarity: float) -> NegativeTemplate:
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
            person_row(change.session, person_id)
            row = NegativeTemplateRow(
                id=uuid4().hex,
                person_id=person_id,
                model=face.model,
                model_sha256=model_sha256,
                similarity=similarity,
                created_at=change.now,
            )
            encrypt_vector(vault_of(change.session), NEGATIVE_TEMPLATE_VECTOR, row, checked.embedding.vector)
            change.session.add(row)
            change.note(AuditKind.ANCHOR_ADDED, person_id, anchor=row.id, similarity=round(similarity, 4))
            return _anchor(row)

    def of(self, person_id: str) -> list[NegativeTemplate]:
        """Somebody's anchors, oldest first.

        Raises:
            UnknownPerson: Nobody has that id.
        """
        chosen = (
            select(NegativeTemplateRow)
            .where(NegativeTemplateRow.person_id == person_id)
            .order_by(NegativeTemplateRow.created_at, NegativeTemplateRow.id)
        )
        with self._database.reading() as session:
            person_row(session, person_id)
            return [_anchor(row) for row in session.scalars(chosen)]

    def find(self, beginning: str) -> NegativeTemplate:
        """The anchor whose id begins so.

        Raises:
            InvalidChange: There is none, or more than one.
        """
        with self._database.reading() as session:
            found = session.scalars(
                select(NegativeTemplateRow).where(id_starts_with(NegativeTemplateRow.id, beginning)).limit(2)
            ).all()
            if len(found) != 1:
                raise ambiguous_id(beginning, len(found))
            return _anchor(found[0])

    def remove(self, anchor_id: str) -> None:
        """Forget an anchor, down to the bytes in the file.

        Raises:
            InvalidChange: There is none of that id.
        """
        with self._journal.changing() as change:
            row = change.session.get(NegativeTemplateRow, anchor_id)
            if row is None:
                raise InvalidChange(
                    QT_TRANSLATE_NOOP("errors", "This mark is gone already."),
                    QT_TRANSLATE_NOOP("errors", "Look at the person again."),
                )
            change.session.delete(row)
            change.note(AuditKind.ANCHOR_REMOVED, row.person_id, anchor=anchor_id)


def _anchor(row: NegativeTemplateRow) -> NegativeTemplate:
    return NegativeTemplate(row.id, row.person_id, row.model, row.similarity, row.created_at)
