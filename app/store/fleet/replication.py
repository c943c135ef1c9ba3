"""Replication of people with all their rows from one database to another, each with its own keys."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, ScalarResult, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from app.store.crypto.encrypted_columns import (
    ENCRYPTED_COLUMNS,
    NEGATIVE_TEMPLATE_VECTOR,
    TEMPLATE_VECTOR,
    EncryptedColumn,
    PersonalData,
    group_index,
)
from app.store.crypto.encrypted_vectors import decrypt_vector
from app.store.crypto.vault import Vault, vault_of
from app.store.database.tables import (
    Base,
    ConsentRow,
    MembershipRow,
    NegativeTemplateRow,
    PersonRow,
    PinRow,
    TemplateRow,
    ThumbnailRow,
)
from app.store.people.audited_transactions import batched
from app.store.people.names import name_key
from app.store.people.vectors import to_bytes

Values = dict[str, Any]

_OwnedRow = MembershipRow | ConsentRow | TemplateRow | NegativeTemplateRow | PinRow

_OWNED_TABLES: tuple[type[_OwnedRow], ...] = (
    MembershipRow,
    ConsentRow,
    TemplateRow,
    NegativeTemplateRow,
    PinRow,
)
"""The tables that are replaced with a person. Lockouts belong to a kiosk and are not replicated."""

_INDEXES = {"name_index", "badge_index", "group_index", "rotation"}
"""Columns that each database computes with its own keys."""

_LOCAL = {"revision"}
"""Columns of a person that are not replicated."""


@dataclass(frozen=True, slots=True)
class ReplicatedRow:
    """A decrypted row.

    Attributes:
        table: The table.
        values: By column; encrypted columns hold the plaintext, vectors are unrotated, blind indexes are missing.
    """

    table: type[Base]
    values: Values


@dataclass(frozen=True, slots=True)
class ReplicatedPerson:
    """A person with all their rows.

    Attributes:
        id: The person's id, the same in every database.
        revision: The revision of the last change in the source database.
        rows: The person's row first, templates before their thumbnails.
    """

    id: str
    revision: int
    rows: tuple[ReplicatedRow, ...]


def read_people(session: Session, ids: Sequence[str]) -> list[ReplicatedPerson]:
    """Read those of some people who exist.

    Args:
        session: A reading one.
        ids: Of the people.

    Returns:
        The people, in the order of their changes.
    """
    rows: dict[str, list[ReplicatedRow]] = {id_: [] for id_ in ids}
    revisions: dict[str, int] = {}
    vault = vault_of(session)
    for batch in batched(list(ids)):
        for person in session.scalars(select(PersonRow).where(PersonRow.id.in_(batch))):
            revisions[person.id] = person.revision
            rows[person.id].append(_decrypted(vault, person))
        for table in _OWNED_TABLES:
            owned: ScalarResult[_OwnedRow] = session.scalars(select(table).where(table.person_id.in_(batch)))
            for row in owned:
                rows[str(row.person_id)].append(_decrypted(vault, row))
        thumbnails = (
            select(ThumbnailRow, TemplateRow.person_id).join(TemplateRow).where(TemplateRow.person_id.in_(batch))
        )
        for thumbnail, person_id in session.execute(thumbnails):
            rows[person_id].append(_decrypted(vault, thumbnail))
        session.expunge_all()
    found = [ReplicatedPerson(id_, revisions[id_], tuple(rows[id_])) for id_ in revisions]
    return sorted(found, key=lambda one: (one.revision, one.id))


def write_people(session: Session, people: Sequence[ReplicatedPerson]) -> None:
    """Insert people, or replace their data.

    Args:
        session: A writing one.
        people: From `read_people` of the source database.
    """
    vault = vault_of(session)
    _release_names(session, people)
    for person in people:
        own, *others = person.rows
        values = {name: value for name, value in _encrypted(vault, own).items() if name not in _LOCAL}
        changed = update(PersonRow).where(PersonRow.id == person.id).values(values)
        if session.execute(changed.returning(PersonRow.id)).first() is None:
            session.execute(insert(PersonRow).values(values))
        for table in _OWNED_TABLES:
            session.execute(delete(table).where(table.person_id == person.id))
        for record in others:
            session.execute(insert(record.table).values(_encrypted(vault, record)))


def _release_names(session: Session, people: Iterable[ReplicatedPerson]) -> None:
    """Free names and badges of other people, who have changed in the source but are not yet replicated."""
    vault = vault_of(session)
    for person in people:
        values = _encrypted(vault, person.rows[0])
        taken: list[ColumnElement[bool]] = [PersonRow.name_index == values["name_index"]]
        if values["badge_index"] is not None:
            taken.append(PersonRow.badge_index == values["badge_index"])
        others = select(PersonRow.id).where(or_(*taken), PersonRow.id != person.id)
        for id_ in session.scalars(others).all():
            free = {"name_index": uuid4().bytes, "badge_index": None}
            session.execute(update(PersonRow).where(PersonRow.id == id_).values(free))


def _decrypted(vault: Vault, row: Base) -> ReplicatedRow:
    columns = [column.key for column in row.__mapper__.column_attrs if column.key not in _INDEXES]
    values = {name: getattr(row, name) for name in columns}
    for column in _encrypted_columns(type(row)):
        values[column.column] = column.decrypt_from(vault, row)
    if isinstance(row, TemplateRow | NegativeTemplateRow):
        column = TEMPLATE_VECTOR if isinstance(row, TemplateRow) else NEGATIVE_TEMPLATE_VECTOR
        values["vector"] = decrypt_vector(vault, column, row)
    return ReplicatedRow(type(row), values)


def _encrypted(vault: Vault, record: ReplicatedRow) -> Values:
    """Return the values of a row, encrypted for this database."""
    values = dict(record.values)
    if "vector" in values:
        rotation = vault.rotations.newest
        values |= {"vector": to_bytes(rotation.apply(values["vector"])), "rotation": rotation.number}
    if record.table is PersonRow:
        return values | PersonalData.from_json(values["personal"]).encrypt(vault, values["id"])
    if record.table is MembershipRow:
        values["group_index"] = group_index(vault, name_key(values["group_name"].decode()))
    for column in _encrypted_columns(record.table):
        plain = values[column.column]
        values[column.column] = vault.encrypt(plain, *column.place(*(values[name] for name in column.bound_columns)))
    return values


def _encrypted_columns(table: type[Base]) -> list[EncryptedColumn]:
    return [column for column in ENCRYPTED_COLUMNS if column.table == table.__tablename__]
