"""Negative templates: faces that an operator marked as not a given person."""

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
    """Negative templates in the database. Thread-safe. Every method may raise StoreError.

    Args:
        database: Open.
        clock: The time of changes.
        actor: Who makes changes, for the audit log.
    """

    def __init__(self, database: Database, clock: Clock, actor: str = "") -> None:
        self._database = database
        self._transactions = AuditedTransactions(database, clock, actor)

    def add(self, person_id: str, face: Embedding, model_sha256: str, similarity: float) -> NegativeTemplate:
        """Store a face as not a given person.

        Args:
            person_id: The person it was falsely matched with.
            face: The embedding that matched, unit length.
            model_sha256: SHA-256 of the model's weights, in hexadecimal.
            similarity: The comparison score of the false match, a cosine from -1 to 1.

        Returns:
            The negative template.

        Raises:
            UnknownPerson: No person has this id.
            ValueError: Not a finite vector of unit length.
        """
        checked = NewTemplate(face, model_sha256, quality=0.0, source="")
        with self._transactions.begin() as change:
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
            change.record(AuditKind.ANCHOR_ADDED, person_id, anchor=row.id, similarity=round(similarity, 4))
            return _negative_template(row)

    def of(self, person_id: str) -> list[NegativeTemplate]:
        """Return the negative templates of a person, the oldest first.

        Raises:
            UnknownPerson: No person has this id.
        """
        chosen = (
            select(NegativeTemplateRow)
            .where(NegativeTemplateRow.person_id == person_id)
            .order_by(NegativeTemplateRow.created_at, NegativeTemplateRow.id)
        )
        with self._database.reading() as session:
            person_row(session, person_id)
            return [_negative_template(row) for row in session.scalars(chosen)]

    def find(self, beginning: str) -> NegativeTemplate:
        """Return the negative template whose id starts with a prefix.

        Raises:
            InvalidChange: None matches, or more than one.
        """
        with self._database.reading() as session:
            found = session.scalars(
                select(NegativeTemplateRow).where(id_starts_with(NegativeTemplateRow.id, beginning)).limit(2)
            ).all()
            if len(found) != 1:
                raise ambiguous_id(beginning, len(found))
            return _negative_template(found[0])

    def remove(self, template_id: str) -> None:
        """Delete a negative template, overwriting its data in the file.

        Raises:
            InvalidChange: None has this id.
        """
        with self._transactions.begin() as change:
            row = change.session.get(NegativeTemplateRow, template_id)
            if row is None:
                raise InvalidChange(
                    QT_TRANSLATE_NOOP("errors", "This mark was already removed."),
                    QT_TRANSLATE_NOOP("errors", "Open the person again."),
                )
            change.session.delete(row)
            change.record(AuditKind.ANCHOR_REMOVED, row.person_id, anchor=template_id)


def _negative_template(row: NegativeTemplateRow) -> NegativeTemplate:
    return NegativeTemplate(row.id, row.person_id, row.model, row.similarity, row.created_at)
