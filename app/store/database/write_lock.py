"""Taking turns with other programs that write, and emptying the log between them."""

import sqlite3
import time

_RETRY_S = 0.004
_OTHERS_TURNS = 12
"""So many times as long as for one other program we wait for all of them together."""

_AT_ONCE_S = 0.05
"""How long a try to empty the log keeps those who write from writing."""


def begin_immediate(connection: sqlite3.Connection, patience_s: float) -> None:
    """Begin a transaction with the write lock, asking for it at an even pace.

    SQLite's own waiting asks the more rarely the longer it has lasted, so that whoever came last is served first: of
    ten programs that write without a pause, some had to wait for more than five seconds. And where many take turns,
    it is no sign of trouble that there were many before us: only that one of them does not end is.

    Args:
        connection: In no transaction; does not wait by itself.
        patience_s: How long one other program may have the lock, in seconds. Twelve times as long, and whoever they
            are, it is enough.

    Raises:
        sqlite3.OperationalError: SQLITE_BUSY, where it took longer; or another.
    """
    now = time.monotonic()
    holder_ends, all_end = now + patience_s, now + _OTHERS_TURNS * patience_s
    seen: int | None = None
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            now = time.monotonic()
            version = _version(connection) if is_busy(error) else None
            if version is not None and version != seen:
                seen, holder_ends = version, now + patience_s
            if not is_busy(error) or now > min(holder_ends, all_end):
                raise
        else:
            return
        time.sleep(_RETRY_S)


def truncate_wal(connection: sqlite3.Connection, patience_s: float) -> bool:
    """Bring the pages of the log into the file and cut it off, in short tries.

    While SQLite waits for readers in order to do so, it has the write lock: others would wait as long.

    Args:
        connection: In no transaction. It does not wait by itself afterwards.
        patience_s: For how long to try, in seconds.

    Returns:
        False where others were in the way all the time.
    """
    deadline = time.monotonic() + patience_s
    while True:
        left_s = deadline - time.monotonic()
        connection.execute(f"PRAGMA busy_timeout = {round(1000 * max(0.0, min(_AT_ONCE_S, left_s)))}")
        (blocked, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not blocked:
            return True
        if left_s <= 0:
            return False
        time.sleep(_AT_ONCE_S)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether others were in the way."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _version(connection: sqlite3.Connection) -> int | None:
    """Another number after each change by another connection; None while even that cannot be read."""
    try:
        (version,) = connection.execute("PRAGMA data_version").fetchone()
    except sqlite3.OperationalError as error:
        if not is_busy(error):
            raise
        return None
    return int(version)
