"""Enrolment of new people: one with a full profile, or many with their templates."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from uuid import uuid4

from sqlalchemy.orm import Session

from app.core.audit import AuditKind
from app.core.errors import AlreadyEnrolled
from app.core.people import Consent, PersonChanges
from app.store.crypto.encrypted_columns import PersonalData
from app.store.database.tables import PersonRow
from app.store.people.audited_transactions import AuditedChange
from app.store.people.names import clean_name, name_key
from app.store.people.profile import add_consent, apply_changes
from app.store.people.queries import encrypt_personal, ensure_names_free
from app.store.people.templates import store_templates
from app.store.people.vectors import NewTemplate

_BATCH_PEOPLE = 500
"""How many people are stored with one set of statements."""


def enrol(
    change: AuditedChange, name: str, templates: Sequence[NewTemplate], consent: Consent | None, personal: PersonChanges
) -> str:
    """Store a new person.

    Args:
        change: The current transaction.
        name: Is cleaned here.
        templates: May be empty.
        consent: What the person agreed to, if anything.
        personal: Further profile data.

    Returns:
        The id of the person.

    Raises:
        InvalidName, AlreadyEnrolled, InvalidChange, BadgeTaken, ValueError: See `PeopleRepository.add`.
    """
    name = clean_name(name)
    ensure_names_free(change.session, name_key(name))
    (row,) = insert_people(change.session, [(uuid4().hex, name)], change.now)
    apply_changes(change.session, row, personal)
    if consent is not None:
        add_consent(change.session, row.id, consent)
    store_templates(change, (row.id, templates))
    version = consent.version if consent else None
    change.record(AuditKind.PERSON_ENROLLED, row.id, templates=len(templates), consent=version)
    return row.id


def enrol_many(change: AuditedChange, people: Iterable[tuple[str, Sequence[NewTemplate]]]) -> list[str]:
    """Store many new people, of whom a few hundred at a time are in memory.

    Args:
        change: The current transaction.
        people: Name and templates of each.

    Returns:
        Their ids, in order.

    Raises:
        InvalidName, AlreadyEnrolled, ValueError: See `PeopleRepository.add_all`.
    """
    ids: list[str] = []
    remaining = iter(people)
    while batch := list(islice(remaining, _BATCH_PEOPLE)):
        named = [(uuid4().hex, clean_name(name)) for name, _ in batch]
        _ensure_all_free(change.session, [name for _, name in named])
        insert_people(change.session, named, change.now)
        given = [(id_, templates) for (id_, _), (_, templates) in zip(named, batch, strict=True)]
        store_templates(change, *given)
        noted = [(id_, {"templates": len(templates), "consent": None}) for id_, templates in given]
        change.record_all(AuditKind.PERSON_ENROLLED, noted)
        ids += [id_ for id_, _ in named]
    return ids


def insert_people(session: Session, named: Sequence[tuple[str, str]], at: datetime) -> list[PersonRow]:
    """Insert people with only a name.

    Args:
        session: A writing one.
        named: A new id and a clean, free name for each.
        at: The time of creation.

    Returns:
        Their rows, in order.
    """
    rows = []
    for id_, name in named:
        row = PersonRow(id=id_, created_at=at, updated_at=at)
        encrypt_personal(session, row, PersonalData(name))
        rows.append(row)
    session.add_all(rows)
    session.flush()
    return rows


def _ensure_all_free(session: Session, names: Sequence[str]) -> None:
    by_key: dict[str, str] = {}
    for name in names:
        if (known := by_key.setdefault(name_key(name), name)) is not name:
            raise AlreadyEnrolled(name=known)
    ensure_names_free(session, *by_key)
