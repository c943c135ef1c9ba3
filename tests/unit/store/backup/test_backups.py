import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.errors import StoreCorrupt, StoreError, StoreReadOnly
from app.store.backup.backups import Backup, BackupReason, Backups, copy_database, delete_from_copy
from app.store.database import migration
from app.store.database.sqlite import Database
from tests.unit.store.builders import ROOT, Repositories, SteppingClock, contents, explains, template, unit


@pytest.fixture
def backups(tmp_path: Path) -> Backups:
    return Backups(tmp_path / "backups", SteppingClock(), keep=3)


def make_first_version(path: Path) -> str:
    """A database as the first version left it, with one person in it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((ROOT / "tests/data/database_0001.sql").read_text(encoding="utf-8"))
        return str(connection.execute("SELECT id FROM people").fetchone()[0])


def test_a_backup_is_a_whole_database_of_its_user_only(database: Database, backups: Backups) -> None:
    ada = Repositories(database).add("Ada", [template(1)])
    backup = backups.make(database.path, BackupReason.ASKED)
    assert stat.S_IMODE(backups.directory.stat().st_mode) == 0o700
    assert stat.S_IMODE(backup.path.stat().st_mode) == 0o600
    assert backup.size == backup.path.stat().st_size
    assert backup.made_at == datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert list(contents(backups.directory)) == [backup.path.name]
    with Database.open(backup.path) as copy:
        assert Repositories(copy).find(ada.id) == ada


def test_what_another_has_not_committed_is_not_in_it(database: Database, backups: Backups) -> None:
    with database.writing():
        backup = backups.make(database.path, BackupReason.ASKED)
        with Database.open(backup.path) as copy:
            assert Repositories(copy).all() == []


def test_the_oldest_go(database: Database, backups: Backups) -> None:
    made = [backups.make(database.path, BackupReason.ASKED) for _ in range(5)]
    assert backups.all() == made[:1:-1]


def test_two_in_one_second_are_two(database: Database, tmp_path: Path) -> None:
    class Standing(SteppingClock):
        def now(self) -> datetime:
            return self.time

    backups = Backups(tmp_path / "backups", Standing())
    first, second = (backups.make(database.path, BackupReason.ASKED) for _ in range(2))
    assert first.path != second.path
    assert backups.all() == [second, first]


def test_backups_made_after_the_clock_was_set_back_are_the_newest(database: Database, tmp_path: Path) -> None:
    def make(clock: SteppingClock) -> Backup:
        return Backups(tmp_path / "backups", clock, keep=3).make(database.path, BackupReason.ASKED)

    clock, early = SteppingClock(), SteppingClock()
    early.time = datetime(2025, 1, 1, tzinfo=UTC)
    made = [make(used) for used in (clock, clock, clock, early, early, clock, early)]
    assert all(backup.path.exists() for backup in made[-3:])
    assert Backups(tmp_path / "backups", clock).all() == made[:3:-1]


def test_other_files_in_the_directory_are_left_alone(database: Database, backups: Backups) -> None:
    backups.make(database.path, BackupReason.ASKED)
    other = backups.directory / "facelatch-holiday.sqlite3"
    other.write_bytes(b"mine")
    for _ in range(5):
        backups.make(database.path, BackupReason.ASKED)
    assert other.read_bytes() == b"mine"
    assert len(backups.all()) == 3


def test_a_source_that_is_damaged_gives_no_backup(tmp_path: Path, backups: Backups) -> None:
    source = tmp_path / "damaged.sqlite3"
    source.write_bytes(b"SQLite format 3\x00" + bytes(5000))
    with pytest.raises(StoreCorrupt) as raised:
        backups.make(source, BackupReason.ASKED)
    assert explains(raised.value, source)
    assert contents(backups.directory) == {}


def test_a_target_that_cannot_be_written_is_named(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "no such directory" / "copy.sqlite3"
    with pytest.raises(StoreError) as raised:
        copy_database(database.path, target)
    assert explains(raised.value, target)


def test_a_directory_that_is_a_file_is_named(database: Database, tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("in the way")
    with pytest.raises(StoreReadOnly):
        Backups(tmp_path / "backups", SteppingClock()).make(database.path, BackupReason.ASKED)


def test_who_is_erased_is_erased_from_every_backup(database: Database, backups: Backups) -> None:
    people = Repositories(database)
    ada, ben = people.add("Ada Unforgettable", [template(1)]), people.add("Ben", [template(2)])
    for _ in range(2):
        backups.make(database.path, BackupReason.ASKED)
    backups.erase([ada.id])
    for backup in backups.all():
        assert b"Unforgettable" not in backup.path.read_bytes()
        assert unit(1).tobytes() not in backup.path.read_bytes()
        with Database.open(backup.path) as copy:
            assert Repositories(copy).all() == [ben]


def test_a_backup_of_the_first_version_can_be_erased_from(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    delete_from_copy(path, [make_first_version(path)])
    assert b"Ada" not in path.read_bytes()
    assert unit(1).tobytes() not in path.read_bytes()


def test_before_a_migration_there_is_a_backup(path: Path, backups: Backups) -> None:
    make_first_version(path)
    before = path.read_bytes()

    def back_up(file: Path) -> None:
        backups.make(file, BackupReason.MIGRATION)

    with Database.open(path, before_migration=back_up) as database:
        (ada,) = Repositories(database).all()
        assert (ada.name, ada.templates, ada.active, ada.groups) == ("Ada", 1, True, ())
    with Database.open(path, before_migration=back_up):
        (backup,) = backups.all()
    assert backup.reason is BackupReason.MIGRATION
    assert len(backup.path.read_bytes()) == len(before)
    with closing(sqlite3.connect(backup.path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


def test_without_a_backup_there_is_no_migration(path: Path) -> None:
    make_first_version(path)
    before = path.read_bytes()

    def full(file: Path) -> None:
        raise StoreError("no room")

    with pytest.raises(StoreError, match="no room"):
        Database.open(path, before_migration=full)
    assert path.read_bytes() == before


def test_a_new_database_needs_no_backup(path: Path, backups: Backups) -> None:
    with Database.open(path, before_migration=lambda file: backups.make(file, BackupReason.MIGRATION)):
        assert backups.all() == []
    assert migration.known_revisions()[-1] == "0001"
