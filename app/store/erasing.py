"""What belongs to a person who is to be erased, and who has been."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.audit import AuditKind
from app.store.journal import Change
from app.store.lookup import row_of
from app.store.tables import AuditRow, DepartureRow

_MERGING = (AuditKind.PEOPLE_MERGED.value, AuditKind.PERSON_IMPORTED.value)
_GONE = (AuditKind.PERSON_ERASED.value, AuditKind.PERSON_EXPIRED.value)


def erase_within(change: Change, person_id: str, kind: AuditKind) -> None:
    """Take somebody out of the database, and write down that they are gone.

    The entries that were merged into theirs are written down too: a backup may still hold them under their own ids.

    Args:
        change: Under way.
        person_id: Whom.
        kind: Why.

    Raises:
        UnknownPerson: Nobody has that id.
    """
    change.session.delete(row_of(change.session, person_id))
    change.session.flush()
    for entry in _entries_of(change.session, person_id):
        change.note(kind, entry)


def erased_ids(session: Session) -> list[str]:
    """The ids of everybody of whom the audit trail says that they are gone."""
    query = select(AuditRow.subject).where(AuditRow.kind.in_(_GONE)).distinct()
    return list(session.scalars(query))


def departed_ids(session: Session) -> set[str]:
    """The ids of everybody who was here once, erased or a part of another's entry now.

    The trail forgets what is old; this does not. An id is a random number: it says something only to whoever has an old
    copy of the person, who must not come back from it.
    """
    return {*session.scalars(select(DepartureRow.person_id)), *erased_ids(session)}


def joined_ids(session: Session) -> set[str]:
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
