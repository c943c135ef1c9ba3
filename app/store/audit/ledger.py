"""Adds events to the audit trail, each tied to the one before, within the transaction that they tell of."""

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
class _Written:
    """An event on its way into the table."""

    id: int
    at: datetime
    kind: str
    subject: str
    actor: str
    role: str
    details: str


@dataclass(slots=True)
class _Progress:
    """What a session has added so far.

    Attributes:
        ledger: The chain.
        head: The last event; None before the first.
        may_seal: Whether what is sealed is a part of this chain. What is not is evidence, and stays.
        anew: Whether it is sealed whatever was sealed before.
    """

    ledger: "Ledger"
    head: Head | None = None
    may_seal: bool = False
    anew: bool = False


class Ledger:
    """One chain: its key, and where its head is sealed. Usable from every thread and process at once.

    A seal may lag behind the table, since it is written after the commit; it is never ahead of it. So a process that is
    killed in between leaves a trail that verifies, and an end that was cut off does not.

    Args:
        keys: Where the key comes from; a database that is opened gives its vault.
        seals: Where the head is kept outside the table; none where somebody else seals it later.
        signed_in: Who uses the program, for the role that is written down.
        find_outer: Finds where it is kept out of reach of whoever has the files, if anywhere; asked once.
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
        """With the seal in a file beside the database."""
        return cls((_file_beside(path),))

    @classmethod
    def of_this_machine(cls, path: Path) -> Self:
        """With the seal in a file beside the database, and in the system's keyring where there is one."""
        return cls((_file_beside(path),), find_outer=machine_keyring_seal)

    @cached_property
    def outer(self) -> DelayedSeal | None:
        """The keyring's seal; None where there is none. Asking for the first time takes a while."""
        return self._find_outer()

    @property
    def places(self) -> tuple[SealPlace, ...]:
        """Where the head is sealed."""
        return (SealPlace.FILE,) * bool(self.seals) + (SealPlace.KEYRING,) * (self.outer is not None)

    @property
    def keys(self) -> KeyDeriver:
        """Where the key comes from. A database has to be open."""
        assert self._keys is not None
        return self._keys

    def use(self, keys: KeyDeriver) -> None:
        """Take the key from there from now on."""
        self._keys = keys

    @property
    def key(self) -> bytes:
        """Of 32 bytes.

        Raises:
            StoreError: It cannot be had.
        """
        return self.keys.derive(KEY_LABEL)

    def without_seals(self) -> "Ledger":
        """The same chain in another file, which is not the one that counts yet."""
        return Ledger((), self.signed_in, self._keys)

    def prepare(self) -> None:
        """Look at the seal that takes its time, before a session that writes begins."""
        if self.outer is not None:
            self.outer.prepare(self.key)

    def close(self) -> None:
        """Seal what has not been sealed yet; may be called more than once."""
        if "outer" in vars(self) and self.outer is not None:  # whoever wrote nothing need not look for a keyring now
            self.outer.flush(self.key)

    def begin(self, session: Session) -> None:
        """Have a session write into this chain."""
        session.info[_INFO] = _Progress(self)

    def chain_existing_events(self, session: Session, now: datetime) -> Head | None:
        """Give events from before there was a chain their place in it, and mark where it begins.

        What was changed before that moment cannot be told from what was not.

        Returns:
            What is to be sealed after the commit, if anything.
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
        # What was sealed before can only be of a chain that was taken away: it stays as it is, and shows.
        may_seal = not any(self._is_sealed(kept) for kept in self.seals)
        session.info[_INFO] = progress = _Progress(self, head, may_seal)
        entry = AuditEntry(AuditKind.AUDIT_CHAIN_BEGUN, "", "facelatch", {"events": count})
        self.append(session, now, entry)
        return progress.head if may_seal else None

    def append(self, session: Session, at: datetime, *entries: AuditEntry) -> list[AuditEvent]:
        """Add events in their order, kept if and only if the session is committed."""
        head = Head(*session.execute(_HEAD).one())
        progress: _Progress = session.info[_INFO]
        if progress.head is None:
            progress.may_seal = self._may_seal(session, head)
        added, rows = [], []
        for entry in entries:
            role = entry.role or self.signed_in.role_name
            details = details_of(entry)
            event = _Written(head.sequence + 1, at, entry.kind.value, entry.subject, entry.actor, role, details)
            new = Head(event.id, link(self.key, head.mac, event))
            values = {name: getattr(event, name) for name in _Written.__slots__}
            rows.append(values | {"previous": head.mac, "mac": new.mac})
            added.append(AuditEvent(event.id, at, replace(entry, role=role)))
            head = new
        session.execute(insert(AuditRow), rows)
        self.set_head(session, head)
        progress.head = head
        return added

    def set_head(self, session: Session, head: Head) -> None:
        """Say which event of the table is the last."""
        session.execute(_ADVANCE, {"sequence": head.sequence, "new_mac": head.mac})

    def set_checkpoint(self, session: Session, stub: PruneCheckpoint) -> None:
        """Say what has been pruned."""
        session.execute(
            update(AuditChainRow).values(
                pruned_sequence=stub.last.sequence,
                pruned_mac=stub.last.mac,
                kept=stub.kept,
                seal=seal_checkpoint(self.key, stub),
            )
        )

    def reseal_head(self, session: Session) -> None:
        """Have the head sealed after the commit, though nothing was added."""
        progress: _Progress = session.info[_INFO]
        progress.head = Head(*session.execute(_HEAD).one())
        progress.may_seal = self._may_seal(session, progress.head)

    def force_seal(self, session: Session) -> None:
        """Have what a session has added sealed after its commit, whatever is sealed now."""
        progress: _Progress = session.info[_INFO]
        progress.may_seal = progress.anew = True

    def sealed(self) -> int:
        """The number of the last event that is sealed; 0 where none is, or what is kept is not ours."""
        newest = 0
        for kept in self.seals:
            with suppress(InvalidSealError, OSError):
                head = kept.read(self.key)
                newest = max(newest, head.sequence if head else 0)
        return newest

    def committed(self, session: Session) -> None:
        """Seal what a session has added. Called after its commit; what goes wrong is logged and made good next time."""
        progress: _Progress = session.info[_INFO]
        if progress.head is not None and progress.may_seal:
            self.seal(progress.head)
            if self.outer is not None:
                self.outer.offer(self.key, progress.head, at_once=progress.anew)

    def seal(self, head: Head) -> None:
        """Keep a head outside the table."""
        for kept in self.seals:
            try:
                kept.write(self.key, head)
            except OSError as error:
                log.warning("the head of the audit trail could not be sealed: %s", error)

    def _may_seal(self, session: Session, head: Head) -> bool:
        return all(self._is_ours(session, kept, head) for kept in self.seals) and self._outer_is_ours(session, head)

    def _outer_is_ours(self, session: Session, head: Head) -> bool:
        """Whether what was in the keyring is an event of this chain. Where there was nothing, it is sealed there."""
        outer = self.outer
        if outer is None or (outer.known is None and not outer.is_forged):
            return True
        if outer.known is not None and (outer.known == head or _is_ancestor(session, outer.known, head)):
            return True
        outer.invalidate()
        log.warning("the audit trail is not the one that the keyring knows: run “facelatch audit verify”")
        return False

    def _is_sealed(self, kept: HeadSeal) -> bool:
        try:
            return kept.read(self.key) is not None
        except (InvalidSealError, OSError):
            return True

    def _is_ours(self, session: Session, kept: HeadSeal, head: Head) -> bool:
        """Whether what is sealed is an event of this chain. Before the first event, it is sealed here."""
        try:
            was = kept.read(self.key)
            if was is None and head.sequence == 0:
                kept.write(self.key, head)
                return True
        except InvalidSealError:
            was = None
        except OSError as error:
            log.warning("the sealed head of the audit trail cannot be read: %s", error)
            return False
        if was is not None and (was == head or _is_ancestor(session, was, head)):
            return True
        log.warning("the audit trail is not the one that was sealed: run “facelatch audit verify”")
        return False


def _file_beside(path: Path) -> FileSeal:
    return FileSeal(path.with_name(f"{path.name}.audit-head"))


def ledger_of(session: Session) -> Ledger:
    """The chain that a session writes into."""
    progress: _Progress = session.info[_INFO]
    return progress.ledger


def details_of(entry: AuditEntry) -> str:
    """An entry's details as they are stored and covered by its MAC."""
    return json.dumps(dict(entry.details), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _is_ancestor(session: Session, was: Head, head: Head) -> bool:
    if was.sequence == 0 or was.sequence > head.sequence:
        return was == START
    stored = session.execute(_MAC_OF, {"sequence": was.sequence}).scalar()
    if stored is not None:
        return bool(stored == was.mac)
    pruned_sequence, pruned_mac = session.execute(_PRUNED).one()
    return was.sequence < pruned_sequence or was == Head(pruned_sequence, pruned_mac)
