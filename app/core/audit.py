"""What happened, for those who must be able to look it up later."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Detail = str | int | float | bool | None


class AuditKind(StrEnum):
    """What kind of thing happened."""

    PERSON_ENROLLED = "person-enrolled"
    PERSON_CHANGED = "person-changed"
    PERSON_RENAMED = "person-renamed"
    PEOPLE_MERGED = "people-merged"
    PERSON_ERASED = "person-erased"
    PERSON_EXPIRED = "person-expired"
    PERSON_IMPORTED = "person-imported"
    TEMPLATES_ADDED = "templates-added"
    TEMPLATE_RETIRED = "template-retired"
    TEMPLATE_RESTORED = "template-restored"
    ANCHOR_ADDED = "anchor-added"
    ANCHOR_REMOVED = "anchor-removed"
    FACE_ACCEPTED = "face-accepted"
    FACE_REJECTED = "face-rejected"
    SETTINGS_CHANGED = "settings-changed"
    STORE_RESTORED = "store-restored"
    KIOSK_STARTED = "kiosk-started"
    KIOSK_LEFT = "kiosk-left"
    UNLOCKED = "unlocked"
    DENIED = "denied"
    LOCKED_OUT = "locked-out"
    PIN_ACCEPTED = "pin-accepted"
    PIN_REFUSED = "pin-refused"
    PIN_CHANGED = "pin-changed"
    ACTION_DONE = "action-done"
    ACTION_FAILED = "action-failed"
    AUDIT_PRUNED = "audit-pruned"
    KEYS_CHANGED = "keys-changed"
    AUDIT_CHAIN_BEGUN = "audit-chain-begun"
    AUDIT_RESEALED = "audit-resealed"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - no password
    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    SIGN_IN_REFUSED = "sign-in-refused"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something to be written down.

    Attributes:
        kind: What happened.
        subject: The id of the person it happened to; empty where it was nobody known. Never a name: the id stays
            behind as a pseudonym when the person is erased.
        actor: Who did it: "window", "command", or "kiosk" and its name.
        details: Figures and words without personal data, by name.
        role: As what they had signed in; empty where nobody had.
    """

    kind: AuditKind
    subject: str = ""
    actor: str = ""
    details: Mapping[str, Detail] = field(default_factory=dict)
    role: str = ""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something written down.

    Attributes:
        id: Rises by one.
        at: When, in UTC.
        entry: What.
    """

    id: int
    at: datetime
    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which events are meant. What is left out does not limit.

    Attributes:
        kinds: One of these.
        subject: The id of a person: those that happened to the person, or that name the id among their details.
        actor: How who did it begins: "kiosk" means every kiosk.
        since: At this moment or later.
        until: Before this moment.
        before: Older than the event of this id: the next page.
        after: Newer than the event of this id: what has come since.
    """

    kinds: Collection[AuditKind] = ()
    subject: str = ""
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    after: int | None = None
