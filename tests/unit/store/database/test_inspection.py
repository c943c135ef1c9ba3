import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.core.errors import StoreCorrupt, StoreError, StoreForeign, StoreTooNew
from app.store.database import inspection
from app.store.database.inspection import APPLICATION_ID
from app.store.database.sqlite import Database
from tests.unit.store.builders import Repositories, contents, explains, template


@pytest.fixture
def enrolled(path: Path) -> Path:
    """A closed database with one person."""
    with Database.open(path) as database:
        Repositories(database).add("Ada", [template(seed, size=128) for seed in range(50)])
    return path


def run(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def assert_refused(path: Path, kind: type[StoreError]) -> None:
    """Opening raises that error, in words, and changes nothing in the directory."""
    before = contents(path.parent)
    with pytest.raises(StoreError) as raised:
        Database.open(path, busy_timeout_ms=50)
    assert type(raised.value) is kind
    assert explains(raised.value, path)
    assert contents(path.parent) == before


@pytest.mark.parametrize("length", [1, 15, 16, 50, 99, 100, 101, 512, 4095, 4096, 4097, -4096, -4095, -1])
def test_a_database_cut_short_is_damaged(enrolled: Path, length: int) -> None:
    data = enrolled.read_bytes()
    enrolled.write_bytes(data[:length])
    assert_refused(enrolled, StoreCorrupt)
    enrolled.write_bytes(data)
    with Database.open(enrolled) as database:
        assert Repositories(database).find("Ada").templates == 50


@pytest.mark.parametrize("page", range(1, 8))
def test_a_database_with_a_page_overwritten_is_damaged(enrolled: Path, page: int) -> None:
    data = bytearray(enrolled.read_bytes())
    data[page * 4096 : page * 4096 + 200] = b"\x5a" * 200
    enrolled.write_bytes(data)
    assert_refused(enrolled, StoreCorrupt)


@pytest.mark.parametrize("bad", [b"\x00\x00", b"\x03\x21"])
def test_a_header_that_makes_no_sense_is_damaged(enrolled: Path, bad: bytes) -> None:
    data = bytearray(enrolled.read_bytes())
    data[16:18] = bad
    enrolled.write_bytes(data)
    assert_refused(enrolled, StoreCorrupt)


@pytest.mark.parametrize(
    "data", [b"\x00" * 5000, b"hello", os.urandom(10_000), b"SQLite format 3\x00" + b"\xff" * 9000, b"PK\x03\x04" * 99]
)
def test_what_is_no_database_is_not_touched(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises((StoreCorrupt, StoreForeign)):
        Database.open(path)
    assert contents(path.parent) == {path.name: data}


@pytest.mark.parametrize("setting", ["PRAGMA journal_mode = WAL", "PRAGMA journal_mode = DELETE"])
def test_another_programs_database_is_not_touched(path: Path, setting: str) -> None:
    run(path, setting, "CREATE TABLE bookmarks (url TEXT)", "INSERT INTO bookmarks VALUES ('x')")
    assert_refused(path, StoreForeign)


def test_another_programs_database_is_not_touched_while_in_use(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
        assert_refused(path, StoreForeign)


@pytest.mark.parametrize(
    "statements",
    [
        ["PRAGMA application_id = 42"],
        ["DROP TABLE alembic_version"],
        ["DELETE FROM alembic_version"],
        ["INSERT INTO alembic_version VALUES ('0000')"],
        ["PRAGMA application_id = 0"],
    ],
)
def test_a_database_without_our_application_id_is_foreign(enrolled: Path, statements: list[str]) -> None:
    run(enrolled, *statements)
    assert_refused(enrolled, StoreForeign)


def test_a_database_of_a_later_version_is_not_touched(enrolled: Path) -> None:
    run(enrolled, "UPDATE alembic_version SET version_num = '9999'")
    assert_refused(enrolled, StoreTooNew)


def test_a_database_of_a_later_version_is_not_touched_while_in_use(enrolled: Path) -> None:
    with closing(sqlite3.connect(enrolled, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        main = enrolled.read_bytes()
        with pytest.raises(StoreTooNew):
            Database.open(enrolled)
        assert enrolled.read_bytes() == main


@pytest.mark.parametrize("make", [Path.touch, lambda path: run(path, "PRAGMA user_version = 1")])
def test_a_file_with_nothing_in_it_becomes_ours(path: Path, make: Callable[[Path], None]) -> None:
    make(path)
    with Database.open(path) as database:
        Repositories(database).add("Ada", [])
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_not_a_file_is_named(path: Path, make: Callable[[Path], None]) -> None:
    make(path)
    assert_refused(path, StoreForeign)
    assert path.exists()


def test_pages_of_the_largest_size_are_read(path: Path) -> None:
    run(path, "PRAGMA page_size = 65536", "CREATE TABLE bookmarks (url TEXT)")
    assert_refused(path, StoreForeign)


def cut_power(source: Path, target: Path, *statements: str) -> None:
    """Leave at `target` what a power cut amid a large commit to `source` leaves: some new pages, and the journal."""
    with closing(sqlite3.connect(source, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN")
        for statement in (*statements, "CREATE TABLE half (data BLOB)"):
            connection.execute(statement)
        for _ in range(100):
            connection.execute("INSERT INTO half VALUES (zeroblob(4000))")
        data = source.read_bytes()
        target.with_name(f"{target.name}-journal").write_bytes(source.with_name(f"{source.name}-journal").read_bytes())
    target.write_bytes(data)
    assert data


def test_a_first_commit_that_was_cut_short_is_rolled_back(tmp_path: Path, path: Path) -> None:
    cut_power(tmp_path / "draft", path, f"PRAGMA application_id = {APPLICATION_ID}")
    with Database.open(path) as database:
        assert Repositories(database).all() == []


def test_a_later_commit_that_was_cut_short_is_rolled_back(tmp_path: Path, enrolled: Path) -> None:
    target = tmp_path / "after.sqlite3"
    cut_power(enrolled, target, "DELETE FROM templates", "DELETE FROM people")
    with Database.open(target) as database:
        assert Repositories(database).find("Ada").templates == 50


def test_an_unfinished_commit_of_another_program_is_not_touched(tmp_path: Path, path: Path) -> None:
    draft = tmp_path / "draft"
    run(draft, "CREATE TABLE bookmarks (url TEXT)", "INSERT INTO bookmarks VALUES ('x')")
    cut_power(draft, path, "DELETE FROM bookmarks")
    assert_refused(path, StoreForeign)


def test_a_file_that_changes_during_validation_is_validated_again(
    enrolled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    look = inspection.validate_once

    def disturbed(path: Path, timeout_s: float) -> None:
        nonlocal looks
        looks += 1
        if looks < 3:
            os.utime(path, ns=(looks, looks))
            raise StoreCorrupt(path=path)
        look(path, timeout_s)

    monkeypatch.setattr(inspection, "validate_once", disturbed)
    Database.open(enrolled).close()
    assert looks == 3


def test_validation_of_a_changing_file_ends(enrolled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def disturbed(path: Path, timeout_s: float) -> None:
        looks.append(0)
        os.utime(path, ns=(len(looks), len(looks)))
        raise StoreCorrupt(path=path)

    monkeypatch.setattr(inspection, "validate_once", disturbed)
    with pytest.raises(StoreCorrupt):
        inspection.validate_file(enrolled, 0.0)
    assert len(looks) == inspection.ATTEMPTS
