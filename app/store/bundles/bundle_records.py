"""A person as a line of a bundle: JSON with Base64 vectors (docs/bundles.md)."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.core.errors import BundleDamaged
from app.core.faces import Embedding, Pose
from app.core.people import Consent, Person, PersonChanges
from app.store.people.vectors import InvalidVectorError, NewTemplate, from_bytes, to_bytes


@dataclass(frozen=True, slots=True)
class BundledPerson:
    """The exported data of a person.

    Attributes:
        person: The person; its count of `templates` is not used.
        updated_at: The time of the last change.
        consents: The newest first.
        templates: With their ids, including retired ones.
    """

    person: Person
    updated_at: datetime
    consents: tuple[Consent, ...]
    templates: tuple[NewTemplate, ...]

    @property
    def changes(self) -> PersonChanges:
        """The profile data beside the name."""
        person = self.person
        return PersonChanges(
            badge=person.badge,
            note=person.note,
            active=person.active,
            valid_from=person.valid_from,
            valid_until=person.valid_until,
            delete_after=person.delete_after,
            groups=person.groups,
        )


def to_line(record: BundledPerson) -> bytes:
    """Return the line of a person, including the line end."""
    person = record.person
    line = {
        "id": person.id,
        "name": person.name,
        "created_at": person.created_at.isoformat(),
        "updated_at": record.updated_at.isoformat(),
        "badge": person.badge,
        "note": person.note,
        "active": person.active,
        "valid_from": _text(person.valid_from),
        "valid_until": _text(person.valid_until),
        "delete_after": _text(person.delete_after),
        "groups": list(person.groups),
        "consents": [
            {"text": c.text, "version": c.version, "language": c.language, "given_at": c.given_at.isoformat()}
            for c in record.consents
        ],
        "templates": [_template(template) for template in record.templates],
    }
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def from_line(line: bytes, path: Path) -> BundledPerson:
    """Parse the line of a person.

    Args:
        line: From `to_line`.
        path: The bundle that the message names.

    Returns:
        The person.

    Raises:
        BundleDamaged: The line is not a person.
    """
    try:
        return _record(json.loads(line))
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error, InvalidVectorError) as error:
        raise BundleDamaged(path=path) from error


def _record(line: Mapping[str, Any]) -> BundledPerson:
    person = Person(
        id=_id(line["id"]),
        name=str(line["name"]),
        created_at=_time(line["created_at"]),
        templates=0,
        badge=None if line["badge"] is None else str(line["badge"]),
        note=str(line["note"]),
        active=bool(line["active"]),
        valid_from=_optional_time(line["valid_from"]),
        valid_until=_optional_time(line["valid_until"]),
        delete_after=_optional_time(line["delete_after"]),
        groups=tuple(map(str, line["groups"])),
    )
    consents = tuple(
        Consent(str(c["text"]), str(c["version"]), str(c["language"]), _time(c["given_at"])) for c in line["consents"]
    )
    return BundledPerson(person, _time(line["updated_at"]), consents, tuple(map(_new_template, line["templates"])))


def _template(template: NewTemplate) -> dict[str, object]:
    pose = template.pose
    return {
        "id": template.id,
        "model": template.embedding.model,
        "model_sha256": template.model_sha256,
        "vector": base64.b64encode(to_bytes(template.embedding.vector)).decode(),
        "quality": template.quality,
        "source": template.source,
        "created_at": _text(template.created_at),
        "retired_at": _text(template.retired_at),
        "pose": None if pose is None else [pose.yaw, pose.pitch, pose.roll],
        "thumbnail": None if template.thumbnail is None else base64.b64encode(template.thumbnail).decode(),
    }


def _new_template(line: Mapping[str, Any]) -> NewTemplate:
    (vector,) = from_bytes([base64.b64decode(line["vector"], validate=True)])
    thumbnail = line["thumbnail"]
    return NewTemplate(
        embedding=Embedding(vector, str(line["model"])),
        model_sha256=str(line["model_sha256"]),
        quality=float(line["quality"]),
        source=str(line["source"]),
        pose=None if line["pose"] is None else Pose(*map(float, line["pose"])),
        thumbnail=None if thumbnail is None else base64.b64decode(thumbnail, validate=True),
        id=_id(line["id"]),
        created_at=_optional_time(line["created_at"]),
        retired_at=_optional_time(line["retired_at"]),
    )


def _id(value: object) -> str:
    """Return a valid id: letters and digits only, because it becomes a database key."""
    text = str(value)
    if not text or len(text) > 64 or not text.isascii() or not text.isalnum():
        raise ValueError(text)
    return text


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _optional_time(text: str | None) -> datetime | None:
    return None if text is None else _time(text)
