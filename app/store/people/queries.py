"""The questions that `people` asks the database within a session of its own."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, false, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.errors import AlreadyEnrolled, InvalidChange, InvalidName, UnknownPerson
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Person
from app.store.crypto.aead import OVERHEAD
from app.store.crypto.encrypted_columns import GROUP_NAME, PERSONAL, PersonalData, name_index
from app.store.crypto.vault import vault_of
from app.store.database.tables import MembershipRow, PersonRow, TemplateRow
from app.store.people.names import clean_name, name_key
from app.store.people.vectors import FLOAT_BYTES, NewTemplate

_PEOPLE = (
    select(
        PersonRow.id,
        PersonRow.personal,
        PersonRow.created_at,
        func.count(TemplateRow.person_id),
        PersonRow.active,
        PersonRow.valid_from,
        PersonRow.valid_until,
        PersonRow.delete_after,
    )
    .outerjoin(TemplateRow, (TemplateRow.person_id == PersonRow.id) & TemplateRow.retired_at.is_(None))
    .group_by(PersonRow.id)
)
"""What a `Person` is made of, but the groups: everybody, and how many templates each has in use, in one query."""

_Columns = Row[str, bytes, datetime, int, bool, datetime | None, datetime | None, datetime | None]

_FEW = 500
"""People whom a question may name one by one; beyond that everybody's groups are asked for."""

_GROUPS = select(MembershipRow.person_id, MembershipRow.group_index, MembershipRow.group_name)


def person_sort_key(person: Person) -> str:
    """By what people are sorted: their names."""
    return name_key(person.name)


def select_people(
    session: Session, *conditions: ColumnElement[bool], key: Callable[[Person], str] = person_sort_key
) -> list[Person]:
    """Everybody of whom something holds.

    Args:
        session: To ask in.
        conditions: On the columns of `PersonRow`.
        key: By what to sort; a million are there sooner by id.
    """
    # Through the session's connection: the session itself would wrap each of many thousand rows.
    connection, vault = session.connection(), vault_of(session)
    rows = connection.execute(_PEOPLE.where(*conditions)).all()
    query = _GROUPS
    if len(rows) <= _FEW:
        query = query.where(MembershipRow.person_id.in_([row[0] for row in rows]))
    groups: dict[str, list[str]] = {}
    for row in connection.execute(query):
        groups.setdefault(row.person_id, []).append(GROUP_NAME.open_in(vault, row).decode())
    opened = vault.decrypt_many([(row[1], "\0".join(PERSONAL.place(row[0]))) for row in rows])
    people = [_person(plain, row, groups.get(row[0], ())) for plain, row in zip(opened, rows, strict=True)]
    return sorted(people, key=key)


def _person(personal: bytes, row: _Columns, groups: Iterable[str]) -> Person:
    person_id, _, created_at, templates, active, valid_from, valid_until, delete_after = row
    known = PersonalData.parsed(personal)
    return Person(
        person_id,
        known.name,
        created_at,
        templates,
        known.badge,
        known.note,
        active,
        valid_from,
        valid_until,
        delete_after,
        tuple(sorted(groups, key=name_key)),
    )


def decrypt_personal(session: Session, row: PersonRow) -> PersonalData:
    """What is sealed of a person."""
    return PersonalData.opened(vault_of(session), row.id, row.personal)


def encrypt_personal(session: Session, row: PersonRow, personal: PersonalData) -> None:
    """Seal it anew, in a row whose id is set."""
    for column, value in personal.sealed(vault_of(session), row.id).items():
        setattr(row, column, value)


