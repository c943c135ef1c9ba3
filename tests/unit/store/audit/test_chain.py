"""The audit chain: attacks with write access to the file, but without the key, are detected."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.audit import AuditEntry, AuditKind, AuditQuery
from app.core.errors import AlreadyEnrolled, TrailBroken
from app.core.roles import Role
from app.store.audit.chain import FORM, GENESIS, canonical, link
from app.store.audit.ledger import NewEvent
from app.store.audit.log import AuditLog
from app.store.audit.seals import FileSeal, SealPlace
from app.store.audit.verification import ChainReport, Finding, verify_chain
from app.store.backup.backups import BackupReason, Backups
from app.store.backup.restore import restore
from app.store.database import migration
from app.store.database.sqlite import Database
from tests.fakes.process_kills import assert_intact, kill_repeatedly, start_process
from tests.unit.store.builders import EPOCH, Repositories, SteppingClock, template

REST = "at, kind, subject, actor, role, details, previous, mac"
"""The columns of an event beside its number."""

APPEND = """
import sys
from pathlib import Path
from app.core.audit import AuditEntry, AuditKind
from app.store.audit.log import AuditLog
from app.store.database.sqlite import Database
from tests.unit.store.builders import SteppingClock

with Database.open(Path(sys.argv[1]), busy_timeout_ms=20_000) as database:
    log = AuditLog(database, SteppingClock())
    print("ready", flush=True)
    for number in range(int(sys.argv[2])):
        print(log.record(AuditEntry(AuditKind.UNLOCKED, "", "kiosk " + sys.argv[3], {"number": number})).id, flush=True)
"""

PRUNE = """
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from app.core.audit import AuditEntry, AuditKind
from app.core.clock import SystemClock
from app.store.audit.log import AuditLog
from app.store.database.sqlite import Database

with Database.open(Path(sys.argv[1])) as database:
    log = AuditLog(database, SystemClock())
    print("ready", flush=True)
    while True:
        log.record(AuditEntry(AuditKind.UNLOCKED))
        print(log.record(AuditEntry(AuditKind.PERSON_ERASED, "person-1")).id, flush=True)
        log.prune(datetime.now(timezone.utc) - timedelta(milliseconds=50), "test")
