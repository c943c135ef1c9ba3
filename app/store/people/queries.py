"""Queries about people, within a session of the caller."""

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

_PERSON_QUERY = (
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
"""The columns of a `Person` except its groups, with the number of templates in use, for all people in one query."""

_PersonColumns = Row[str, bytes, datetime, int, bool, datetime | None, datetime | None, datetime | None]

_MAX_IDS = 500
"""How many ids one statement may list; for more people the groups of all people are queried."""

_GROUP_QUERY = select(MembershipRow.person_id, MembershipRow.group_index, MembershipRow.group_name)


def person_sort_key(person: Person) -> str:
    """Return the sort key of a person: the name key."""
    return name_key(person.name)


def select_people(
    session: Session, *conditions: ColumnElement[bool], key: Callable[[Person], str] = person_sort_key
) -> list[Person]:
    """Return the people that match all conditions.

    Args:
        session: To query in.
        conditions: On the columns of `PersonRow`.
        key: The sort key; sorting a million people by id is faster than by name.

    Returns:
        The people, sorted.
    """
    # Through the session's connection, because the session itself would wrap each of many thousand rows.
    connection, vault = session.connection(), vault_of(session)
    rows = connection.execute(_PERSON_QUERY.where(*conditions)).all()
    query = _GROUP_QUERY
    if len(rows) <= _MAX_IDS:
        query = query.where(MembershipRow.person_id.in_([row[0] for row in rows]))
    groups: dict[str, list[str]] = {}
    for row in connection.execute(query):
        groups.setdefault(row.person_id, []).append(GROUP_NAME.decrypt_from(vault, row).decode())
    opened = vault.decrypt_many([(row[1], "\0".join(PERSONAL.place(row[0]))) for row in rows])
    people = [_person(plain, row, groups.get(row[0], ())) for plain, row in zip(opened, rows, strict=True)]
    return sorted(people, key=key)


def _person(personal: bytes, row: _PersonColumns, groups: Iterable[str]) -> Person:
    person_id, _, created_at, templates, active, valid_from, valid_until, delete_after = row
    known = PersonalData.from_json(personal)
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
    """Return the decrypted personal data of a person.

    Args:
        session: Of a database with an open vault.
        row: The person's row.

    Returns:
        The data.

    Raises:
        DecryptionError: The value was changed, or belongs to another person.
    """
    return PersonalData.decrypt(vault_of(session), row.id, row.personal)


def encrypt_personal(session: Session, row: PersonRow, personal: PersonalData) -> None:
    """Set the encrypted personal data and its blind indexes in a row.

    Args:
        session: Of a database with an open vault.
        row: The person's row, with its id set; it need not be in the session.
        personal: To encrypt.
    """
    for column, value in personal.encrypt(vault_of(session), row.id).items():
        setattr(row, column, value)


def names_by_id(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """Return the names of people.

    Args:
        session: To query in.
        ids: Ids of people, a few hundred at most, because one statement lists all of them.

    Returns:
        Names by id; ids of people who are no longer enrolled are omitted.

    Raises:
        DecryptionError: A record was changed, or belongs to another person.
    """
    vault = vault_of(session)
    query = select(PersonRow.id, PersonRow.personal).where(PersonRow.id.in_(ids))
    return {id_: PersonalData.decrypt(vault, id_, sealed).name for id_, sealed in session.execute(query)}


def search_key(name: str) -> str:
    """Return the name key to search for.

    Raises:
        UnknownPerson: The name is invalid, so that no person has it.
    """
    try:
        return name_key(clean_name(name))
    except InvalidName as error:
        raise _unknown(name) from error


def person_row(session: Session, person_id: str) -> PersonRow:
    """Return the row of a person.

    Args:
        session: To query in.
        person_id: The person's id, or any text that a user entered as one.

    Returns:
        The row.

    Raises:
        UnknownPerson: No person has this id.
    """
    row = session.get(PersonRow, person_id) if person_id.isascii() else None
    if row is None:
        raise _unknown(person_id)
    return row


def load_person(session: Session, person_id: str) -> Person:
    """Return a person by id.

    Args:
        session: To query in.
        person_id: The person's id, or any text that a user entered as one.

    Returns:
        The person.

    Raises:
        UnknownPerson: No person has this id.
    """
    return select_person(session, PersonRow.id == person_row(session, person_id).id, person_id)


def select_person(session: Session, condition: ColumnElement[bool], sought: str) -> Person:
    """Return the only person that matches a condition.

    Args:
        session: To query in.
        condition: Matches at most one person.
        sought: The name or id for the error message.

    Returns:
        The person.

    Raises:
        UnknownPerson: No person matches.
    """
    found = select_people(session, condition)
    if not found:
        raise _unknown(sought)
    return found[0]


def id_starts_with(column: InstrumentedAttribute[str], beginning: str) -> ColumnElement[bool]:
    """Return the condition that an id starts with a prefix.

    Args:
        column: The id column.
        beginning: The prefix. If it is empty, or has characters other than letters and digits, nothing matches.

    Returns:
        The condition, for `where`.
    """
    return column.startswith(beginning, autoescape=True) if beginning.isalnum() else false()


def ambiguous_id(beginning: str, count: int) -> InvalidChange:
    """Return the error for an id prefix that matches no id, or several.

    Args:
        beginning: The prefix.
        count: How many ids match.

    Returns:
        The error to raise.
    """
    if count:
        return InvalidChange(
            QT_TRANSLATE_NOOP("errors", "More than one id begins with “{beginning}”."),
            QT_TRANSLATE_NOOP("errors", "Give a longer part of the id."),
            beginning=beginning,
        )
    return InvalidChange(
        QT_TRANSLATE_NOOP("errors", "No id begins with “{beginning}”."),
        QT_TRANSLATE_NOOP("errors", "See the ids with: facelatch people show NAME"),
        beginning=beginning.encode(errors="backslashreplace").decode(),
    )


def ensure_names_free(session: Session, *keys: str, except_id: str = "") -> None:
    """Raise an error if another person has one of the names.

    Args:
        session: A writing one, so that no other process can take a name in between.
        keys: Name keys, a few hundred at most.
        except_id: The id of a person who may have them.

    Raises:
        AlreadyEnrolled: Another person has one of the names.
    """
    vault = vault_of(session)
    indexes = [name_index(vault, key) for key in keys]
    taken = select(PersonRow).where(PersonRow.name_index.in_(indexes), PersonRow.id != except_id).limit(1)
    holder = session.scalars(taken).first()
    if holder is not None:
        raise AlreadyEnrolled(name=decrypt_personal(session, holder).name)


def has_name_key(session: Session, key: str) -> ColumnElement[bool]:
    """Return the condition that a person's name has a given name key.

    Args:
        session: Of a database with an open vault, whose key the blind index of names depends on.
        key: From `name_key`.

    Returns:
        The condition on `PersonRow`, for `where`.
    """
    return PersonRow.name_index == name_index(vault_of(session), key)


def find_name_owner(session: Session, key: str, except_id: str = "") -> PersonRow | None:
    """Return the row of the person with an equivalent name; None if there is none.

    Args:
        session: To query in.
        key: The name key.
        except_id: The id of a person to ignore.

    Returns:
        The row, or None.
    """
    return session.scalars(select(PersonRow).where(has_name_key(session, key), PersonRow.id != except_id)).one_or_none()


def ensure_vector_sizes(session: Session, templates: Sequence[NewTemplate]) -> None:
    """Raise an error unless all vectors of one model have the same size, which loading a gallery requires.

    Args:
        session: To query in.
        templates: To be stored.

    Raises:
        ValueError: Sizes differ between the templates, or from the stored ones.
    """
    for model_key in {(template.embedding.model, template.model_sha256) for template in templates}:
        sizes = {t.embedding.vector.size for t in templates if (t.embedding.model, t.model_sha256) == model_key}
        if len(sizes | _stored_sizes(session, *model_key)) > 1:
            raise ValueError(f"templates of the model {model_key[0]} differ in size")


def _stored_sizes(session: Session, model: str, model_sha256: str) -> set[int]:
    """Return the size of one model's stored vectors; empty if there are none."""
    lengths = session.scalars(
        select(func.length(TemplateRow.vector))
        .where(TemplateRow.model == model, TemplateRow.model_sha256 == model_sha256)
        .limit(1)
    )
    return {(length - OVERHEAD) // FLOAT_BYTES for length in lengths}


def _unknown(sought: str) -> UnknownPerson:
    """Return the error, printable even if the name or id is not."""
    return UnknownPerson(name=sought.encode(errors="backslashreplace").decode())
