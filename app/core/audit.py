"""Events of the audit log, and queries for them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Detail = str | int | float | bool | None


class AuditKind(StrEnum):
    """Kinds of events. The values are stored in the database."""

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
    THRESHOLD_MOVED = "threshold-moved"
    STORE_RESTORED = "store-restored"
    KIOSK_STARTED = "kiosk-started"
    KIOSK_LEFT = "kiosk-left"
    UNLOCKED = "unlocked"
    DENIED = "denied"
    LOCKED_OUT = "locked-out"
    LOCKOUT_RESET = "lockout-reset"
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
    """An event to be recorded.

    Attributes:
        kind: What happened.
        subject: Id of the person concerned; empty if there is none. Never a name: after the person is erased, the id
            remains as a pseudonym.
        actor: Who did it: "window", "command", or "kiosk" and its name.
        details: Figures and words without personal data, by name.
        role: Role of the signed-in user; empty if no user is signed in.
    """

    kind: AuditKind
    subject: str = ""
    actor: str = ""
    details: Mapping[str, Detail] = field(default_factory=dict)
    role: str = ""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """A recorded event.

    Attributes:
        id: Sequence number; increases by one.
        at: Time of recording, UTC.
        entry: The event.
    """

    id: int
    at: datetime
    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Filters for events. An omitted filter matches every event.

    Attributes:
        kinds: Any of these kinds.
        subject: Id of a person: the event concerns the person or names the id in its details.
        actor: Prefix of the actor: "kiosk" matches every kiosk.
        since: Earliest time, inclusive.
        until: Latest time, exclusive.
        before: Events with a smaller id: the next page.
        after: Events with a larger id: those recorded since.
    """

    kinds: Collection[AuditKind] = ()
    subject: str = ""
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    after: int | None = None
