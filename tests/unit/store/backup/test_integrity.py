import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.core.audit import AuditEntry, AuditKind
from app.core.clock import SystemClock
from app.core.credentials import PinOwner, PinRole
from app.core.errors import KeyUnavailable, StoreCorrupt, StoreForeign, StoreTampered
from app.core.paths import keys_dir
from app.core.people import Consent
from app.core.roles import Role
from app.store.audit.log import AuditLog
from app.store.backup.backups import Backups, copy_database
from app.store.backup.integrity import FaultKind, check_database
from app.store.backup.restore import restore
from app.store.credentials.credential_store import SecretHasher
from app.store.credentials.repositories import PasswordRepository, PinRepository
from app.store.crypto.aead import DecryptionError
from app.store.crypto.encrypted_columns import ENCRYPTED_COLUMNS, EncryptedColumn
from app.store.crypto.vault import vault_of
from app.store.database.sqlite import Database
from app.store.people.negative_templates import NegativeTemplateRepository
from tests.unit.store.builders import EPOCH, ONE_TEMPLATE, ROOT, SHA, Repositories, SteppingClock, contents, template

ADA = "badge_index IS NOT NULL"


@pytest.fixture
def filled(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with a row in every table that has encrypted columns. Hashing is replaced for speed."""
    monkeypatch.setattr(SecretHasher, "hash", lambda _, secret: f"$argon2id$ of {secret}")
    with Database.open(path) as database:
        people, clock = Repositories(database), SteppingClock()
        consent = Consent("I agree.", "1", "en", EPOCH)
        pictured = replace(template(1), thumbnail=b"a small picture")
        ada = people.add("Ada", [pictured, template(2)], consent=consent, badge="17", groups=("Staff",))
        people.add("王小明", [template(3, model="other", size=4)])
        NegativeTemplateRepository(database, clock, "test").add(ada.id, template(4).embedding, SHA, 0.5)
        PinRepository(database, clock, "test").set(PinOwner(PinRole.PERSON, ada.id), "4071")
        for role in Role:
            PasswordRepository(database, clock, "test").set(role, "correct horse")
        AuditLog(database, SteppingClock()).record(AuditEntry(AuditKind.UNLOCKED, ada.id))
    return path


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement)
        connection.commit()


def test_a_good_database_has_no_faults(filled: Path) -> None:
    before = contents(filled.parent)
    assert check_database(filled) == []
    assert contents(filled.parent)[filled.name] == before[filled.name]


def test_a_database_in_use_can_be_looked_at(filled: Path) -> None:
    with Database.open(filled) as database, database.writing():
        assert check_database(filled) == []


@pytest.mark.parametrize(
    ("statement", "kind", "where"),
    [
        (f"UPDATE templates SET vector = x'0000803f0000803f' WHERE {ONE_TEMPLATE}", FaultKind.SEAL, "templates, "),
        (f"UPDATE templates SET vector = 'text' WHERE {ONE_TEMPLATE}", FaultKind.SEAL, "templates, "),
        (f"UPDATE templates SET vector = zeroblob(800) WHERE {ONE_TEMPLATE}", FaultKind.SEAL, "templates, "),
        (f"UPDATE people SET name_index = zeroblob(16) WHERE {ADA}", FaultKind.PERSON, "people, "),
        (f"UPDATE people SET badge_index = zeroblob(16) WHERE {ADA}", FaultKind.PERSON, "people, "),
        (f"UPDATE people SET personal = x'ff' WHERE {ADA}", FaultKind.SEAL, "people, "),
        ("UPDATE memberships SET group_name = x'ff'", FaultKind.SEAL, "memberships, "),
        (f"UPDATE people SET valid_from = 'soon' WHERE {ADA}", FaultKind.MOMENT, "people, "),
        ("UPDATE audit_events SET at = '' WHERE id = 1", FaultKind.MOMENT, "audit_events, 1"),
        ("UPDATE audit_events SET kind = 'party' WHERE id = 1", FaultKind.EVENT, "audit_events, 1"),
        ("UPDATE audit_events SET details = '[]' WHERE id = 1", FaultKind.EVENT, "audit_events, 1"),
        ("UPDATE audit_events SET details = '{' WHERE id = 1", FaultKind.EVENT, "audit_events, 1"),
        ("DELETE FROM gallery_revision", FaultKind.REVISION, "gallery_revision"),
    ],
)
def test_each_fault_is_named(filled: Path, statement: str, kind: FaultKind, where: str) -> None:
    change(filled, statement)
    (fault,) = check_database(filled)
    assert fault.kind is kind
    assert fault.where.startswith(where)
    assert fault.finding
    assert "Ada" not in fault.finding + fault.where


def test_a_row_missing_from_an_index_is_a_fault_of_the_file(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        index = connection.execute("SELECT * FROM sqlite_master WHERE name = 'ix_people_badge_index'").fetchone()
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'ix_people_badge_index'")
        connection.commit()
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute("UPDATE people SET badge_index = zeroblob(16) WHERE badge_index IS NOT NULL")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", index)
        connection.commit()
    assert {fault.kind for fault in check_database(filled)} == {FaultKind.FILE, FaultKind.PERSON}


def test_a_membership_without_a_person_is_reported_twice(filled: Path) -> None:
    """Its foreign key is broken, and its name is bound to another person."""
    change(filled, "UPDATE memberships SET person_id = 'unknown'")
    assert [fault.kind for fault in check_database(filled)] == [FaultKind.REFERENCE, FaultKind.SEAL]


def sealed_bytes(path: Path) -> list[tuple[str, str, int]]:
    """Every sealed value there is: its column, the key of its row, and its length."""
    with closing(sqlite3.connect(path)) as connection:
        return [
            (column.name, str(key), length)
            for column in ENCRYPTED_COLUMNS
            for key, length in connection.execute(
                f"SELECT {column.bound_columns[0]}, length({column.column}) FROM {column.table}"
            )
        ]


def test_any_byte_that_is_changed_is_named(filled: Path) -> None:
    """Each byte of each record once: the key's number, the nonce, the ciphertext and the tag."""
    by_name = {column.name: column for column in ENCRYPTED_COLUMNS}
    found = sealed_bytes(filled)
    assert {name for name, _, _ in found} == set(by_name)
    with Database.open(filled) as database, database.writing() as session:
        vault = vault_of(session)
        for name, key, _ in found:
            column = by_name[name]
            columns = ", ".join((*column.bound_columns, column.column))
            query = f"SELECT {columns} FROM {column.table} WHERE {column.bound_columns[0]} = ?"
            *bound, sealed = session.connection().exec_driver_sql(query, (key,)).one()
            place = column.place(*bound)
            vault.decrypt(sealed, *place)
            for index in range(len(sealed)):
                broken = sealed[:index] + bytes([sealed[index] ^ 1]) + sealed[index + 1 :]
                with pytest.raises(DecryptionError, match=key):
                    vault.decrypt(broken, *place)


@pytest.mark.parametrize("column", ENCRYPTED_COLUMNS, ids=lambda column: column.name)
def test_the_check_names_the_row_of_any_record_that_is_changed(filled: Path, column: EncryptedColumn) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        query = f"SELECT rowid, {column.bound_columns[0]}, {column.column} FROM {column.table}"
        row, key, sealed = connection.execute(query).fetchone()
        broken = sealed[:-1] + bytes([sealed[-1] ^ 1])
        connection.execute(f"UPDATE {column.table} SET {column.column} = ? WHERE rowid = ?", (broken, row))
        connection.commit()
    assert [(fault.kind, fault.where) for fault in check_database(filled)] == [
        (FaultKind.SEAL, f"{column.table}, {key}")
    ]


def rows_of(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT role, hash, changed_at FROM passwords ORDER BY role").fetchall()


def test_a_password_that_was_not_set_by_the_program_opens_nothing_and_is_named(filled: Path) -> None:
    """An attacker with write access inserts the hash of a known password."""
    _, (role, operators, _) = rows_of(filled)
    assert role == Role.OPERATOR
    for put_in in (SecretHasher().hash("what a thief has thought of").encode(), operators):
        with closing(sqlite3.connect(filled)) as connection:
            connection.execute("UPDATE passwords SET hash = ? WHERE role = 'admin'", (put_in,))
            connection.commit()
        assert [(fault.kind, fault.where) for fault in check_database(filled)] == [(FaultKind.SEAL, "passwords, admin")]
        with Database.open(filled) as database, pytest.raises(StoreTampered):
            PasswordRepository(database, SteppingClock()).matches(Role.ADMIN, "what a thief has thought of")


def test_a_password_that_was_taken_away_or_put_back_is_named(filled: Path) -> None:
    before = rows_of(filled)
    with Database.open(filled) as database:
        passwords = PasswordRepository(database, SteppingClock(EPOCH + timedelta(days=1)), "test")
        passwords.set(Role.ADMIN, "battery staple")
        passwords.remove(Role.OPERATOR)
    assert check_database(filled) == []
    with closing(sqlite3.connect(filled)) as connection:
        connection.executemany("INSERT OR REPLACE INTO passwords VALUES (?, ?, ?)", before)
        connection.commit()
    assert [(fault.kind, fault.where) for fault in check_database(filled)] == [
        (FaultKind.PASSWORD, "passwords, operator"),
        (FaultKind.PASSWORD, "passwords, admin"),
    ]
    change(filled, "DELETE FROM passwords")
    assert [(fault.kind, fault.where) for fault in check_database(filled)] == [(FaultKind.PASSWORD, "passwords, admin")]


def test_passwords_that_a_restore_brought_are_right(filled: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    copy_database(filled, copy)
    with Database.open(filled) as database:
        PasswordRepository(database, SteppingClock(EPOCH + timedelta(days=1)), "test").remove(Role.ADMIN)
    restore(copy, filled, Backups(tmp_path / "backups", SystemClock()), SystemClock().now(), "test")
    assert check_database(filled) == []
    assert len(rows_of(filled)) == 2


def read_all(people: Repositories) -> None:
    for person in people.all():
        people.templates_of(person.id)


@pytest.mark.parametrize(
    ("table", "column"),
    [("templates", "vector"), ("templates", "source"), ("people", "personal")],
)
def test_two_records_that_changed_places_are_both_named(filled: Path, table: str, column: str) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        (one, first), (other, second) = connection.execute(
            f"SELECT id, {column} FROM {table} ORDER BY length({column}) DESC LIMIT 2"
        )
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (second, one))
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (first, other))
        connection.commit()
    faults = check_database(filled)
    assert {fault.where for fault in faults} == {f"{table}, {one}", f"{table}, {other}"}
    assert {fault.kind for fault in faults} == {FaultKind.SEAL}
    with Database.open(filled) as database, pytest.raises(StoreTampered, match=f"{table}.{column}"):
        read_all(Repositories(database))


def test_without_its_key_a_database_says_so(filled: Path) -> None:
    for file in keys_dir().iterdir():
        file.unlink()
    (fault,) = check_database(filled)
    assert (fault.kind, fault.where) == (FaultKind.KEY, "key_wraps")
    with pytest.raises(KeyUnavailable, match="cannot be read") as caught:
        Database.open(filled)
    assert "recovery code" in caught.value.hint


def test_an_earlier_version_is_said_to_be_one(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((ROOT / "tests/data/database_0001.sql").read_text(encoding="utf-8"))
    (fault,) = check_database(path)
    assert fault.kind is FaultKind.SCHEMA
    assert "0001" in fault.finding


def test_what_is_no_database_of_ours_is_refused(path: Path) -> None:
    path.write_bytes(b"x" * 5000)
    with pytest.raises(StoreCorrupt):
        check_database(path)
    path.unlink()
    change(path, "CREATE TABLE theirs (id INTEGER)")
    with pytest.raises(StoreForeign):
        check_database(path)
