"""The questions that `people` asks the database within a session of its own."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.core.errors import AlreadyEnrolled, InvalidName, UnknownPerson
from app.core.types import Person
from app.store.names import clean_name, name_key
from app.store.tables import PersonRow, TemplateRow
from app.store.vectors import FLOAT_BYTES, NewTemplate

PEOPLE = (
    select(PersonRow.id, PersonRow.name, PersonRow.created_at, func.count(TemplateRow.person_id))
    .outerjoin(TemplateRow, TemplateRow.person_id == PersonRow.id)
    .group_by(PersonRow.id)
    .order_by(PersonRow.name_key)
)
"""The columns of a `Person`, by name: everybody, and how many templates each has, in one query."""


def key_of(name: str) -> str:
    """The key under which somebody of that name would be stored.

    Raises:
        UnknownPerson: Nobody can have that name.
    """
    try:
        return name_key(clean_name(name))
    except InvalidName as error:
        raise _unknown(name) from error


def row_of(session: Session, person_id: str) -> PersonRow:
    """Somebody's row, to be changed.

    Raises:
        UnknownPerson: Nobody has that id.
    """
    row = session.get(PersonRow, person_id) if person_id.isascii() else None
    if row is None:
        raise _unknown(person_id)
    return row


def load(session: Session, person_id: str) -> Person:
    """The person of that id.

    Raises:
        UnknownPerson: Nobody has it.
    """
    return only(session, PersonRow.id == row_of(session, person_id).id, person_id)


def only(session: Session, condition: ColumnElement[bool], sought: str) -> Person:
    """The one person of whom something holds.

    Args:
        session: To ask in.
        condition: Holds of one person at most.
        sought: What to name in the error.

    Raises:
        UnknownPerson: It holds of nobody.
    """
    found = session.execute(PEOPLE.where(condition)).one_or_none()
    if found is None:
        raise _unknown(sought)
    return Person(*found)


def refuse_taken(session: Session, key: str, but: str = "") -> None:
    """Keep two people from having names that are held the same.

    Args:
        session: A writing one, so that nobody takes the name meanwhile.
        key: Of the name.
        but: The id of whoever may have it.

    Raises:
        AlreadyEnrolled: Somebody else has it.
    """
    holder = session.scalars(select(PersonRow).where(PersonRow.name_key == key, PersonRow.id != but)).one_or_none()
    if holder is not None:
        raise AlreadyEnrolled(name=holder.name)


def refuse_other_sizes(session: Session, templates: Sequence[NewTemplate]) -> None:
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
    return {length // FLOAT_BYTES for length in lengths}


def _unknown(sought: str) -> UnknownPerson:
    """The error, which has to be printable even where what was sought is not."""
    return UnknownPerson(name=sought.encode(errors="backslashreplace").decode())
