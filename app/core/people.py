"""Enrolled people, their templates, consent and negative templates."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from app.core.faces import Embedding, Pose

_GROUP_SEPARATORS = re.compile(r"[,，、;；|\n]")


def split_groups(text: str) -> tuple[str, ...]:
    """Split the text of one field at commas, semicolons, bars and line ends into names of groups."""
    return tuple(name.strip() for name in _GROUP_SEPARATORS.split(text) if name.strip())


def join_groups(names: Iterable[str]) -> str:
    """Join names of groups into the text of one field. Inverse of `split_groups`."""
    return ", ".join(names)


@dataclass(frozen=True, slots=True)
class Person:
    """An enrolled person.

    Attributes:
        id: Permanent random id, without meaning outside the database.
        name: Display name, unique.
        created_at: Time of enrolment, UTC.
        templates: Number of active templates, of all models.
        badge: Badge number, unique; None without a badge.
        note: Free text.
        active: Whether the person is compared at all.
        valid_from: Start of the validity, inclusive; None without a start.
        valid_until: End of the validity, exclusive; None without an end.
        delete_after: Time from which the person is no longer valid and is to be erased; None for never.
        groups: Names of the person's groups, sorted.
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
        """Return whether the person is active and valid at a moment."""
        begun = self.valid_from is None or self.valid_from <= moment
        return self.active and begun and not self.has_expired_at(moment)

    def has_expired_at(self, moment: datetime) -> bool:
        """Return whether the validity has ended or the erasure is due."""
        expired = self.valid_until is not None and self.valid_until <= moment
        return expired or (self.delete_after is not None and self.delete_after <= moment)

    @property
    def validity_changes(self) -> tuple[datetime, ...]:
        """The moments at which the validity changes."""
        moments = (self.valid_from, self.valid_until, self.delete_after)
        return tuple(moment for moment in moments if moment is not None)


class PersonChanges(TypedDict, total=False):
    """Changes to a person's record. Omitted keys stay unchanged."""

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
        id: Id of the template.
        person_id: Id of the person.
        embedding: The stored embedding.
        quality: Quality of the picture, 0 to 1.
        source: Origin of the picture: name of a file or of a camera.
        created_at: Time of enrolment, UTC.
        pose: Head pose in the picture; None if it was not recorded.
        retired_at: Time since which it is no longer compared, UTC; None for an active template.
        thumbnail: Whether a thumbnail is stored with it.
    """

    id: str
    person_id: str
    embedding: Embedding
    quality: float
    source: str
    created_at: datetime
    pose: Pose | None = None
    retired_at: datetime | None = None
    thumbnail: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """The consent of a person.

    Attributes:
        text: Text that the person agreed to.
        version: Version of the text.
        language: Language of the text, such as "en" or "zh_CN".
        given_at: Time of consent, UTC.
    """

    text: str
    version: str
    language: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class NegativeTemplate:
    """A face that an operator marked as not this person after a false match.

    A probe matches the person only if it is more similar to one of the person's templates than to every negative
    template. The database calls it an anchor, the commands a mark.

    Attributes:
        id: Id of the negative template.
        person_id: Id of the person that the face is not.
        model: Manifest name of the model that computed its embedding.
        similarity: Cosine of the false match, -1 to 1.
        created_at: Time of marking, UTC.
    """

    id: str
    person_id: str
    model: str
    similarity: float
    created_at: datetime
