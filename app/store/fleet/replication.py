"""People with all that belongs to them, row by row, on their way from one database into another."""

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

_Belonging = MembershipRow | ConsentRow | TemplateRow | NegativeTemplateRow | PinRow

_BELONGINGS: tuple[type[_Belonging], ...] = (
    MembershipRow,
    ConsentRow,
    TemplateRow,
    NegativeTemplateRow,
    PinRow,
)
"""What is replaced with a person. Delays after failed attempts are a kiosk's own and stay."""

_INDEXES = {"name_index", "badge_index", "group_index", "rotation"}
"""Columns that each database makes with its own key."""

_LOCAL = {"revision"}
"""Columns of a person that each database has for itself."""


@dataclass(frozen=True, slots=True)
class ReplicatedRow:
    """A row of a table, opened: each database seals it with a key of its own.

    Attributes:
        table: Which.
        values: By column; what is sealed is plain, vectors are not turned, and the blind indexes are missing.
    """

    table: type[Base]
    values: Values


@dataclass(frozen=True, slots=True)
class ReplicatedPerson:
    """A person with all that belongs to them.

    Attributes:
        id: Theirs, the same in every database.
        revision: At which they changed where they were read.
        rows: The person's own comes first, those of templates before their thumbnails.
    """

    id: str
    revision: int
    rows: tuple[ReplicatedRow, ...]


def read_people(session: Session, ids: Sequence[str]) -> list[ReplicatedPerson]:
    """Those of these people who are there, in the order of their changes.

    Args:
        session: A reading one.
        ids: Of people.
    """
    rows: dict[str, list[ReplicatedRow]] = {id_: [] for id_ in ids}
    revisions: dict[str, int] = {}
    vault = vault_of(session)
    for some in batched(list(ids)):
        for person in session.scalars(select(PersonRow).where(PersonRow.id.in_(some))):
            revisions[person.id] = person.revision
            rows[person.id].append(_record(vault, person))
        for table in _BELONGINGS:
            belonging: ScalarResult[_Belonging] = session.scalars(select(table).where(table.person_id.in_(some)))
            for row in belonging:
                rows[str(row.person_id)].append(_record(vault, row))
        pictures = select(ThumbnailRow, TemplateRow.person_id).join(TemplateRow).where(TemplateRow.person_id.in_(some))
        for thumbnail, person_id in session.execute(pictures):
            rows[person_id].append(_record(vault, thumbnail))
        session.expunge_all()
    found = [ReplicatedPerson(id_, revisions[id_], tuple(rows[id_])) for id_ in revisions]
    return sorted(found, key=lambda one: (one.revision, one.id))


def write_people(session: Session, people: Sequence[ReplicatedPerson]) -> None:
    """Make people what they are elsewhere, whether they are here already or not.

    Args:
        session: A writing one.
        people: What they are.
    """
    vault = vault_of(session)
    _make_way(session, people)
    for person in people:
        own, *belongings = person.rows
        values = {name: value for name, value in _sealed(vault, own).items() if name not in _LOCAL}
        changed = update(PersonRow).where(PersonRow.id == person.id).values(values)
        if session.execute(changed.returning(PersonRow.id)).first() is None:
            session.execute(insert(PersonRow).values(values))
        for table in _BELONGINGS:
            session.execute(delete(table).where(table.person_id == person.id))
        for record in belongings:
            session.execute(insert(record.table).values(_sealed(vault, record)))


def _make_way(session: Session, people: Iterable[ReplicatedPerson]) -> None:
    """Take names and badges from those here who have given them up elsewhere, but of whom that is not known yet."""
    vault = vault_of(session)
    for person in people:
        values = _sealed(vault, person.rows[0])
        taken: list[ColumnElement[bool]] = [PersonRow.name_index == values["name_index"]]
        if values["badge_index"] is not None:
            taken.append(PersonRow.badge_index == values["badge_index"])
        others = select(PersonRow.id).where(or_(*taken), PersonRow.id != person.id)
        for id_ in session.scalars(others).all():
            free = {"name_index": uuid4().bytes, "badge_index": None}
            session.execute(update(PersonRow).where(PersonRow.id == id_).values(free))


def _record(vault: Vault, row: Base) -> ReplicatedRow:
    columns = [column.key for column in row.__mapper__.column_attrs if column.key not in _INDEXES]
    values = {name: getattr(row, name) for name in columns}
    for column in _sealed_in(type(row)):
        values[column.column] = column.decrypt_from(vault, row)
    if isinstance(row, TemplateRow | NegativeTemplateRow):
        column = TEMPLATE_VECTOR if isinstance(row, TemplateRow) else NEGATIVE_TEMPLATE_VECTOR
        values["vector"] = decrypt_vector(vault, column, row)
    return ReplicatedRow(type(row), values)


def _sealed(vault: Vault, record: ReplicatedRow) -> Values:
    """The values of a row as it is to stand here."""
    values = dict(record.values)
    if "vector" in values:
        rotation = vault.rotations.newest
        values |= {"vector": to_bytes(rotation.apply(values["vector"])), "rotation": rotation.number}
    if record.table is PersonRow:
        return values | PersonalData.from_json(values["personal"]).encrypt(vault, values["id"])
    if record.table is MembershipRow:
        values["group_index"] = group_index(vault, name_key(values["group_name"].decode()))
    for column in _sealed_in(record.table):
        plain = values[column.column]
        values[column.column] = vault.encrypt(plain, *column.place(*(values[name] for name in column.bound_columns)))
    return values


def _sealed_in(table: type[Base]) -> list[EncryptedColumn]:
    return [column for column in ENCRYPTED_COLUMNS if column.table == table.__tablename__]
