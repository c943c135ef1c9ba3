"""A person as a line of a bundle: JSON, with the vectors in base 64 (docs/bundles.md)."""

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
    """All of a person that travels.

    Attributes:
        person: Who; `templates` counts nothing here.
        updated_at: When something about them was changed last.
        consents: The newest first.
        templates: With their ids, also those that are retired.
    """

    person: Person
    updated_at: datetime
    consents: tuple[Consent, ...]
    templates: tuple[NewTemplate, ...]

    @property
    def changes(self) -> PersonChanges:
        """What is kept beside the name."""
        who = self.person
        return PersonChanges(
            badge=who.badge,
            note=who.note,
            active=who.active,
            valid_from=who.valid_from,
            valid_until=who.valid_until,
            delete_after=who.delete_after,
            groups=who.groups,
        )


def to_line(record: BundledPerson) -> bytes:
    """As it stands in a bundle, with the end of the line."""
    who = record.person
    line = {
        "id": who.id,
        "name": who.name,
        "created_at": who.created_at.isoformat(),
        "updated_at": record.updated_at.isoformat(),
        "badge": who.badge,
        "note": who.note,
        "active": who.active,
        "valid_from": _text(who.valid_from),
        "valid_until": _text(who.valid_until),
        "delete_after": _text(who.delete_after),
        "groups": list(who.groups),
        "consents": [
            {"text": c.text, "version": c.version, "language": c.language, "given_at": c.given_at.isoformat()}
            for c in record.consents
        ],
        "templates": [_template(template) for template in record.templates],
    }
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def from_line(line: bytes, path: Path) -> BundledPerson:
    """Read it back.

    Raises:
        BundleDamaged: It is no person: a program that is not ours made the bundle.
    """
    try:
        return _record(json.loads(line))
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error, InvalidVectorError) as error:
        raise BundleDamaged(path=path) from error


def _record(line: Mapping[str, Any]) -> BundledPerson:
    person = Person(
        id=_id(line["id"]),
        name=str(line["name"]),
        created_at=_moment(line["created_at"]),
        templates=0,
        badge=None if line["badge"] is None else str(line["badge"]),
        note=str(line["note"]),
        active=bool(line["active"]),
        valid_from=_maybe(line["valid_from"]),
        valid_until=_maybe(line["valid_until"]),
        delete_after=_maybe(line["delete_after"]),
        groups=tuple(map(str, line["groups"])),
    )
    consents = tuple(
        Consent(str(c["text"]), str(c["version"]), str(c["language"]), _moment(c["given_at"])) for c in line["consents"]
    )
    return BundledPerson(person, _moment(line["updated_at"]), consents, tuple(map(_new_template, line["templates"])))


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
        created_at=_maybe(line["created_at"]),
        retired_at=_maybe(line["retired_at"]),
    )


def _id(value: object) -> str:
    """Hexadecimal digits, as the program makes them: it becomes a key of the database."""
    text = str(value)
    if not text or len(text) > 64 or not text.isascii() or not text.isalnum():
        raise ValueError(text)
    return text


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _maybe(text: str | None) -> datetime | None:
    return None if text is None else _moment(text)
