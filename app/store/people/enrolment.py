"""New people on their way into the database: one with all that is known, or very many with their templates."""

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

_AT_ONCE = 500
"""People who are stored with a few statements: so many a question may name."""


def enrol(
    change: AuditedChange, name: str, templates: Sequence[NewTemplate], consent: Consent | None, personal: PersonChanges
) -> str:
    """Somebody new; their id.

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
    change.note(AuditKind.PERSON_ENROLLED, row.id, templates=len(templates), consent=version)
    return row.id


def enrol_many(change: AuditedChange, people: Iterable[tuple[str, Sequence[NewTemplate]]]) -> list[str]:
    """Many new ones; their ids. A few hundred at a time are in memory.

    Raises:
        InvalidName, AlreadyEnrolled, ValueError: See `PeopleRepository.add_all`.
    """
    ids: list[str] = []
    coming = iter(people)
    while some := list(islice(coming, _AT_ONCE)):
        named = [(uuid4().hex, clean_name(name)) for name, _ in some]
        _refuse_any_taken(change.session, [name for _, name in named])
        insert_people(change.session, named, change.now)
        given = [(id_, templates) for (id_, _), (_, templates) in zip(named, some, strict=True)]
        store_templates(change, *given)
        noted = [(id_, {"templates": len(templates), "consent": None}) for id_, templates in given]
        change.record_all(AuditKind.PERSON_ENROLLED, noted)
        ids += [id_ for id_, _ in named]
    return ids


def insert_people(session: Session, named: Sequence[tuple[str, str]], at: datetime) -> list[PersonRow]:
    """Store people of whom nothing but the name is known yet.

    Args:
        session: A writing one.
        named: The id of each, whom nobody has, and the name, cleaned and nobody's.
        at: When.
    """
    rows = []
    for id_, name in named:
        row = PersonRow(id=id_, created_at=at, updated_at=at)
        encrypt_personal(session, row, PersonalData(name))
        rows.append(row)
    session.add_all(rows)
    session.flush()
    return rows


def _refuse_any_taken(session: Session, names: Sequence[str]) -> None:
    by_key: dict[str, str] = {}
    for name in names:
        if (known := by_key.setdefault(name_key(name), name)) is not name:
            raise AlreadyEnrolled(name=known)
    ensure_names_free(session, *by_key)
