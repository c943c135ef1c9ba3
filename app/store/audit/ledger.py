"""The ledger: appends audit events to the hash chain, within the transaction that they describe, and seals its head."""

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Self

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.core.audit import AuditEntry, AuditEvent, AuditKind
from app.core.roles import UserSession
from app.store.audit.chain import START, Head, PruneCheckpoint, link, seal_checkpoint
from app.store.audit.seals import DelayedSeal, FileSeal, HeadSeal, InvalidSealError, SealPlace, machine_keyring_seal
from app.store.audit.signature import KeyDeriver
from app.store.database.tables import AuditChainRow, AuditRow

log = logging.getLogger(__name__)

KEY_LABEL = "audit chain 1"

_INFO = "facelatch.ledger"
_HEAD = select(AuditChainRow.sequence, AuditChainRow.mac).with_for_update()
_ADVANCE = update(AuditChainRow).values(sequence=bindparam("sequence"), mac=bindparam("new_mac"))
_NEXT = select(AuditRow).where(AuditRow.id > bindparam("sequence")).order_by(AuditRow.id).limit(1000)
_PRUNED = select(AuditChainRow.pruned_sequence, AuditChainRow.pruned_mac)
_MAC_OF = select(AuditRow.mac).where(AuditRow.id == bindparam("sequence"))


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be inserted."""

    id: int
    at: datetime
    kind: str
    subject: str
    actor: str
    role: str
    details: str


@dataclass(slots=True)
class _Progress:
    """What a session has appended.

    Attributes:
        ledger: The chain.
        head: The last event; None before the first.
        may_seal: Whether the sealed head belongs to this chain. A foreign seal is evidence and is not replaced.
        force: Whether to seal whatever was sealed before.
    """

    ledger: "Ledger"
    head: Head | None = None
    may_seal: bool = False
    force: bool = False


class Ledger:
    """One hash chain with its key and seals. Thread-safe and safe across processes.

    A seal is written after the commit, so it may lag behind the table but is never ahead of it. A process that is
    killed in between leaves a log that verifies; a truncated log does not verify.

    Args:
        seals: The seals beside the database; empty for a copy that is sealed later.
        signed_in: The session of the user, whose role is recorded.
        keys: Derives the key; an opened database passes its vault.
        find_outer: Returns the keyring seal, if there is one; called once.
    """

    def __init__(
        self,
        seals: tuple[HeadSeal, ...],
        signed_in: UserSession | None = None,
        keys: KeyDeriver | None = None,
        find_outer: Callable[[], DelayedSeal | None] = lambda: None,
    ) -> None:
        self._keys = keys
        self._find_outer = find_outer
        self.seals = seals
        self.signed_in = signed_in or UserSession()

    @classmethod
    def beside(cls, path: Path) -> Self:
        """Return a ledger sealed in a file beside the database."""
        return cls((_file_beside(path),))

    @classmethod
    def of_this_machine(cls, path: Path) -> Self:
        """Return a ledger sealed in a file beside the database and, if there is one, in the system's keyring."""
        return cls((_file_beside(path),), find_outer=machine_keyring_seal)

    @cached_property
    def outer(self) -> DelayedSeal | None:
        """The keyring seal; None if there is none. The first access is slow."""
        return self._find_outer()

    @property
    def places(self) -> tuple[SealPlace, ...]:
        """Where the head is sealed."""
        return (SealPlace.FILE,) * bool(self.seals) + (SealPlace.KEYRING,) * (self.outer is not None)

    @property
    def keys(self) -> KeyDeriver:
        """Derives the key. Available once a database is open."""
        assert self._keys is not None
        return self._keys

    def use(self, keys: KeyDeriver) -> None:
        """Set what derives the key."""
        self._keys = keys

    @property
    def key(self) -> bytes:
        """The key of the chain, 32 bytes.

        Raises:
            StoreError: It cannot be derived.
        """
        return self.keys.derive(KEY_LABEL)

    def without_seals(self) -> "Ledger":
        """Return the same chain without seals, for a copy that is not yet in place."""
        return Ledger((), self.signed_in, self._keys)

    def prepare(self) -> None:
        """Read the keyring seal, which is slow, before a writing session begins."""
        if self.outer is not None:
            self.outer.prepare(self.key)

    def close(self) -> None:
        """Write a pending keyring seal. May be called more than once."""
        if "outer" in vars(self) and self.outer is not None:  # without a write, the keyring was never accessed
            self.outer.flush(self.key)

    def begin(self, session: Session) -> None:
        """Attach the chain to a session."""
        session.info[_INFO] = _Progress(self)

    def chain_existing_events(self, session: Session, now: datetime) -> Head | None:
        """Chain the events that an earlier version stored without a chain.

        Changes made before that are not detectable.

        Args:
            session: A writing one.
            now: The time of the event that records this.

        Returns:
            The head to seal after the commit; None if the events were chained before.
        """
        if session.scalars(select(AuditChainRow.chained_from)).one() is not None:
            return None
        head, count = START, 0
        while rows := session.scalars(_NEXT, {"sequence": head.sequence}).all():
            for row in rows:
                row.previous, row.mac = head.mac, link(self.key, head.mac, row)
                head, count = Head(row.id, row.mac), count + 1
            session.flush()
            session.expunge_all()
        self.set_head(session, head)
        session.execute(update(AuditChainRow).values(chained_from=head.sequence + 1))
        # An existing seal belongs to a chain that was removed: it is kept as evidence.
        may_seal = not any(self._is_sealed(kept) for kept in self.seals)
        session.info[_INFO] = progress = _Progress(self, head, may_seal)
        entry = AuditEntry(AuditKind.AUDIT_CHAIN_BEGUN, "", "facelatch", {"events": count})
        self.append(session, now, entry)
        return progress.head if may_seal else None

    def append(self, session: Session, at: datetime, *entries: AuditEntry) -> list[AuditEvent]:
        """Append events in order, within the transaction of a session.

        Args:
            session: A writing one.
            at: The time of the events.
            entries: The events.

        Returns:
            The stored events.
        """
        head = Head(*session.execute(_HEAD).one())
        progress: _Progress = session.info[_INFO]
        if progress.head is None:
            progress.may_seal = self._may_seal(session, head)
        added, rows = [], []
        for entry in entries:
            role = entry.role or self.signed_in.role_name
            details = details_of(entry)
            event = NewEvent(head.sequence + 1, at, entry.kind.value, entry.subject, entry.actor, role, details)
            new = Head(event.id, link(self.key, head.mac, event))
            values = {name: getattr(event, name) for name in NewEvent.__slots__}
            rows.append(values | {"previous": head.mac, "mac": new.mac})
            added.append(AuditEvent(event.id, at, replace(entry, role=role)))
            head = new
        session.execute(insert(AuditRow), rows)
        self.set_head(session, head)
        progress.head = head
        return added

    def set_head(self, session: Session, head: Head) -> None:
        """Store the head of the chain in the database, without sealing it.

        Args:
            session: A writing one.
            head: The last event.
        """
        session.execute(_ADVANCE, {"sequence": head.sequence, "new_mac": head.mac})

    def set_checkpoint(self, session: Session, checkpoint: PruneCheckpoint) -> None:
        """Store a prune checkpoint with its seal.

        Args:
            session: A writing one, in which the pruned events are removed.
            checkpoint: Replaces the previous one.
        """
        session.execute(
            update(AuditChainRow).values(
                pruned_sequence=checkpoint.last.sequence,
                pruned_mac=checkpoint.last.mac,
                kept=checkpoint.kept,
                seal=seal_checkpoint(self.key, checkpoint),
            )
        )

    def reseal_head(self, session: Session) -> None:
        """Seal the current head after the commit, although no event was appended."""
        progress: _Progress = session.info[_INFO]
        progress.head = Head(*session.execute(_HEAD).one())
        progress.may_seal = self._may_seal(session, progress.head)

    def force_seal(self, session: Session) -> None:
        """Seal the head after the commit, whatever is sealed now."""
        progress: _Progress = session.info[_INFO]
        progress.may_seal = progress.force = True

    def sealed(self) -> int:
        """Return the number of the last sealed event; 0 if there is no valid seal."""
        newest = 0
        for kept in self.seals:
            with suppress(InvalidSealError, OSError):
                head = kept.read(self.key)
                newest = max(newest, head.sequence if head else 0)
        return newest

    def committed(self, session: Session) -> None:
        """Seal the head that a session committed. A failure is logged; the next commit seals again."""
        progress: _Progress = session.info[_INFO]
        if progress.head is not None and progress.may_seal:
            self.seal(progress.head)
            if self.outer is not None:
                self.outer.offer(self.key, progress.head, force=progress.force)

    def seal(self, head: Head) -> None:
        """Write a head to the file seals."""
        for kept in self.seals:
            try:
                kept.write(self.key, head)
            except OSError as error:
                log.warning("the head of the audit log could not be sealed: %s", error)

    def _may_seal(self, session: Session, head: Head) -> bool:
        return all(self._is_ours(session, kept, head) for kept in self.seals) and self._outer_is_ours(session, head)

    def _outer_is_ours(self, session: Session, head: Head) -> bool:
        """Return whether the keyring seal is an event of this chain, or there is none yet."""
        outer = self.outer
        if outer is None or (outer.known is None and not outer.is_forged):
            return True
        if outer.known is not None and (outer.known == head or _is_ancestor(session, outer.known, head)):
            return True
        outer.invalidate()
        log.warning("the audit log does not match its seal in the keyring: run “facelatch audit verify”")
        return False

    def _is_sealed(self, kept: HeadSeal) -> bool:
        try:
            return kept.read(self.key) is not None
        except (InvalidSealError, OSError):
            return True

    def _is_ours(self, session: Session, kept: HeadSeal, head: Head) -> bool:
        """Return whether a seal is an event of this chain. An empty chain without a seal is sealed here."""
        try:
            was = kept.read(self.key)
            if was is None and head.sequence == 0:
                kept.write(self.key, head)
                return True
        except InvalidSealError:
            was = None
        except OSError as error:
            log.warning("the sealed head of the audit log cannot be read: %s", error)
            return False
        if was is not None and (was == head or _is_ancestor(session, was, head)):
            return True
        log.warning("the audit log does not match its seal: run “facelatch audit verify”")
        return False


def _file_beside(path: Path) -> FileSeal:
    return FileSeal(path.with_name(f"{path.name}.audit-head"))


def ledger_of(session: Session) -> Ledger:
    """Return the ledger of a session."""
    progress: _Progress = session.info[_INFO]
    return progress.ledger


def details_of(entry: AuditEntry) -> str:
    """Return the details of an entry as stored and covered by its MAC."""
    return json.dumps(dict(entry.details), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _is_ancestor(session: Session, was: Head, head: Head) -> bool:
    if was.sequence == 0 or was.sequence > head.sequence:
        return was == START
    stored = session.execute(_MAC_OF, {"sequence": was.sequence}).scalar()
    if stored is not None:
        return bool(stored == was.mac)
    pruned_sequence, pruned_mac = session.execute(_PRUNED).one()
    return was.sequence < pruned_sequence or was == Head(pruned_sequence, pruned_mac)
