"""Takes what is too old out of the audit trail, and leaves a stub by which the rest still verifies."""

import hashlib
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, not_, select, true
from sqlalchemy.orm import Session

from app.core.audit import AuditKind
from app.core.errors import TrailBroken
from app.store.audit.chain import Head, PruneCheckpoint, seal_checkpoint
from app.store.audit.ledger import ledger_of
from app.store.database.tables import AuditChainRow, AuditRow

KINDS_NEEDED_BY_RESTORE = (AuditKind.PERSON_ERASED.value, AuditKind.PERSON_EXPIRED.value, AuditKind.PEOPLE_MERGED.value)
"""What restoring a backup needs: who must not come back, and under which ids they may be in it."""


def prune_events(session: Session, before: datetime, oldest_backup: datetime | None) -> int:
    """Remove what happened before a moment.

    The events that go are a beginning of the chain, but for those that have to stay: each of them verifies by itself,
    and the stub says by a hash which they are.

    Args:
        session: A writing one.
        before: What happened then or later stays.
        oldest_backup: What a restore of any backup from then on relies on stays; None where there are no backups.

    Returns:
        How many events were removed.

    Raises:
        TrailBroken: An event that had to stay is not there any more.
    """
    last = _last_before(session, before)
    goes = and_(AuditRow.id <= last.sequence, _goes(oldest_backup))
    count = session.execute(select(func.count(AuditRow.id)).where(goes)).scalar_one()
    if count:
        _refuse_broken_stub(session)
        session.execute(delete(AuditRow).where(goes))
        ledger_of(session).set_checkpoint(session, PruneCheckpoint(last, retained_digest(session, last.sequence)))
    return int(count)


def retained_digest(session: Session, sequence: int) -> bytes:
    """The hash of the MACs of all events up to one."""
    kept = hashlib.sha256()
    for mac in session.scalars(select(AuditRow.mac).where(AuditRow.id <= sequence).order_by(AuditRow.id)):
        kept.update(mac or b"")
    return kept.digest()


def checkpoint_of(row: AuditChainRow) -> PruneCheckpoint:
    """What pruning has left."""
    return PruneCheckpoint(Head(row.pruned_sequence, row.pruned_mac), row.kept)


def is_sealed(row: AuditChainRow, key: bytes) -> bool:
    """Whether what pruning has left was written with the key; so it is where nothing has been pruned."""
    stub = checkpoint_of(row)
    return stub == PruneCheckpoint() or row.seal == seal_checkpoint(key, stub)


def _refuse_broken_stub(session: Session) -> None:
    """Or a second pruning would hide what was done to what the first had left."""
    row = session.scalars(select(AuditChainRow)).one()
    if not is_sealed(row, ledger_of(session).key) or retained_digest(session, row.pruned_sequence) != row.kept:
        raise TrailBroken


def _last_before(session: Session, before: datetime) -> Head:
    """The event before the first that stays. The order of the chain counts: a clock may have been set back."""
    row = session.scalars(select(AuditChainRow)).one()
    stays = and_(AuditRow.at >= before, AuditRow.id > row.pruned_sequence)
    query = select(AuditRow.id, AuditRow.previous).where(stays).order_by(AuditRow.id).limit(1)
    first = session.execute(query).one_or_none()
    if first is None:
        return Head(row.sequence, row.mac)
    earlier = session.execute(select(func.max(AuditRow.id)).where(AuditRow.id < first.id)).scalar()
    if earlier is None or earlier <= row.pruned_sequence:
        return Head(row.pruned_sequence, row.pruned_mac)
    return Head(earlier, first.previous)


def _goes(oldest_backup: datetime | None) -> ColumnElement[bool]:
    if oldest_backup is None:
        return true()
    return not_(and_(AuditRow.kind.in_(KINDS_NEEDED_BY_RESTORE), AuditRow.at >= oldest_backup))
