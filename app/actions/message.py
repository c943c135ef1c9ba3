"""The JSON message that describes an event to webhooks and MQTT brokers."""

import hashlib
import json
import re

from app.core.unlock import UnlockEvent

UNLOCKED, TEST = "unlocked", "test"
_SLUG = re.compile(r"[a-z0-9_-]+")
_OTHER_CHARACTERS = re.compile(r"[^a-z0-9_-]+")


def event_json(event: UnlockEvent, *, include_name: bool) -> bytes:
    """Return the event as a JSON object in UTF-8.

    Args:
        event: The event.
        include_name: Whether to include the person's name besides the id.
    """
    person = {"id": event.person_id} | ({"name": event.person_name} if include_name else {})
    message = {
        "event_type": TEST if event.test else UNLOCKED,
        "id": event.id,
        "at": event.at.isoformat(timespec="milliseconds"),
        "kiosk": event.kiosk,
        "person": person,
        "factors": list(event.factors),
        "similarity": event.similarity,
    }
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def slug(name: str) -> str:
    """Return a name in the characters of topics and identifiers: `a` to `z`, digits, `_` and `-`.

    A name that contains other characters gets a suffix of its SHA-256 hash, so that different names stay different.
    """
    if _SLUG.fullmatch(name):
        return name
    plain = _OTHER_CHARACTERS.sub("-", name.lower()).strip("-") or "kiosk"
    return f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
