"""The write lock: a writer that waits behind others does not fail as long as they make progress."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.store.database.write_lock import begin_immediate, truncate_wal


class Busy(sqlite3.Connection):
    """Another writes all the time; or others do, one after the other."""

    busy_s = 0.0
    changes = False
    broken = False

    def execute(self, sql: str, parameters: object = ()) -> sqlite3.Cursor:
        began = self.__dict__.setdefault("began", time.monotonic())
        if sql == "BEGIN IMMEDIATE" and time.monotonic() < began + self.busy_s:
            error = sqlite3.OperationalError("disk I/O error" if self.broken else "database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR if self.broken else sqlite3.SQLITE_BUSY
            raise error
        if sql == "PRAGMA data_version" and self.changes:
            return super().execute("SELECT abs(random())")
        assert parameters == ()
        return super().execute(sql)


@pytest.fixture
def busy() -> Iterator[Busy]:
    with closing(Busy(":memory:", isolation_level=None)) as connection:
        yield connection


def test_waiting_for_several_writers_takes_longer_than_for_one(busy: Busy) -> None:
    busy.busy_s, busy.changes = 0.3, True
    begin_immediate(busy, 0.1)
    assert busy.in_transaction


@pytest.mark.parametrize(
    ("changes", "broken", "lasts_s"), [(False, False, 0.05), (True, False, 0.6), (True, True, 0.0)]
)
def test_waiting_ends(busy: Busy, changes: bool, broken: bool, lasts_s: float) -> None:
    busy.busy_s, busy.changes, busy.broken = 5.0, changes, broken
    began = time.monotonic()
    with pytest.raises(sqlite3.OperationalError):
        begin_immediate(busy, 0.05)
    assert lasts_s <= time.monotonic() - began < 4.0


def test_truncating_the_log_behind_a_reader_does_not_block_writers(tmp_path: Path) -> None:
    """SQLite has the write lock while it waits for the reader: a second would be too long for who waits half of one."""
    file, gave_up = tmp_path / "database", list[bool]()

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=0)

    with closing(connect()) as reader, closing(connect()) as cleaner, closing(connect()) as writer:
        reader.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (x); BEGIN")
        reader.execute("SELECT * FROM t").fetchall()
        writer.execute("INSERT INTO t VALUES (1)")
        thread = threading.Thread(target=lambda: gave_up.append(not truncate_wal(cleaner, 1.5)))
        thread.start()
        for _ in range(5):
            begin_immediate(writer, 0.5)
            writer.execute("INSERT INTO t VALUES (1)")
            writer.execute("COMMIT")
            time.sleep(0.1)
        thread.join()
        assert gave_up == [True]
        reader.execute("ROLLBACK")
        assert truncate_wal(cleaner, 0.2)
    assert not Path(f"{file}-wal").exists() or not Path(f"{file}-wal").stat().st_size
