"""After the first start of this version, no data are unencrypted in the database or its backups, also after kills."""

import logging
import os
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from app.core.clock import SystemClock
from app.core.paths import keys_dir
from app.store.audit.log import AuditLog
from app.store.backup.backups import BackupReason, Backups, copy_database
from app.store.backup.integrity import check_database
from app.store.backup.restore import restore
from app.store.crypto.key_probe import recover
from app.store.crypto.keys.recovery_code import RecoverySource
from app.store.crypto.keys.sources import machine_key_sources
from app.store.crypto.rekeying import replace_key_wrap, rotate_data_key
from app.store.database.inspection import APPLICATION_ID
from app.store.database.schema_bootstrap import is_up_to_date
from app.store.database.sqlite import Database
from app.store.people.negative_templates import NegativeTemplateRepository
from app.wiring.storage import Storage
from tests.fakes.process_kills import assert_intact, kill_repeatedly
from tests.unit.store.builders import EPOCH, MODEL, ROOT, SHA, Repositories, template, unit

NOW = datetime(2026, 6, 1, tzinfo=UTC)
_LASTS_S = 0.7
"""About how long a start takes that brings four files up to date."""

NAME = "Unforgettable Ada"

START = """
import sys
from pathlib import Path
from app.core.clock import SystemClock
from app.wiring.storage import Storage
with Storage(Path(sys.argv[1]), SystemClock(), "test") as storage:
    print("ready", flush=True)
    storage.database
"""


def make_plain(path: Path, people: int = 1) -> None:
    """A database as the first version left it."""
    stamp = "2026-01-01 00:00:01.000000"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((ROOT / "tests/data/database_0001.sql").read_text(encoding="utf-8"))
        connection.execute("UPDATE people SET name = ?, name_key = ?", (NAME, NAME.casefold()))
        connection.execute("UPDATE templates SET vector = ?", (unit(1).tobytes(),))
        for number in range(1, people):
            key = f"{number:032x}"
            connection.execute(
                "INSERT INTO people VALUES (?, ?, ?, ?, ?)", (key, f"{NAME} {number}", key, stamp, stamp)
            )
            made = (key, key, MODEL, SHA, unit(number).tobytes(), 0.5, "a.jpg", stamp)
            connection.execute("INSERT INTO templates VALUES (?, ?, ?, ?, ?, ?, ?, ?)", made)
        connection.commit()
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def plain_files(directory: Path) -> list[str]:
    """Every file in which a name or a vector can be read."""
    return [
        str(file.relative_to(directory))
        for file in directory.rglob("*")
        if file.is_file() and (NAME.encode() in (data := file.read_bytes()) or unit(1).tobytes() in data)
    ]


def make_old_copies(path: Path, count: int) -> list[Path]:
    copies = [path.parent / "backups" / f"facelatch-2026010{day}T000000Z-asked.sqlite3" for day in range(1, count + 1)]
    copies[0].parent.mkdir()
    for copy in copies:
        shutil.copy(path, copy)
    return copies


def open_once(path: Path) -> None:
    with Storage(path, SystemClock(), "test") as storage:
        assert storage.database.path == path


def keys_of(path: Path) -> list[object]:
    with closing(sqlite3.connect(path)) as connection:
        return [
            connection.execute(query).fetchall()
            for query in ("SELECT store_id FROM vault", "SELECT * FROM key_wraps", "SELECT number FROM data_keys")
        ]


def test_after_the_first_start_nothing_plain_is_left(path: Path) -> None:
    make_plain(path)
    copies = make_old_copies(path, 2)
    assert len(plain_files(path.parent)) == 3
    open_once(path)
    assert plain_files(path.parent) == []
    kept = Backups(path.parent / "backups", SystemClock()).all()
    assert [backup.reason for backup in kept] == [BackupReason.MIGRATION, BackupReason.ASKED, BackupReason.ASKED]
    assert {file.name for file in copies[0].parent.iterdir()} == {backup.path.name for backup in kept}
    for backup in kept:
        assert check_database(backup.path) == []
        assert keys_of(backup.path) == keys_of(path)
    assert len(list(keys_dir().iterdir())) == 1


def test_a_copy_that_was_brought_up_to_date_can_be_restored(path: Path) -> None:
    make_plain(path)
    (copy,) = make_old_copies(path, 1)
    open_once(path)
    with Storage(path, SystemClock(), "test") as storage:
        people = Repositories(storage.database)
        (ada,) = people.all()
        people.rename(ada.id, "Grace")
        restore(copy, path, storage.backups, NOW, "test")
        assert [person.name for person in people.all()] == [NAME]
        assert storage.audit_log.verify().broken is None
    path.unlink()
    restore(copy, path, Backups(copy.parent, SystemClock()), NOW, "test")
    assert check_database(path) == []


@pytest.mark.parametrize("spoil", ["cut", "damaged"])
def test_a_copy_that_cannot_be_brought_up_to_date_is_kept_and_named(
    path: Path, spoil: str, caplog: pytest.LogCaptureFixture
) -> None:
    make_plain(path)
    bad, good = make_old_copies(path, 2)
    if spoil == "cut":
        os.truncate(bad, 5000)
    else:
        with closing(sqlite3.connect(bad)) as connection:
            connection.execute("UPDATE templates SET vector = zeroblob(32)")
            connection.commit()
    before = bad.read_bytes()
    with caplog.at_level(logging.WARNING):
        open_once(path)
    assert [record.getMessage() for record in caplog.records if bad.name in record.getMessage()]
    caplog.clear()
    assert bad.read_bytes() == before
    assert is_up_to_date(good)
    kept = Backups(bad.parent, SystemClock())
    assert [backup.path for backup in kept.outdated()] == [bad]


