"""Pruning of the audit log: removes old events and leaves a checkpoint from which the rest verifies."""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, not_, select, true
from sqlalchemy.orm import Session

from app.core.audit import AuditKind
from app.core.errors import TrailBroken
from app.store.audit.chain import Head, PruneCheckpoint, seal_checkpoint
from app.store.audit.ledger import ledger_of
from app.store.database.tables import AuditChainRow, AuditRow

KINDS_NEEDED_BY_RESTORE = (AuditKind.PERSON_ERASED.value, AuditKind.PERSON_EXPIRED.value, AuditKind.PEOPLE_MERGED.value)
"""Events that a restore needs: erased people must not return, and a backup may hold merged ones under other ids."""


def prune_events(session: Session, before: datetime, oldest_backup: datetime | None) -> int:
    """Remove events before a time.

    The removed events are a prefix of the chain, except for retained ones: each of these verifies by its own MAC, and
    the checkpoint holds a hash of their MACs.

    Args:
        session: A writing one.
        before: Events at or after this time are retained.
        oldest_backup: Events since then that a restore needs are retained; None if there are no backups.

    Returns:
        How many events were removed.

    Raises:
        TrailBroken: A retained event is missing.
    """
    last = _last_before(session, before)
    removable = and_(AuditRow.id <= last.sequence, _not_needed(oldest_backup))
    count = session.execute(select(func.count(AuditRow.id)).where(removable)).scalar_one()
    if count:
        _require_intact_checkpoint(session)
        session.execute(delete(AuditRow).where(removable))
        ledger_of(session).set_checkpoint(session, PruneCheckpoint(last, retained_digest(session, last.sequence)))
    return int(count)


def retained_digest(session: Session, sequence: int) -> bytes:
    """Return the SHA-256 of the MACs of all stored events up to a sequence number.

    Args:
        session: To query in.
        sequence: The number of the last event to include.

    Returns:
        32 bytes: the digest of the concatenated MACs, in order of the sequence numbers.
    """
    kept = hashlib.sha256()
    for mac in session.scalars(select(AuditRow.mac).where(AuditRow.id <= sequence).order_by(AuditRow.id)):
        kept.update(mac or b"")
    return kept.digest()


def checkpoint_of(row: AuditChainRow) -> PruneCheckpoint:
    """Return the prune checkpoint in the chain row."""
    return PruneCheckpoint(Head(row.pruned_sequence, row.pruned_mac), row.kept)


def is_sealed(row: AuditChainRow, key: bytes) -> bool:
    """Return whether the prune checkpoint was written with the key.

    Args:
        row: The chain row, with the checkpoint and its seal.
        key: Of the chain, 32 bytes.

    Returns:
        True if the seal is valid, or if nothing was pruned.
    """
    checkpoint = checkpoint_of(row)
    return checkpoint == PruneCheckpoint() or hmac.compare_digest(row.seal, seal_checkpoint(key, checkpoint))


def _require_intact_checkpoint(session: Session) -> None:
    """Raise TrailBroken for a changed checkpoint, whose traces another pruning would hide."""
    row = session.scalars(select(AuditChainRow)).one()
    if not is_sealed(row, ledger_of(session).key) or retained_digest(session, row.pruned_sequence) != row.kept:
        raise TrailBroken


def _last_before(session: Session, before: datetime) -> Head:
    """Return the event before the first retained one, in chain order: clocks may have been set back."""
    row = session.scalars(select(AuditChainRow)).one()
    retained = and_(AuditRow.at >= before, AuditRow.id > row.pruned_sequence)
    query = select(AuditRow.id, AuditRow.previous).where(retained).order_by(AuditRow.id).limit(1)
    first = session.execute(query).one_or_none()
    if first is None:
        return Head(row.sequence, row.mac)
    earlier = session.execute(select(func.max(AuditRow.id)).where(AuditRow.id < first.id)).scalar()
    if earlier is None or earlier <= row.pruned_sequence:
        return Head(row.pruned_sequence, row.pruned_mac)
    return Head(earlier, first.previous)


def _not_needed(oldest_backup: datetime | None) -> ColumnElement[bool]:
    if oldest_backup is None:
        return true()
    return not_(and_(AuditRow.kind.in_(KINDS_NEEDED_BY_RESTORE), AuditRow.at >= oldest_backup))
