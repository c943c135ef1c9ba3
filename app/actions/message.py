"""An event, as webhooks and brokers get it: one JSON object."""

import hashlib
import json
import re

from app.core.unlock import UnlockEvent

UNLOCKED, TEST = "unlocked", "test"
_PLAIN = re.compile(r"[a-z0-9_-]+")
_OTHER = re.compile(r"[^a-z0-9_-]+")


def event_json(event: UnlockEvent, *, include_name: bool) -> bytes:
    """The event as JSON in UTF-8.

    Args:
        event: What happened.
        include_name: Whether to say the person's name besides the id.
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
    """A name in the letters that topics and identifiers may hold: `a` to `z`, digits, `_` and `-`.

    A name that loses something by that gets a few digits of its own, so that two names stay two.
    """
    if _PLAIN.fullmatch(name):
        return name
    plain = _OTHER.sub("-", name.lower()).strip("-") or "kiosk"
    return f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