"""


@pytest.fixture
def log(database: Database) -> AuditLog:
    """Six events."""
    log = AuditLog(database, SteppingClock())
    for number in range(6):
        log.record(AuditEntry(AuditKind.UNLOCKED, f"person {number}", "kiosk Door", {"number": number}))
    return log


def found(log: AuditLog) -> tuple[int, Finding] | None:
    broken = log.verify().broken
    return (broken.sequence, broken.kind) if broken else None


def tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_an_unchanged_log_verifies(log: AuditLog) -> None:
    assert log.verify() == ChainReport(
        6, 1, 6, chained_from=1, pruned_until=0, sealed=6, broken=None, sealed_in=(SealPlace.FILE,)
    )


def test_an_empty_log_verifies(database: Database) -> None:
    assert verify_chain(database, database.ledger).broken is None


def test_the_canonical_form_is_as_documented() -> None:
    event = NewEvent(7, datetime(2026, 3, 4, 5, 6, 7, 8, UTC), "unlocked", "id", "kiosk Tür", "", '{"a":"é"}')
    assert canonical(event).decode() == (
        f'["{FORM}",7,"2026-03-04T05:06:07.000008+00:00","unlocked","id",'
        '"kiosk T\\u00fcr","","{\\"a\\":\\"\\u00e9\\"}"]'
    )


@given(st.binary(min_size=32, max_size=32), st.text(), st.text(), st.text())
@settings(max_examples=50)
def test_no_two_events_have_the_same_link(key: bytes, actor: str, role: str, subject: str) -> None:
    """Also if the end of a field is moved into the next one."""
    event = NewEvent(1, EPOCH, "unlocked", subject, actor, role, "{}")
    moved = replace(event, actor=actor + role, role="") if role else replace(event, subject=subject + "x")
    assert link(key, GENESIS, event) != link(key, GENESIS, moved)
    assert link(key, GENESIS, event) != link(key, b"\x01" * 32, event)


@pytest.mark.parametrize(
    "change",
    [
        "at = '2026-01-01 00:00:00.000001'",
        "kind = 'denied'",
        "subject = 'person 9'",
        "actor = 'kiosk Gate'",
        "role = 'admin'",
        "details = '{}'",
        "previous = x'00'",
        "previous = NULL",
        "mac = zeroblob(32)",
        "mac = NULL",
    ],
)
def test_any_change_of_an_event_is_detected(log: AuditLog, path: Path, change: str) -> None:
    tamper(path, f"UPDATE audit_events SET {change} WHERE id = 3")
    assert found(log) == (3, Finding.CHANGED)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["DELETE FROM audit_events WHERE id = 3"], (4, Finding.MISSING)),
        (["DELETE FROM audit_events WHERE id = 1"], (2, Finding.MISSING)),
        (["DELETE FROM audit_events WHERE id = 6"], (5, Finding.COUNTER)),
        (["DELETE FROM audit_events"], (0, Finding.COUNTER)),
        (
            ["UPDATE audit_events SET id = 99 WHERE id = 3", "UPDATE audit_events SET id = 3 WHERE id = 4"],
            (3, Finding.CHANGED),
        ),
        (
            ["DELETE FROM audit_events WHERE id = 3", "UPDATE audit_events SET id = id - 1 WHERE id > 3"],
            (3, Finding.CHANGED),
        ),
        (
            [
                "DELETE FROM audit_events WHERE id > 4",
                "UPDATE audit_chain SET sequence = 4, mac = (SELECT mac FROM audit_events WHERE id = 4)",
            ],
            (4, Finding.CUT),
        ),
        (
            [
                "DELETE FROM audit_events WHERE id <= 2",
                "UPDATE audit_chain SET pruned_sequence = 2",
                "UPDATE audit_chain SET pruned_mac = (SELECT previous FROM audit_events WHERE id = 3)",
            ],
            (2, Finding.STUB),
        ),
        (["UPDATE audit_chain SET sequence = 7"], (6, Finding.COUNTER)),
        (
            [
                "UPDATE audit_events SET id = 99 WHERE id = 3",
                "UPDATE audit_events SET id = 3 WHERE id = 4",
                "UPDATE audit_events SET id = 4 WHERE id = 99",
            ],
            (3, Finding.CHANGED),
        ),
        (
            [
                "DELETE FROM audit_events WHERE id = 3",
                f"INSERT INTO audit_events (id, {REST}) SELECT 3, {REST} FROM audit_events WHERE id = 2",
            ],
            (3, Finding.CHANGED),
        ),
    ],
)
def test_a_deleted_or_moved_event_is_detected(
    log: AuditLog, path: Path, statements: list[str], expected: tuple[int, Finding]
) -> None:
    tamper(path, *statements)
    assert found(log) == expected


def test_an_authentic_event_of_another_branch_breaks_the_next_link(log: AuditLog, path: Path) -> None:
    """Both branches continue the same event, so that each event by itself has a valid MAC."""
    branch = path.with_name("branch.sqlite3")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(branch)) as copy:
        source.backup(copy)
    with Database.open(branch) as database:
        AuditLog(database, SteppingClock()).record(AuditEntry(AuditKind.DENIED))
    log.record(AuditEntry(AuditKind.UNLOCKED))
    log.record(AuditEntry(AuditKind.UNLOCKED))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("ATTACH DATABASE ? AS branch", (str(branch),))
        connection.execute("DELETE FROM main.audit_events WHERE id = 7")
        connection.execute(
            f"INSERT INTO main.audit_events (id, {REST}) SELECT id, {REST} FROM branch.audit_events WHERE id = 7"
        )
    assert found(log) == (8, Finding.MISPLACED)


def test_an_older_file_is_detected_until_reseal(log: AuditLog, path: Path, database: Database) -> None:
    older = path.with_name("older.sqlite3")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(older)) as copy:
        source.backup(copy)
    log.record(AuditEntry(AuditKind.DENIED))
    with closing(sqlite3.connect(older)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    assert found(log) == (6, Finding.CUT)
    for _ in range(3):  # going on does not hide it
        log.record(AuditEntry(AuditKind.UNLOCKED))
    assert found(log) == (7, Finding.REPLACED)
    log.reseal("test")
    assert found(log) is None


def test_a_missing_or_forged_seal_is_detected_until_reseal(log: AuditLog, path: Path) -> None:
    head = path.with_name(f"{path.name}.audit-head")
    kept = json.loads(head.read_text())
    head.write_text(json.dumps(kept | {"sequence": 5}))
    assert found(log) == (0, Finding.FORGED)
    head.write_text("nonsense é")
    assert found(log) == (0, Finding.FORGED)
    head.unlink()
    assert found(log) == (0, Finding.UNSEALED)
    log.record(AuditEntry(AuditKind.UNLOCKED))
    assert found(log) == (0, Finding.UNSEALED)
    event = log.reseal("test")
    assert event.entry == AuditEntry(AuditKind.AUDIT_RESEALED, "", "test", {"sealed": 0})
    assert found(log) is None


def test_a_lagging_seal_verifies(log: AuditLog, path: Path) -> None:
    """The state after a kill between the commit and the seal."""
    head = path.with_name(f"{path.name}.audit-head")
    before = head.read_text()
    log.record(AuditEntry(AuditKind.UNLOCKED))
    head.write_text(before)
    assert log.verify().sealed == 6
    assert found(log) is None
    log.record(AuditEntry(AuditKind.UNLOCKED))
    assert (log.verify().sealed, found(log)) == (8, None)


def test_a_rolled_back_transaction_leaves_no_gap(log: AuditLog, people: Repositories) -> None:
    with pytest.raises(AlreadyEnrolled):
        people.rename(people.add("Ben", []).id, people.add("Carl", []).name)
    people.add("Ada", [template(1)])
    assert (log.newest(), found(log)) == (9, None)


def test_the_role_of_the_session_is_recorded(log: AuditLog, database: Database) -> None:
    database.ledger.signed_in.role = Role.OPERATOR
    assert log.record(AuditEntry(AuditKind.UNLOCKED)).entry.role == "operator"
    (event, *_) = log.events(AuditQuery())
    assert event.entry.role == "operator"
    assert found(log) is None


def test_a_pruned_log_verifies(log: AuditLog, database: Database) -> None:
    for _ in range(2):
        before = log.events(AuditQuery())[1].at
        assert log.prune(before, "test") > 0
        assert found(log) is None
        log.record(AuditEntry(AuditKind.UNLOCKED))
    assert log.verify().pruned_until > 4
    assert log.prune(EPOCH + timedelta(days=1), "test") > 0
    assert [event.entry.kind for event in log.events(AuditQuery())] == [AuditKind.AUDIT_PRUNED]
    assert found(log) is None


@pytest.fixture
def pruned(database: Database, path: Path, people: Repositories) -> AuditLog:
    """A log that was pruned after a backup, a merge and an erasure."""
    clock = SteppingClock()
    backups = Backups(path.parent / "backups", clock)
    ada, ben = people.add("Ada", [template(1)]), people.add("Ben", [template(2)])
    backups.make(path, BackupReason.ASKED)
    people.merge(ada.id, ben.id)
    people.delete(ada.id)
    log = AuditLog(database, clock, backups)
    log.prune(EPOCH + timedelta(days=1), "test")
    return log


def test_pruning_retains_what_a_restore_needs_while_a_backup_exists(pruned: AuditLog, path: Path) -> None:
    kinds = [event.entry.kind for event in pruned.events(AuditQuery())]
    gone, merged = AuditKind.PERSON_ERASED, AuditKind.PEOPLE_MERGED
    assert kinds == [AuditKind.AUDIT_PRUNED, gone, gone, merged]
    assert found(pruned) is None
    shutil.rmtree(path.parent / "backups")
    pruned.prune(EPOCH + timedelta(days=2), "test")
    assert [event.entry.kind for event in pruned.events(AuditQuery())] == [AuditKind.AUDIT_PRUNED]
    assert found(pruned) is None


def test_pruning_retains_an_expiry_since_the_oldest_backup(
    database: Database, path: Path, people: Repositories
) -> None:
    clock = SteppingClock()
    backups = Backups(path.parent / "backups", clock)
    ada = people.add("Ada", [template(1)], delete_after=EPOCH + timedelta(hours=1))
    backups.make(path, BackupReason.ASKED)
    assert [person.id for person in people.delete_expired(EPOCH + timedelta(hours=2))] == [ada.id]
    log = AuditLog(database, clock, backups)
    log.prune(EPOCH + timedelta(days=1), "test")
    pruned, expired = log.events(AuditQuery())
    assert (pruned.entry.kind, expired.entry.kind) == (AuditKind.AUDIT_PRUNED, AuditKind.PERSON_EXPIRED)
    restore(backups.all()[0].path, path, backups, EPOCH + timedelta(days=2), "test")
    assert people.all() == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE audit_events SET subject = 'x' WHERE id = 4", (4, Finding.CHANGED)),
        ("DELETE FROM audit_events WHERE id = 4", (5, Finding.KEPT)),
        ("DELETE FROM audit_events WHERE id < 6", (5, Finding.KEPT)),
    ],
)
def test_retained_events_cannot_be_changed_or_pruned(
    pruned: AuditLog, path: Path, change: str, expected: tuple[int, Finding]
) -> None:
    tamper(path, change)
    assert found(pruned) == expected
    if expected[1] is Finding.KEPT:
        with pytest.raises(TrailBroken):
            pruned.prune(EPOCH + timedelta(days=2), "test")


def test_events_without_a_chain_are_chained(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old_schema(path, events=1500)
    with Database.open(path) as database:
        log = AuditLog(database, SteppingClock())
        report = log.verify()
        assert (report.events, report.chained_from, report.sealed, report.broken) == (1500, 1501, 1501, None)
        (begun,) = log.events(AuditQuery(kinds=[AuditKind.AUDIT_CHAIN_BEGUN]))
        assert begun.entry.details == {"events": 1499}
        tamper(path, "UPDATE audit_events SET subject = 'x' WHERE id = 700")
        assert found(log) == (700, Finding.CHANGED)


def test_a_chain_cannot_be_rebuilt_as_if_it_were_old(log: AuditLog, path: Path, database: Database) -> None:
    """An attacker resets `chained_from` so that the chain is built again."""
    tamper(path, "UPDATE audit_events SET subject = 'x' WHERE id = 3", "UPDATE audit_chain SET chained_from = NULL")
    with database.writing() as session:
        assert database.ledger.chain_existing_events(session, EPOCH) is None
    assert found(log) == (6, Finding.REPLACED)


def old_schema(path: Path, events: int) -> None:
    """A database of a version without a chain, with one pruned event."""
    from alembic import command
    from sqlalchemy import create_engine

    from app.store.database.inspection import APPLICATION_ID

    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = migration.alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        row = "INSERT INTO audit_events (at, kind, subject, actor, details) VALUES (?, 'unlocked', 'p', 'kiosk', '{}')"
        for _ in range(events):
            connection.exec_driver_sql(row, ("2025-06-01 12:00:00.000000",))
        connection.exec_driver_sql("DELETE FROM audit_events WHERE id = 5")
    engine.dispose()


def test_concurrent_processes_write_one_chain(path: Path) -> None:
    Database.open(path).close()
    processes = [start_process(APPEND, path, 40, name) for name in "ABCD"]
    assert [process.wait(60) for process in processes] == [0] * 4
    for process in processes:
        process.communicate()
    with Database.open(path) as database:
        report = AuditLog(database, SteppingClock()).verify()
    assert (report.events, report.last, report.broken) == (160, 160, None)


def kill_and_verify(code: str, path: Path, times: int) -> None:
    """Kill a process that writes or prunes: the log verifies and holds the last reported event."""

    def look(said: str) -> None:
        assert_intact(path)
        with Database.open(path) as database:
            assert AuditLog(database, SteppingClock()).newest() >= max(map(int, said.split()[1:]), default=0)

    kill_repeatedly(code, times, 0.22, lambda _: (path, 10_000, "A"), look)


@pytest.mark.parametrize("code", [APPEND, PRUNE], ids=["append", "prune"])
def test_a_kill_at_any_point_leaves_a_log_that_verifies(path: Path, code: str) -> None:
    kill_and_verify(code, path, 2)


@pytest.mark.soak
@pytest.mark.parametrize("code", [APPEND, PRUNE], ids=["append", "prune"])
def test_a_hundred_kills_leave_a_log_that_verifies(path: Path, code: str) -> None:
    kill_and_verify(code, path, 100)


def test_an_unwritable_seal_loses_no_event(
    log: AuditLog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSeal, "write", full)
    log.record(AuditEntry(AuditKind.UNLOCKED))
    assert "could not be sealed" in caplog.text
    assert (log.newest(), found(log)) == (7, None)
