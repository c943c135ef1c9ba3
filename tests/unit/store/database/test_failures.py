import errno
import os
import shutil
import sqlite3
from collections import namedtuple
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from app.core.errors import StoreCorrupt, StoreError, StoreFull, StoreLocked, StoreReadOnly
from app.store.database.failures import translate_errors
from tests.unit.store.builders import explains

PATH = Path("/data/of {user}/facelatch.sqlite3")
Usage = namedtuple("Usage", "total used free")


def sqlite_error(code: int, text: str = "as SQLite says") -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_BUSY, StoreLocked),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreLocked),
        (sqlite3.SQLITE_LOCKED, StoreLocked),
        (sqlite3.SQLITE_PROTOCOL, StoreLocked),
        (sqlite3.SQLITE_CORRUPT, StoreCorrupt),
        (sqlite3.SQLITE_NOTADB, StoreCorrupt),
        (sqlite3.SQLITE_FULL, StoreFull),
        (sqlite3.SQLITE_READONLY, StoreReadOnly),
        (sqlite3.SQLITE_READONLY_DIRECTORY, StoreReadOnly),
        (sqlite3.SQLITE_CANTOPEN, StoreReadOnly),
        (sqlite3.SQLITE_PERM, StoreReadOnly),
        (sqlite3.SQLITE_IOERR_READ, StoreError),
    ],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_each_code_of_sqlite_has_its_error(code: int, kind: type[StoreError], wrapped: bool) -> None:
    error = sqlite_error(code)
    with pytest.raises(StoreError) as raised, translate_errors(PATH):
        raise OperationalError("SELECT", None, error) if wrapped else error
    assert type(raised.value) is kind
    assert explains(raised.value, PATH)


def test_a_text_with_damaged_bytes_means_a_damaged_database() -> None:
    connection = sqlite3.connect(":memory:")
    with pytest.raises(StoreCorrupt), translate_errors(PATH):
        connection.execute("SELECT CAST(x'ff' AS TEXT)").fetchone()
    connection.close()


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StoreFull),
        (errno.EDQUOT, StoreFull),
        (errno.EACCES, StoreReadOnly),
        (errno.EROFS, StoreReadOnly),
        (errno.ENOTDIR, StoreReadOnly),
        (errno.ENAMETOOLONG, StoreError),
    ],
)
def test_each_number_of_the_system_has_its_error(number: int, kind: type[StoreError]) -> None:
    with pytest.raises(StoreError) as raised, translate_errors(PATH):
        raise OSError(number, os.strerror(number))
    assert type(raised.value) is kind
    assert explains(raised.value, PATH)


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_mistake_in_our_own_sql_is_not_the_users(wrapped: bool) -> None:
    error = sqlite_error(sqlite3.SQLITE_ERROR)
    mistake = OperationalError("SELEKT", None, error) if wrapped else error
    with pytest.raises(type(mistake)) as raised, translate_errors(PATH):
        raise mistake
    assert raised.value is mistake


def test_an_io_error_on_a_full_disk_is_a_full_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda directory: Usage(100, 100, 0))
    with pytest.raises(StoreFull), translate_errors(tmp_path / "x"):
        raise sqlite_error(sqlite3.SQLITE_IOERR_SHMSIZE)


def test_an_io_error_on_a_disk_that_is_not_full_says_its_reason(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="disk I/O error") as raised, translate_errors(tmp_path / "x"):
        raise sqlite_error(sqlite3.SQLITE_IOERR_WRITE, "disk I/O error")
    assert "local disk" in raised.value.hint


def test_nothing_wrong_is_nothing_raised() -> None:
    reached = False
    with translate_errors(PATH):
        reached = True
    assert reached
