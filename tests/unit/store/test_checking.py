import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.core.audit import AuditEntry, AuditKind
from app.core.errors import StoreCorrupt, StoreForeign
from app.store.audit import AuditLog
from app.store.checking import FaultKind, check
from app.store.database import Database
from tests.unit.store.helpers import ROOT, Repositories, SteppingClock, contents, template


@pytest.fixture
def filled(path: Path) -> Path:
    with Database.open(path) as database:
        people = Repositories(database)
        ada = people.add("Ada", [template(1), template(2)], badge="17", groups=("Staff",))
        people.add("王小明", [template(3, model="other", size=4)])
        AuditLog(database, SteppingClock()).record(AuditEntry(AuditKind.UNLOCKED, ada.id))
    return path


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement)
        connection.commit()


def test_a_good_database_has_no_faults(filled: Path) -> None:
    before = contents(filled.parent)
    assert check(filled) == []
    assert contents(filled.parent)[filled.name] == before[filled.name]


def test_a_database_in_use_can_be_looked_at(filled: Path) -> None:
    with Database.open(filled) as database, database.writing():
        assert check(filled) == []


@pytest.mark.parametrize(
    ("statement", "kind", "where"),
    [
        ("UPDATE templates SET vector = x'0000803f0000803f' WHERE source = '1.jpg'", FaultKind.VECTOR, "templates, "),
        ("UPDATE templates SET vector = x'0000803f' WHERE source = '1.jpg'", FaultKind.VECTOR, "templates, "),
        ("UPDATE templates SET vector = 'text' WHERE source = '1.jpg'", FaultKind.VECTOR, "templates, "),
        ("UPDATE people SET name_key = 'bob' WHERE name = 'Ada'", FaultKind.PERSON, "people, "),
        ("UPDATE people SET name = ' Ada' WHERE name = 'Ada'", FaultKind.PERSON, "people, "),
        ("UPDATE people SET name = x'ff' WHERE name = 'Ada'", FaultKind.PERSON, "people, "),
        ("UPDATE people SET valid_from = 'soon' WHERE name = 'Ada'", FaultKind.MOMENT, "people, "),
        ("UPDATE audit_events SET at = '' WHERE id = 1", FaultKind.MOMENT, "audit_events, 1"),
        ("UPDATE audit_events SET kind = 'party' WHERE id = 1", FaultKind.EVENT, "audit_events, 1"),
        ("UPDATE audit_events SET details = '[]' WHERE id = 1", FaultKind.EVENT, "audit_events, 1"),
        ("UPDATE audit_events SET details = '{' WHERE id = 1", FaultKind.EVENT, "audit_events, 1"),
        ("UPDATE memberships SET person_id = 'nobody'", FaultKind.REFERENCE, "memberships, row "),
        ("DELETE FROM gallery_revision", FaultKind.REVISION, "gallery_revision"),
    ],
)
def test_each_fault_is_named(filled: Path, statement: str, kind: FaultKind, where: str) -> None:
    change(filled, statement)
    (fault,) = check(filled)
    assert fault.kind is kind
    assert fault.where.startswith(where)
    assert fault.finding
    assert "Ada" not in fault.finding + fault.where


def test_a_row_missing_from_an_index_is_a_fault_of_the_file(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        index = connection.execute("SELECT * FROM sqlite_master WHERE name = 'ix_people_badge'").fetchone()
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'ix_people_badge'")
        connection.commit()
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute("UPDATE people SET badge = '18' WHERE name = 'Ada'")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", index)
        connection.commit()
    assert {fault.kind for fault in check(filled)} == {FaultKind.FILE}


def test_an_earlier_version_is_said_to_be_one(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((ROOT / "tests/data/database_0001.sql").read_text(encoding="utf-8"))
    (fault,) = check(path)
    assert fault.kind is FaultKind.SCHEMA
    assert "0001" in fault.finding


def test_what_is_no_database_of_ours_is_refused(path: Path) -> None:
    path.write_bytes(b"x" * 5000)
    with pytest.raises(StoreCorrupt):
        check(path)
    path.unlink()
    change(path, "CREATE TABLE theirs (id INTEGER)")
    with pytest.raises(StoreForeign):
        check(path)
