"""Follows the audit chain from end to end, and names the first link that does not hold."""

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
    """What is wrong with a link."""

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
    Finding.CHANGED: "this event is not as it was written",
    Finding.MISSING: "events that were written before this one are missing",
    Finding.MISPLACED: "this event does not follow the one before it",
    Finding.STUB: "what pruning left in place of earlier events was changed",
    Finding.KEPT: "an event that pruning had left is missing",
    Finding.COUNTER: "this is not the event that was written last",
    Finding.CUT: "later events were written and are missing: the end was cut off, or an older file put back",
    Finding.REPLACED: "the event that was sealed under this number was another one",
    Finding.UNSEALED: "the sealed end of the trail is missing",
    Finding.FORGED: "the sealed end of the trail was not written by this program",
}
"""Each in English."""


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """Where the chain breaks.

    Attributes:
        sequence: The number of the event.
        kind: What is wrong.
        finding: The same in English.
    """

    sequence: int
    kind: Finding
    finding: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What came of following the chain.

    Attributes:
        events: How many there are.
        first: The number of the first; 0 where there is none.
        last: The number of the last; 0 where there is none.
        chained_from: From which on changes show; what is older was there before the chain.
        pruned_until: The number up to which events were pruned; 0 where none were.
        sealed: The number of the event that is sealed outside the table; 0 where none is.
        broken: The first link that does not hold; None where all do.
        sealed_in: Where the end is sealed.
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
    """Follow the chain as of one moment; others may be writing to it.

    Args:
        database: Open.
        ledger: Its chain.

    Raises:
        StoreError: The database or the key cannot be read.
    """
    # Read first: the table may be ahead of what is sealed, never behind.
    sealed, trouble = _sealed(ledger)
    with database.reading() as session:
        chain = session.scalars(select(AuditChainRow)).one()
        session.expunge(chain)
        if chain.sequence == 0 and not sealed and trouble == _broken(0, Finding.UNSEALED):
            trouble = None  # nothing has happened yet
        bounds = select(func.min(AuditRow.id), func.max(AuditRow.id), func.count(AuditRow.id))
        first, last, count = session.execute(bounds).one()
        return ChainReport(
            events=count,
            first=first or 0,
            last=last or 0,
            chained_from=chain.chained_from or 0,
            pruned_until=chain.pruned_sequence,
            sealed=max((head.sequence for head in sealed), default=0),
            broken=_first_broken(session, chain, ledger.key, sealed) or trouble,
            sealed_in=ledger.places,
        )


def _first_broken(session: Session, chain: AuditChainRow, key: bytes, sealed: list[Head]) -> BrokenLink | None:
    if not is_sealed(chain, key):
        return _broken(chain.pruned_sequence, Finding.STUB)
    for broken in (_kept(session, chain, key), _follow(session, chain, key, sealed)):
        if broken is not None:
            return broken
    cut = max((head.sequence for head in sealed), default=0)
    return _broken(chain.sequence, Finding.CUT) if cut > chain.sequence else None


def _kept(session: Session, chain: AuditChainRow, key: bytes) -> BrokenLink | None:
    """Whether what pruning has left is all there."""
    kept, last = hashlib.sha256(), chain.pruned_sequence
    for row in _rows(session, 0, chain.pruned_sequence):
        if not _is_whole(row, key):
            return _broken(row.id, Finding.CHANGED)
        kept.update(row.mac or b"")
        last = row.id
    return None if kept.digest() == chain.kept else _broken(last, Finding.KEPT)


def _follow(session: Session, chain: AuditChainRow, key: bytes, sealed: list[Head]) -> BrokenLink | None:
    head = Head(chain.pruned_sequence, chain.pruned_mac)
    gapless = chain.chained_from or 1
    for row in _rows(session, chain.pruned_sequence, None):
        if not _is_whole(row, key):
            return _broken(row.id, Finding.CHANGED)
        if row.id != head.sequence + 1 and row.id >= gapless:
            return _broken(row.id, Finding.MISSING)
        if row.previous != head.mac:
            return _broken(row.id, Finding.MISPLACED if row.id == head.sequence + 1 else Finding.MISSING)
        head = Head(row.id, row.mac or b"")
        if any(kept.sequence == head.sequence and kept != head for kept in sealed):
            return _broken(row.id, Finding.REPLACED)
    return None if head == Head(chain.sequence, chain.mac) else _broken(head.sequence, Finding.COUNTER)


def _is_whole(row: AuditRow, key: bytes) -> bool:
    if row.previous is None or row.mac is None:
        return False
    return hmac.compare_digest(link(key, row.previous, row), row.mac)


def _rows(session: Session, after: int, until: int | None) -> Iterator[AuditRow]:
    """A page at a time, so that a long trail needs little memory."""
    while True:
        query = select(AuditRow).where(AuditRow.id > after).order_by(AuditRow.id).limit(_PAGE)
        rows = session.scalars(query if until is None else query.where(AuditRow.id <= until)).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].id
        session.expunge_all()


def _sealed(ledger: Ledger) -> tuple[list[Head], BrokenLink | None]:
    """What is kept outside the table, and what is wrong with that."""
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
