"""What belongs to a person who is to be erased, and who has been."""

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

_MERGING = (AuditKind.PEOPLE_MERGED.value, AuditKind.PERSON_IMPORTED.value)
_GONE = (AuditKind.PERSON_ERASED.value, AuditKind.PERSON_EXPIRED.value)


def delete_person(change: AuditedChange, person_id: str, kind: AuditKind) -> None:
    """Take somebody out of the database, and write down that they are gone.

    The entries that were merged into theirs are written down too: a backup may still hold them under their own ids.

    Args:
        change: Under way.
        person_id: Whom.
        kind: Why.

    Raises:
        UnknownPerson: Nobody has that id.
    """
    change.session.delete(person_row(change.session, person_id))
    change.session.flush()
    for entry in _entries_of(change.session, person_id):
        change.note(kind, entry)


def erased_ids(session: Session) -> list[str]:
    """The ids of everybody of whom the audit trail says that they are gone."""
    query = select(AuditRow.subject).where(AuditRow.kind.in_(_GONE)).distinct()
    return list(session.scalars(query))


def tombstone_ids(session: Session) -> set[str]:
    """The ids of everybody who was here once, erased or a part of another's entry now.

    The trail forgets what is old; this does not. An id is a random number: it says something only to whoever has an old
    copy of the person, who must not come back from it.
    """
    return {*session.scalars(select(TombstoneRow.person_id)), *erased_ids(session)}


def imported_merge_ids(session: Session) -> set[str]:
    """The ids that people had in bundles from which they were merged into somebody who has the name."""
    query = select(AuditRow.details).where(AuditRow.kind == AuditKind.PERSON_IMPORTED.value)
    return {merged for merged in map(_merged_in, session.scalars(query)) if merged}


def merged_ids(session: Session) -> set[str]:
    """The ids of all entries that were merged into another."""
    query = select(AuditRow.details).where(AuditRow.kind == AuditKind.PEOPLE_MERGED.value)
    return {_merged_in(details) for details in session.scalars(query)}


def _entries_of(session: Session, person_id: str) -> list[str]:
    """An id, and those that were merged into it, also by way of others."""
    query = select(AuditRow.subject, AuditRow.details).where(AuditRow.kind.in_(_MERGING))
    merged: dict[str, list[str]] = {}
    for kept, details in session.execute(query):
        if entry := _merged_in(details):
            merged.setdefault(kept, []).append(entry)
    found = [person_id]
    for entry in found:
        found += merged.get(entry, [])
    return found


def _merged_in(details: str) -> str:
    """The id of the entry that an event merged into another; empty where it merged none."""
    return str(json.loads(details).get("merged", ""))


_Belonging = TemplateRow | ConsentRow | NegativeTemplateRow

_BELONGINGS: tuple[tuple[type[_Belonging], tuple[EncryptedColumn, ...]], ...] = (
    (TemplateRow, (TEMPLATE_VECTOR, TEMPLATE_SOURCE)),
    (ConsentRow, (CONSENT_TEXT,)),
    (NegativeTemplateRow, (NEGATIVE_TEMPLATE_VECTOR,)),
)


def reassign(session: Session, giver_id: str, taker_id: str) -> None:
    """Make templates, consents and anchors of one person those of another.

    Args:
        session: A writing one.
        giver_id: Whose they are.
        taker_id: Whose they will be.
    """
    vault = vault_of(session)
    for table, columns in _BELONGINGS:
        rows: Iterable[_Belonging] = session.scalars(select(table).where(table.person_id == giver_id))
        for row in rows:
            plain = [column.open_in(vault, row) for column in columns]
            row.person_id = taker_id
            for column, value in zip(columns, plain, strict=True):
                column.encrypt_into(vault, row, value)
    session.flush()