def test_what_a_killed_program_left_of_its_copies_goes(path: Path) -> None:
    make_plain(path)
    make_old_copies(path, 1)
    long_ago = time.time() - 7200
    killed = path.parent / "backups" / "facelatch-20260101T000000Z-asked.sqlite3.0123abcd.part"
    writing = path.parent / "backups" / "facelatch-20260102T000000Z-asked.sqlite3.part"
    migrating = path.parent / "backups" / "facelatch-20260102T000000Z-migration.sqlite3.0123abcd.part"
    restoring = path.parent / ".restoring-x"
    restoring.mkdir()
    for file in (killed, writing, migrating, restoring / "ready.sqlite3"):
        shutil.copy(path, file)
    for left in (killed, restoring):
        os.utime(left, (long_ago, long_ago))
    open_once(path)
    assert plain_files(path.parent) == [str(writing.relative_to(path.parent))]


def kill_first_starts(directory: Path, times: int) -> None:
    """Kill the first start at moments from its begin to its end, and start again."""
    interrupted = []

    def path_of(number: int) -> tuple[object, ...]:
        path = directory / str(number) / "facelatch.sqlite3"
        path.parent.mkdir(parents=True)
        make_plain(path, people=300)
        make_old_copies(path, 3)
        return (path,)

    def look(_: str) -> None:
        (path,) = (found for found in directory.glob("*/facelatch.sqlite3"))
        interrupted.append(bool(plain_files(path.parent)))
        open_once(path)
        assert plain_files(path.parent) == []
        assert_intact(path)
        for backup in Backups(path.parent / "backups", SystemClock()).all():
            assert check_database(backup.path) == []
        shutil.rmtree(path.parent)

    kill_repeatedly(START, times, _LASTS_S, path_of, look)
    assert any(interrupted)


def test_killed_three_times_it_goes_on_at_the_next_start(tmp_path: Path) -> None:
    kill_first_starts(tmp_path / "killed", 3)


@pytest.mark.soak
def test_killed_a_hundred_times_it_goes_on_at_the_next_start(tmp_path: Path) -> None:
    kill_first_starts(tmp_path / "killed", 100)


def test_restoring_a_plain_copy_keeps_the_keys(path: Path, tmp_path: Path) -> None:
    plain, code = tmp_path / "elsewhere.sqlite3", RecoverySource()
    make_plain(plain)
    with Database.open(path) as database, Database.open(path) as other:
        people, meanwhile = Repositories(database), Repositories(other)
        people.add("Grace", [template(2)])
        replace_key_wrap(database, code, EPOCH)
        before = keys_of(path)
        restore(plain, path, Backups(tmp_path / "backups", SystemClock()), NOW, "test")
        assert keys_of(path) == before
        assert [person.name for person in meanwhile.all()] == [NAME]
        meanwhile.add("Dora", [template(4)])
        assert AuditLog(other, SystemClock()).verify().broken is None
    for file in keys_dir().iterdir():
        file.unlink()
    recover(path, RecoverySource(code.code), machine_key_sources(), EPOCH)
    assert check_database(path) == []


def test_restoring_an_older_copy_keeps_the_sources_of_its_key(path: Path, tmp_path: Path) -> None:
    old, code = tmp_path / "elsewhere.sqlite3", RecoverySource()
    backups = Backups(tmp_path / "backups", SystemClock())
    with Database.open(path) as database:
        people = Repositories(database)
        ada = people.add("Ada", [template(1)])
        copy_database(path, old)
        list(rotate_data_key(database, EPOCH))
        replace_key_wrap(database, code, EPOCH)
        restore(old, path, backups, NOW, "test")
        assert people.all() == [ada]
    for file in keys_dir().iterdir():
        file.unlink()
    recover(path, RecoverySource(code.code), machine_key_sources(), EPOCH)
    assert check_database(path) == []


def test_restoring_another_installations_copy_seals_it_with_the_keys_there_are(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.sqlite3"
    with Database.open(elsewhere) as theirs:
        added = Repositories(theirs).add(NAME, [template(1)], badge="17", groups=("Staff",), note="of note")
        anchors = NegativeTemplateRepository(theirs, SystemClock(), "test")
        anchors.add(added.id, template(2).embedding, SHA, 0.5)
    with Database.open(path) as database:
        people = Repositories(database)
        people.add("Grace", [template(2)])
        before = keys_of(path)
        restore(elsewhere, path, Backups(tmp_path / "backups", SystemClock()), NOW, "test")
        assert keys_of(path) == before
        assert people.all() == [added]
        (kept,) = people.templates_of(added.id)
        np.testing.assert_allclose(kept.embedding.vector, unit(1), atol=1e-6)
        assert people.find(NAME) == people.with_badge("17") == added
        assert AuditLog(database, SystemClock()).verify().broken is None
    assert check_database(path) == []
