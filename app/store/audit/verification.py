"""Verification of the audit chain: checks every event and names the first broken link."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store.audit.chain import Head, link
from app.store.audit.ledger import Ledger
from app.store.audit.pruning import is_sealed
from app.store.audit.seals import InvalidSealError, SealPlace
from app.store.database.sqlite import Database
from app.store.database.tables import AuditChainRow, AuditRow

_PAGE = 1000


class Finding(StrEnum):
    """What breaks the chain."""

    CHANGED = "changed"
    MISSING = "missing"
    MISPLACED = "misplaced"
    STUB = "stub"
    KEPT = "kept"
    COUNTER = "counter"
    CUT = "cut"
    REPLACED = "replaced"
    UNSEALED = "unsealed"
    FORGED = "forged"


FINDINGS = {
    Finding.CHANGED: "this event was changed",
    Finding.MISSING: "events that were written before this one are missing",
    Finding.MISPLACED: "this event does not follow the one before it",
    Finding.STUB: "the checkpoint that pruning left was changed",
    Finding.KEPT: "an event that pruning retained is missing",
    Finding.COUNTER: "this is not the last event that was written",
    Finding.CUT: "later events are missing: the end was cut off, or an older file was put back",
    Finding.REPLACED: "a different event was sealed under this number",
    Finding.UNSEALED: "the sealed head of the log is missing",
    Finding.FORGED: "the sealed head of the log was not written by this program",
}
"""Explanations in English."""


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first broken link.

    Attributes:
        sequence: The number of the event.
        kind: What breaks the chain.
        finding: The explanation in English.
    """

    sequence: int
    kind: Finding
    finding: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """The result of a verification.

    Attributes:
        events: The number of events.
        first: The number of the first event; 0 if there is none.
        last: The number of the last event; 0 if there is none.
        chained_from: The first event in which changes are detectable; older events predate the chain.
        pruned_until: The number up to which events were pruned; 0 if none were.
        sealed: The number of the event that is sealed outside the table; 0 if none is.
        broken: The first broken link; None if the chain is intact.
        sealed_in: Where the head is sealed.
    """

    events: int
    first: int
    last: int
    chained_from: int
    pruned_until: int
    sealed: int
    broken: BrokenLink | None
    sealed_in: tuple[SealPlace, ...] = ()


def verify_chain(database: Database, ledger: Ledger) -> ChainReport:
    """Verify the chain in one snapshot; other processes may be writing to it.

    Args:
        database: Open.
        ledger: The hash chain of its audit log.

    Returns:
        The report.

    Raises:
        StoreError: The database or the key cannot be read.
    """
    # Read the seals first: the table may be ahead of a seal, never behind.
    sealed, seal_fault = _read_seals(ledger)
    with database.reading() as session:
        chain = session.scalars(select(AuditChainRow)).one()
        session.expunge(chain)
        if chain.sequence == 0 and not sealed and seal_fault == _broken(0, Finding.UNSEALED):
            seal_fault = None  # the log is still empty
        bounds = select(func.min(AuditRow.id), func.max(AuditRow.id), func.count(AuditRow.id))
        first, last, count = session.execute(bounds).one()
        return ChainReport(
            events=count,
            first=first or 0,
            last=last or 0,
            chained_from=chain.chained_from or 0,
            pruned_until=chain.pruned_sequence,
            sealed=max((head.sequence for head in sealed), default=0),
            broken=_first_broken(session, chain, ledger.key, sealed) or seal_fault,
            sealed_in=ledger.places,
        )


def _first_broken(session: Session, chain: AuditChainRow, key: bytes, sealed: list[Head]) -> BrokenLink | None:
    if not is_sealed(chain, key):
        return _broken(chain.pruned_sequence, Finding.STUB)
    for broken in (_check_retained(session, chain, key), _check_links(session, chain, key, sealed)):
        if broken is not None:
            return broken
    cut = max((head.sequence for head in sealed), default=0)
    return _broken(chain.sequence, Finding.CUT) if cut > chain.sequence else None


def _check_retained(session: Session, chain: AuditChainRow, key: bytes) -> BrokenLink | None:
    """Check the events that pruning retained."""
    kept, last = hashlib.sha256(), chain.pruned_sequence
    for row in _rows(session, 0, chain.pruned_sequence):
        if not _has_valid_mac(row, key):
            return _broken(row.id, Finding.CHANGED)
        kept.update(row.mac or b"")
        last = row.id
    return None if kept.digest() == chain.kept else _broken(last, Finding.KEPT)


def _check_links(session: Session, chain: AuditChainRow, key: bytes, sealed: list[Head]) -> BrokenLink | None:
    head = Head(chain.pruned_sequence, chain.pruned_mac)
    first_gapless = chain.chained_from or 1
    for row in _rows(session, chain.pruned_sequence, None):
        if not _has_valid_mac(row, key):
            return _broken(row.id, Finding.CHANGED)
        if row.id != head.sequence + 1 and row.id >= first_gapless:
            return _broken(row.id, Finding.MISSING)
        if row.previous != head.mac:
            return _broken(row.id, Finding.MISPLACED if row.id == head.sequence + 1 else Finding.MISSING)
        head = Head(row.id, row.mac or b"")
        if any(kept.sequence == head.sequence and kept != head for kept in sealed):
            return _broken(row.id, Finding.REPLACED)
    return None if head == Head(chain.sequence, chain.mac) else _broken(head.sequence, Finding.COUNTER)


def _has_valid_mac(row: AuditRow, key: bytes) -> bool:
    if row.previous is None or row.mac is None:
        return False
    return hmac.compare_digest(link(key, row.previous, row), row.mac)


def _rows(session: Session, after: int, until: int | None) -> Iterator[AuditRow]:
    """Yield rows page by page, so that a long log needs little memory."""
    while True:
        query = select(AuditRow).where(AuditRow.id > after).order_by(AuditRow.id).limit(_PAGE)
        rows = session.scalars(query if until is None else query.where(AuditRow.id <= until)).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].id
        session.expunge_all()


def _read_seals(ledger: Ledger) -> tuple[list[Head], BrokenLink | None]:
    """Return the sealed heads, and what is wrong with the seals, if anything."""
    heads: list[Head] = []
    for kept in ledger.seals:
        try:
            head = kept.read(ledger.key)
        except InvalidSealError:
            return heads, _broken(0, Finding.FORGED)
        if head is not None:
            heads.append(head)
    if len(heads) < len(ledger.seals):
        return heads, _broken(0, Finding.UNSEALED)
    try:
        outer = ledger.outer.read(ledger.key) if ledger.outer is not None else None
    except InvalidSealError:
        return heads, _broken(0, Finding.FORGED)
    return [*heads, *([outer] if outer is not None else [])], None


def _broken(sequence: int, kind: Finding) -> BrokenLink:
    return BrokenLink(sequence, kind, FINDINGS[kind])
