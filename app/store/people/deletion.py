"""Deletion and merging of people, and the ids of those who were deleted or merged."""

import json
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.audit import AuditKind
from app.store.crypto.encrypted_columns import (
    CONSENT_TEXT,
    NEGATIVE_TEMPLATE_VECTOR,
    TEMPLATE_SOURCE,
    TEMPLATE_VECTOR,
    EncryptedColumn,
)
from app.store.crypto.vault import vault_of
from app.store.database.tables import AuditRow, ConsentRow, NegativeTemplateRow, TemplateRow, TombstoneRow
from app.store.people.audited_transactions import AuditedChange
from app.store.people.queries import person_row

ERASURE_KINDS = (AuditKind.PERSON_ERASED.value, AuditKind.PERSON_EXPIRED.value)
_MERGE_KINDS = (AuditKind.PEOPLE_MERGED.value, AuditKind.PERSON_IMPORTED.value)

_OwnedRow = TemplateRow | ConsentRow | NegativeTemplateRow
_OWNED_TABLES: tuple[tuple[type[_OwnedRow], tuple[EncryptedColumn, ...]], ...] = (
    (TemplateRow, (TEMPLATE_VECTOR, TEMPLATE_SOURCE)),
    (ConsentRow, (CONSENT_TEXT,)),
    (NegativeTemplateRow, (NEGATIVE_TEMPLATE_VECTOR,)),
)


def delete_person(change: AuditedChange, person_id: str, kind: AuditKind) -> None:
    """Delete a person and record the deletion.

    Entries that were merged into the person are recorded as well: a backup may still hold them under their own ids.

    Args:
        change: The current transaction.
        person_id: The person's id.
        kind: Why the person is deleted.

    Raises:
        UnknownPerson: No person has this id.
    """
    change.session.delete(person_row(change.session, person_id))
    change.session.flush()
    for entry in _with_merged_entries(change.session, person_id):
        change.record(kind, entry)


def reassign(session: Session, from_id: str, to_id: str) -> None:
    """Transfer templates, consents and negative templates from one person to another.

    Args:
        session: A writing one.
        from_id: The previous owner.
        to_id: The new owner, to whom the encrypted records are bound.
    """
    vault = vault_of(session)
    for table, columns in _OWNED_TABLES:
        rows: Iterable[_OwnedRow] = session.scalars(select(table).where(table.person_id == from_id))
        for row in rows:
            plaintexts = [column.decrypt_from(vault, row) for column in columns]
            row.person_id = to_id
            for column, plaintext in zip(columns, plaintexts, strict=True):
                column.encrypt_into(vault, row, plaintext)
    session.flush()


def erased_ids(session: Session) -> list[str]:
    """Return the ids of all people whose erasure is in the audit log."""
    query = select(AuditRow.subject).where(AuditRow.kind.in_(ERASURE_KINDS)).distinct()
    return list(session.scalars(query))


def tombstone_ids(session: Session) -> set[str]:
    """Return the ids of all people who were erased or merged.

    Unlike the audit log, tombstones are never pruned. An id is a random number, which identifies a person only to the
    holder of an old copy, from which the person must not be imported again.
    """
    return {*session.scalars(select(TombstoneRow.person_id)), *erased_ids(session)}


def imported_merge_ids(session: Session) -> set[str]:
    """Return the ids that people had in bundles whose import merged them into an existing person of the same name."""
    query = select(AuditRow.details).where(AuditRow.kind == AuditKind.PERSON_IMPORTED.value)
    return {merged for merged in map(_merged_id, session.scalars(query)) if merged}


def merged_ids(session: Session) -> set[str]:
    """Return the ids of all entries that were merged into another person."""
    query = select(AuditRow.details).where(AuditRow.kind == AuditKind.PEOPLE_MERGED.value)
    return {_merged_id(details) for details in session.scalars(query)}


def _with_merged_entries(session: Session, person_id: str) -> list[str]:
    """Return an id, and the ids that were merged into it directly or indirectly."""
    query = select(AuditRow.subject, AuditRow.details).where(AuditRow.kind.in_(_MERGE_KINDS))
    merged: dict[str, list[str]] = {}
    for kept, details in session.execute(query):
        if entry := _merged_id(details):
            merged.setdefault(kept, []).append(entry)
    found = [person_id]
    for entry in found:
        found += merged.get(entry, [])
    return found


def _merged_id(details: str) -> str:
    """Return the id of the entry that an event merged into another; empty if it merged none."""
    return str(json.loads(details).get("merged", ""))
