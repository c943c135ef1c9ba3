"""People with all that belongs to them, row by row, on their way from one database into another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, ScalarResult, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from app.store.journal import batched
from app.store.tables import AnchorRow, Base, ConsentRow, MembershipRow, PersonRow, PinRow, TemplateRow, ThumbnailRow

Values = dict[str, Any]

_Belonging = MembershipRow | ConsentRow | TemplateRow | AnchorRow | PinRow

_BELONGINGS: tuple[type[_Belonging], ...] = (
    MembershipRow,
    ConsentRow,
    TemplateRow,
    AnchorRow,
    PinRow,
)
"""What is replaced with a person. Delays after failed attempts are a kiosk's own and stay."""

_LOCAL = {"revision"}
"""Columns of a person that each database has for itself."""


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a table.

    Attributes:
        table: Which.
        values: By column.
    """

    table: type[Base]
    values: Values


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person with all that belongs to them.

    Attributes:
        id: Theirs, the same in every database.
        revision: At which they changed where they were read.
        rows: The person's own comes first, those of templates before their thumbnails.
    """

    id: str
    revision: int
    rows: tuple[Record, ...]


def read_people(session: Session, ids: Sequence[str]) -> list[PersonRecord]:
    """Those of these people who are there, in the order of their changes.

    Args:
        session: A reading one.
        ids: Of people.
    """
    rows: dict[str, list[Record]] = {id_: [] for id_ in ids}
    revisions: dict[str, int] = {}
    for some in batched(list(ids)):
        for person in session.scalars(select(PersonRow).where(PersonRow.id.in_(some))):
            revisions[person.id] = person.revision
            rows[person.id].append(_record(person))
        for table in _BELONGINGS:
            belonging: ScalarResult[_Belonging] = session.scalars(select(table).where(table.person_id.in_(some)))
            for row in belonging:
                rows[str(row.person_id)].append(_record(row))
        pictures = select(ThumbnailRow, TemplateRow.person_id).join(TemplateRow).where(TemplateRow.person_id.in_(some))
        for thumbnail, person_id in session.execute(pictures):
            rows[person_id].append(_record(thumbnail))
        session.expunge_all()
    found = [PersonRecord(id_, revisions[id_], tuple(rows[id_])) for id_ in revisions]
    return sorted(found, key=lambda one: (one.revision, one.id))


def write_people(session: Session, people: Sequence[PersonRecord]) -> None:
    """Make people what they are elsewhere, whether they are here already or not.

    Args:
        session: A writing one.
        people: What they are.
    """
    _make_way(session, people)
    for person in people:
        own, *belongings = person.rows
        values = {name: value for name, value in own.values.items() if name not in _LOCAL}
        changed = update(PersonRow).where(PersonRow.id == person.id).values(values)
        if session.execute(changed.returning(PersonRow.id)).first() is None:
            session.execute(insert(PersonRow).values(values))
        for table in _BELONGINGS:
            session.execute(delete(table).where(table.person_id == person.id))
        for record in belongings:
            session.execute(insert(record.table).values(record.values))


def _make_way(session: Session, people: Iterable[PersonRecord]) -> None:
    """Take names and badges from those here who have given them up elsewhere, but of whom that is not known yet."""
    for person in people:
        values = person.rows[0].values
        taken: list[ColumnElement[bool]] = [PersonRow.name_key == values["name_key"]]
        if values["badge"] is not None:
            taken.append(PersonRow.badge == values["badge"])
        others = select(PersonRow.id).where(or_(*taken), PersonRow.id != person.id)
        for id_ in session.scalars(others).all():
            free = {"name_key": uuid4().hex, "badge": None}
            session.execute(update(PersonRow).where(PersonRow.id == id_).values(free))


def _record(row: Base) -> Record:
    columns = row.__mapper__.column_attrs
    return Record(type(row), {column.key: getattr(row, column.key) for column in columns})
