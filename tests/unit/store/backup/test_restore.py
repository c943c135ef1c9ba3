import random
import signal
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.audit import AuditKind, AuditQuery
from app.core.errors import StoreCorrupt, StoreError, StoreForeign
from app.store.audit.log import AuditLog
from app.store.backup.backups import BackupReason, Backups
from app.store.backup.integrity import check_database
from app.store.backup.restore import restore
from app.store.database.sqlite import Database
from tests.fakes.process_kills import start_process
from tests.unit.store.builders import ROOT, Repositories, SteppingClock, contents, template

NOW = datetime(2026, 6, 1, tzinfo=UTC)

RESTORE = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from app.store.backup.backups import Backups
from app.store.backup.restore import restore
from tests.unit.store.builders import SteppingClock

path = Path(sys.argv[2])
backups = Backups(path.parent / "backups", SteppingClock())
print("ready", flush=True)
sys.stdin.readline()
restore(Path(sys.argv[1]), path, backups, datetime.now(timezone.utc), "test")
print("done", flush=True)
"""


@pytest.fixture
def backups(tmp_path: Path) -> Backups:
    return Backups(tmp_path / "backups", SteppingClock())


def events(database: Database) -> list[tuple[AuditKind, str]]:
    entries = [event.entry for event in AuditLog(database, SteppingClock()).events(AuditQuery())]
    return [(entry.kind, entry.subject) for entry in entries]


def test_what_was_changed_since_is_undone_but_erasures_and_events_are_not(path: Path, backups: Backups) -> None:
    with Database.open(path) as database:
        people = Repositories(database)
        ada, ben = people.add("Ada", [template(1)]), people.add("Ben", [template(2)])
        backup = backups.make(path, BackupReason.ASKED)
        people.rename(ada.id, "Grace")
        people.delete(ben.id)
        carl = people.add("Carl", [])
        seen = people.revision()
        assert restore(backup.path, path, backups, NOW, "test") is None
        assert people.all() == [ada]
        assert people.revision() > seen
        assert events(database) == [
            (AuditKind.STORE_RESTORED, ""),
            (AuditKind.PERSON_ENROLLED, carl.id),
            (AuditKind.PERSON_ERASED, ben.id),
            (AuditKind.PERSON_RENAMED, ada.id),
            (AuditKind.PERSON_ENROLLED, ben.id),
            (AuditKind.PERSON_ENROLLED, ada.id),
        ]
        people.add("Dora", [template(4)])
    assert check_database(path) == []
    assert [backup.reason for backup in backups.all()] == [BackupReason.RESTORE, BackupReason.ASKED]


def test_a_restore_can_be_undone(path: Path, backups: Backups) -> None:
    with Database.open(path) as database:
        people = Repositories(database)
        backup = backups.make(path, BackupReason.ASKED)
        ada = people.add("Ada", [template(1)])
        restore(backup.path, path, backups, NOW, "test")
        assert people.all() == []
        restore(backups.all()[0].path, path, backups, NOW, "test")
        assert people.all() == [ada]


def test_a_backup_of_the_first_version_is_brought_up_to_date(path: Path, backups: Backups, tmp_path: Path) -> None:
    old = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript((ROOT / "tests/data/database_0001.sql").read_text(encoding="utf-8"))
    before = old.read_bytes()
    restore(old, path, backups, NOW, "test")
    with Database.open(path) as database:
        assert [person.name for person in Repositories(database).all()] == ["Ada"]
    assert old.read_bytes() == before


def test_a_damaged_database_is_kept_beside(path: Path, backups: Backups) -> None:
    with Database.open(path) as database:
        ada = Repositories(database).add("Ada", [template(1)])
        backup = backups.make(path, BackupReason.ASKED)
    path.write_bytes(b"damaged" * 1000)
    aside = restore(backup.path, path, backups, NOW, "test")
    assert aside is not None
    assert aside.read_bytes() == b"damaged" * 1000
    with Database.open(path) as database:
        assert Repositories(database).all() == [ada]


@pytest.mark.parametrize("content", [b"", b"x" * 5000])
def test_a_backup_that_is_none_changes_nothing(path: Path, backups: Backups, tmp_path: Path, content: bytes) -> None:
    with Database.open(path) as database:
        Repositories(database).add("Ada", [template(1)])
    bad = tmp_path / "bad.sqlite3"
    bad.write_bytes(content)
    before = contents(tmp_path)
    with pytest.raises(StoreError):
        restore(bad, path, backups, NOW, "test")
    assert contents(tmp_path) == before


def test_a_backup_with_a_damaged_vector_changes_nothing(path: Path, backups: Backups) -> None:
    with Database.open(path) as database:
        people = Repositories(database)
        people.add("Ada", [template(1)])
        backup = backups.make(path, BackupReason.ASKED)
        with closing(sqlite3.connect(backup.path)) as connection:
            (kept,) = connection.execute("SELECT vector FROM templates").fetchone()
        content = backup.path.read_bytes().replace(kept[-32:], bytes(32))
        backup.path.write_bytes(content)
        with pytest.raises(StoreCorrupt):
            restore(backup.path, path, backups, NOW, "test")
        assert people.revision() == 1


def test_another_programs_database_is_not_written_over(path: Path, backups: Backups) -> None:
    with Database.open(path):
        backup = backups.make(path, BackupReason.ASKED)
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (id INTEGER)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreForeign):
        restore(backup.path, path, backups, NOW, "test")
    assert path.read_bytes() == before


@pytest.mark.slow
def test_killed_at_any_moment_it_has_restored_or_not(tmp_path: Path) -> None:
    path, chance = tmp_path / "facelatch.sqlite3", random.Random(7)
    backups = Backups(tmp_path / "backups", SteppingClock())
    with Database.open(path) as database:
        people = Repositories(database)
        people.add("Old", [template(seed, size=1024) for seed in range(100)])
        backup = backups.make(path, BackupReason.ASKED)
        people.rename(people.find("Old").id, "New")
    outcomes = set()
    for _ in range(12):
        process = start_process(RESTORE, backup.path, path)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.write("go\n")
        process.stdin.flush()
        time.sleep(chance.uniform(0.0, 0.8))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert check_database(path) == []
        with Database.open(path) as database:
            people = Repositories(database)
            (person,) = people.all()
            outcomes.add(person.name)
            if person.name == "Old":
                people.rename(person.id, "New")
    assert outcomes <= {"Old", "New"}
