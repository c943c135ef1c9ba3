"""The links of the audit chain: an event as bytes, and what ties it to the one before (docs/audit.md)."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

FORM = "facelatch-audit-1"
"""Names the canonical form, so that a later one can never be taken for it."""

GENESIS = bytes(32)
"""What stands in place of a predecessor of the first event."""

_SEAL = b"facelatch audit head 1"
_STUB = b"facelatch audit stub 1"


class Event(Protocol):
    """What of an event is covered by its MAC: all that is kept of it."""

    @property
    def id(self) -> int:
        """Its sequence number."""
        ...

    @property
    def at(self) -> datetime:
        """When, in UTC."""
        ...

    @property
    def kind(self) -> str:
        """What happened."""
        ...

    @property
    def subject(self) -> str:
        """A pseudonym, or nothing."""
        ...

    @property
    def actor(self) -> str:
        """Who did it."""
        ...

    @property
    def role(self) -> str:
        """As what."""
        ...

    @property
    def details(self) -> str:
        """JSON, to the letter as it is stored."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """An event as the chain knows it.

    Attributes:
        sequence: Its number; 0 before the first event.
        mac: Of 32 bytes.
    """

    sequence: int
    mac: bytes


START = Head(0, GENESIS)
"""Where every chain begins."""


@dataclass(frozen=True, slots=True)
class PruneCheckpoint:
    """What pruning leaves in place of what it removes.

    Attributes:
        last: The last event that was pruned.
        kept: SHA-256 over the MACs, in order, of the events up to there that had to stay.
    """

    last: Head = START
    kept: bytes = hashlib.sha256().digest()


def canonical(event: Event) -> bytes:
    """An event as bytes: a JSON array without spaces, in ASCII."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [FORM, event.id, at, event.kind, event.subject, event.actor, event.role, event.details]
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode()


def link(key: bytes, previous: bytes, event: Event) -> bytes:
    """The MAC of an event: HMAC-SHA256 (RFC 2104) over its predecessor's and its own bytes.

    Args:
        key: Of 32 bytes.
        previous: The predecessor's MAC; `GENESIS` where there is none.
        event: What happened.
    """
    return hmac.digest(key, previous + canonical(event), "sha256")


def seal(key: bytes, head: Head) -> bytes:
    """Shows that whoever wrote down a head had the key."""
    return hmac.digest(key, _SEAL + head.sequence.to_bytes(8, "big") + head.mac, "sha256")


def seal_checkpoint(key: bytes, stub: PruneCheckpoint) -> bytes:
    """The same for what pruning leaves."""
    return hmac.digest(key, _STUB + stub.last.sequence.to_bytes(8, "big") + stub.last.mac + stub.kept, "sha256")
