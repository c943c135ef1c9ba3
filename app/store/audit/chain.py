"""The hash chain of the audit log: canonical events, their MACs, heads and prune checkpoints (docs/audit.md)."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

FORM = "facelatch-audit-1"
"""The version of the canonical form, which a later version cannot be mistaken for."""

GENESIS = bytes(32)
"""The predecessor MAC of the first event."""

_HEAD_LABEL = b"facelatch audit head 1"
_CHECKPOINT_LABEL = b"facelatch audit stub 1"


class Event(Protocol):
    """The fields of an event that its MAC covers: all of them."""

    @property
    def id(self) -> int:
        """The sequence number."""
        ...

    @property
    def at(self) -> datetime:
        """The time, in UTC."""
        ...

    @property
    def kind(self) -> str:
        """The kind of event."""
        ...

    @property
    def subject(self) -> str:
        """The id of a person, or an empty string."""
        ...

    @property
    def actor(self) -> str:
        """Who caused it."""
        ...

    @property
    def role(self) -> str:
        """The role of the actor, or an empty string."""
        ...

    @property
    def details(self) -> str:
        """JSON, exactly as stored."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """A position in the chain.

    Attributes:
        sequence: The number of the event; 0 before the first.
        mac: The MAC of the event, 32 bytes.
    """

    sequence: int
    mac: bytes


START = Head(0, GENESIS)
"""The head of an empty chain."""


@dataclass(frozen=True, slots=True)
class PruneCheckpoint:
    """The point up to which the chain was pruned.

    Attributes:
        last: The last pruned event.
        kept: SHA-256 over the MACs, in order, of the events up to there that were retained.
    """

    last: Head = START
    kept: bytes = hashlib.sha256().digest()


def canonical(event: Event) -> bytes:
    """Return the canonical form of an event: a JSON array without spaces, in ASCII."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [FORM, event.id, at, event.kind, event.subject, event.actor, event.role, event.details]
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode()


def link(key: bytes, previous: bytes, event: Event) -> bytes:
    """Return the MAC of an event: HMAC-SHA256 (RFC 2104) over the predecessor's MAC and the canonical event.

    Args:
        key: 32 bytes.
        previous: The MAC of the predecessor; `GENESIS` for the first event.
        event: The event.

    Returns:
        32 bytes.
    """
    return hmac.digest(key, previous + canonical(event), "sha256")


def seal(key: bytes, head: Head) -> bytes:
    """Return the seal of a head: an HMAC-SHA256 (RFC 2104) which proves that it was written with the key.

    Args:
        key: Of the chain, 32 bytes.
        head: To seal.

    Returns:
        32 bytes.
    """
    return hmac.digest(key, _HEAD_LABEL + head.sequence.to_bytes(8, "big") + head.mac, "sha256")


def seal_checkpoint(key: bytes, checkpoint: PruneCheckpoint) -> bytes:
    """Return the seal of a prune checkpoint: an HMAC-SHA256 under another label than that of a head.

    Args:
        key: Of the chain, 32 bytes.
        checkpoint: To seal.

    Returns:
        32 bytes.
    """
    return hmac.digest(
        key,
        _CHECKPOINT_LABEL + checkpoint.last.sequence.to_bytes(8, "big") + checkpoint.last.mac + checkpoint.kept,
        "sha256",
    )