def names_by_id(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """The names, by id, of those of these people who are still enrolled."""
    vault = vault_of(session)
    query = select(PersonRow.id, PersonRow.personal).where(PersonRow.id.in_(ids))
    return {id_: PersonalData.opened(vault, id_, sealed).name for id_, sealed in session.execute(query)}


def search_key(name: str) -> str:
    """The key under which somebody of that name would be stored.

    Raises:
        UnknownPerson: Nobody can have that name.
    """
    try:
        return name_key(clean_name(name))
    except InvalidName as error:
        raise _unknown(name) from error


def person_row(session: Session, person_id: str) -> PersonRow:
    """Somebody's row, to be changed.

    Raises:
        UnknownPerson: Nobody has that id.
    """
    row = session.get(PersonRow, person_id) if person_id.isascii() else None
    if row is None:
        raise _unknown(person_id)
    return row


def load_person(session: Session, person_id: str) -> Person:
    """The person of that id.

    Raises:
        UnknownPerson: Nobody has it.
    """
    return select_person(session, PersonRow.id == person_row(session, person_id).id, person_id)


def select_person(session: Session, condition: ColumnElement[bool], sought: str) -> Person:
    """The one person of whom something holds.

    Args:
        session: To ask in.
        condition: Holds of one person at most.
        sought: What to name in the error.

    Raises:
        UnknownPerson: It holds of nobody.
    """
    found = select_people(session, condition)
    if not found:
        raise _unknown(sought)
    return found[0]


def id_starts_with(column: InstrumentedAttribute[str], beginning: str) -> ColumnElement[bool]:
    """The condition that an id begins so; nothing begins with an empty text."""
    return column.startswith(beginning, autoescape=True) if beginning.isalnum() else false()


def ambiguous_id(beginning: str, count: int) -> InvalidChange:
    """The error for the beginning of an id that does not say which one is meant.

    Args:
        beginning: What was given.
        count: How many begin so.
    """
    if count:
        return InvalidChange(
            QT_TRANSLATE_NOOP("errors", "More than one id begins with “{beginning}”."),
            QT_TRANSLATE_NOOP("errors", "Give more of it."),
            beginning=beginning,
        )
    return InvalidChange(
        QT_TRANSLATE_NOOP("errors", "No id begins with “{beginning}”."),
        QT_TRANSLATE_NOOP("errors", "See the ids with: facelatch people show NAME"),
        beginning=beginning.encode(errors="backslashreplace").decode(),
    )


def ensure_names_free(session: Session, *keys: str, but: str = "") -> None:
    """Keep two people from having names that are held the same.

    Args:
        session: A writing one, so that nobody takes a name meanwhile.
        keys: Of the names, some hundred at most.
        but: The id of whoever may have them.

    Raises:
        AlreadyEnrolled: Somebody else has one.
    """
    vault = vault_of(session)
    indexes = [name_index(vault, key) for key in keys]
    taken = select(PersonRow).where(PersonRow.name_index.in_(indexes), PersonRow.id != but).limit(1)
    holder = session.scalars(taken).first()
    if holder is not None:
        raise AlreadyEnrolled(name=decrypt_personal(session, holder).name)


def has_name_key(session: Session, key: str) -> ColumnElement[bool]:
    """The condition that a person's name is held the same as one of that key."""
    return PersonRow.name_index == name_index(vault_of(session), key)


def find_name_owner(session: Session, key: str, but: str = "") -> PersonRow | None:
    """Whoever has a name that is held the same; None where nobody has.

    Args:
        session: To ask in.
        key: Of the name.
        but: The id of whoever does not count.
    """
    return session.scalars(select(PersonRow).where(has_name_key(session, key), PersonRow.id != but)).one_or_none()


def ensure_vector_sizes(session: Session, templates: Sequence[NewTemplate]) -> None:
    """Keep the vectors of one model the same size: with one that is not, the whole gallery could not be read.

    Raises:
        ValueError: They differ among themselves, or from what is stored.
    """
    for made_by in {(template.embedding.model, template.model_sha256) for template in templates}:
        sizes = {t.embedding.vector.size for t in templates if (t.embedding.model, t.model_sha256) == made_by}
        if len(sizes | _stored_sizes(session, *made_by)) > 1:
            raise ValueError(f"templates of the model {made_by[0]} differ in size")


def _stored_sizes(session: Session, model: str, model_sha256: str) -> set[int]:
    """How long one model's vectors are; empty where there are none yet."""
    lengths = session.scalars(
        select(func.length(TemplateRow.vector))
        .where(TemplateRow.model == model, TemplateRow.model_sha256 == model_sha256)
        .limit(1)
    )
    return {(length - OVERHEAD) // FLOAT_BYTES for length in lengths}


def _unknown(sought: str) -> UnknownPerson:
    """The error, which has to be printable even where what was sought is not."""
    return UnknownPerson(name=sought.encode(errors="backslashreplace").decode())
