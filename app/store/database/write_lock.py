"""The write lock: fair waiting for other writers, and truncation of the write-ahead log."""

import sqlite3
import time

_RETRY_S = 0.004
_MAX_QUEUE = 12
"""The total wait, as a multiple of the patience with one lock holder."""

_CHECKPOINT_TRY_S = 0.05
"""How long one attempt to truncate the log may block writers."""


def begin_immediate(connection: sqlite3.Connection, patience_s: float) -> None:
    """Begin a transaction with the write lock, polling for it at a constant interval.

    SQLite's busy handler polls less often the longer it has waited, so the newest waiter wins: with ten programs that
    write without pause, some waited for more than five seconds. A long queue is no error either; a holder that does
    not finish is.

    Args:
        connection: Outside a transaction, with a busy timeout of 0.
        patience_s: How long one holder may keep the lock, in seconds. The total wait is at most twelve times as long.

    Raises:
        sqlite3.OperationalError: SQLITE_BUSY when the wait is over, or any other error.
    """
    now = time.monotonic()
    holder_deadline, total_deadline = now + patience_s, now + _MAX_QUEUE * patience_s
    seen: int | None = None
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            now = time.monotonic()
            version = _data_version(connection) if is_busy(error) else None
            if version is not None and version != seen:
                seen, holder_deadline = version, now + patience_s
            if not is_busy(error) or now > min(holder_deadline, total_deadline):
                raise
        else:
            return
        time.sleep(_RETRY_S)


def truncate_wal(connection: sqlite3.Connection, patience_s: float) -> bool:
    """Copy the write-ahead log into the file and truncate it, in short attempts.

    While SQLite waits for readers to do so, it holds the write lock; long attempts would block other writers.

    Args:
        connection: Outside a transaction. Its busy timeout is changed.
        patience_s: How long to keep trying, in seconds.

    Returns:
        False if other connections blocked every attempt.
    """
    deadline = time.monotonic() + patience_s
    while True:
        left_s = deadline - time.monotonic()
        connection.execute(f"PRAGMA busy_timeout = {round(1000 * max(0.0, min(_CHECKPOINT_TRY_S, left_s)))}")
        (blocked, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not blocked:
            return True
        if left_s <= 0:
            return False
        time.sleep(_CHECKPOINT_TRY_S)


def is_busy(error: sqlite3.Error) -> bool:
    """Return whether the error is SQLITE_BUSY, in any of its extended codes."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _data_version(connection: sqlite3.Connection) -> int | None:
    """Return a number that changes with every commit of another connection; None while it cannot be read."""
    try:
        (version,) = connection.execute("PRAGMA data_version").fetchone()
    except sqlite3.OperationalError as error:
        if not is_busy(error):
            raise
        return None
    return int(version)
