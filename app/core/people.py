"""The people enrolled, and what is kept of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from app.core.faces import Embedding, Pose

_BETWEEN_GROUPS = re.compile(r"[,，、;；|\n]")


def split_groups(text: str) -> tuple[str, ...]:
    """The names of groups that somebody has written into one field, between commas, semicolons or bars."""
    return tuple(name.strip() for name in _BETWEEN_GROUPS.split(text) if name.strip())


def join_groups(names: Iterable[str]) -> str:
    """The names of groups as one field shows them."""
    return ", ".join(names)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone enrolled.

    Attributes:
        id: Of this person; stays the same for good, and means nothing outside the database.
        name: As it is shown.
        created_at: UTC.
        templates: How many are in use, of whatever model.
        badge: The number on the person's badge; None where there is none. Nobody else has it.
        note: Free text.
        active: Whether the person is to be recognised at all.
        valid_from: The moment from which the person is recognised; None for ever since.
        valid_until: The moment from which the person is not recognised any more; None for ever.
        delete_after: The moment from which the person is erased, and no more recognised; None for never.
        groups: Their names, sorted.
    """

    id: str
    name: str
    created_at: datetime
    templates: int
    badge: str | None = None
    note: str = ""
    active: bool = True
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    delete_after: datetime | None = None
    groups: tuple[str, ...] = ()

    def is_valid_at(self, moment: datetime) -> bool:
        """Whether the person is to be recognised at a moment."""
        begun = self.valid_from is None or self.valid_from <= moment
        return self.active and begun and not self.has_expired_at(moment)

    def has_expired_at(self, moment: datetime) -> bool:
        """Whether the person is not to be recognised any more, though perhaps not erased yet."""
        expired = self.valid_until is not None and self.valid_until <= moment
        return expired or (self.delete_after is not None and self.delete_after <= moment)

    @property
    def turns(self) -> tuple[datetime, ...]:
        """The moments at which the person begins or ceases to be recognised without a change."""
        return tuple(end for end in (self.valid_from, self.valid_until, self.delete_after) if end is not None)


class PersonChanges(TypedDict, total=False):
    """What can be changed about a person, beside the name. What is left out stays as it is."""

    badge: str | None
    note: str
    active: bool
    valid_from: datetime | None
    valid_until: datetime | None
    delete_after: datetime | None
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """One stored embedding of a person.

    Attributes:
        id: Of this template.
        person_id: Whose it is.
        embedding: With the model that made it.
        quality: 0 to 1, how good the picture was.
        source: Where the picture came from: a file's name, or the camera's.
        created_at: UTC.
        pose: Of the head in the picture; None where it was not recorded.
        retired_at: Since when it is not compared any more; None while it is.
        thumbnail: Whether a small picture is kept beside it.
    """

    id: str
    person_id: str
    embedding: "Embedding"
    quality: float
    source: str
    created_at: datetime
    pose: "Pose | None" = None
    retired_at: datetime | None = None
    thumbnail: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person has agreed to.

    Attributes:
        text: The words that were shown.
        version: Of the text.
        language: Of the text, such as "en" or "zh_CN".
        given_at: UTC.
    """

    text: str
    version: str
    language: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class NegativeTemplate:
    """A face that an operator has marked as not this person, though it matched.

    From then on a face is taken for the person only if it is more similar to one of the person's templates than to
    any of these.

    Attributes:
        id: Of this anchor.
        person_id: Whom the face is not.
        model: The manifest name of the model that made its embedding.
        similarity: Cosine by which it had matched, -1 to 1.
        created_at: UTC.
    """

    id: str
    person_id: str
    model: str
    similarity: float
    created_at: datetime
