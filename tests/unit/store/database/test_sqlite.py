import logging
import sqlite3
import stat
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from app.core.errors import StoreError, StoreFull, StoreLocked, StoreReadOnly
from app.store.audit.ledger import Ledger
from app.store.database import raw_connection
from app.store.database import sqlite as database_module
from app.store.database.sqlite import Database
from tests.unit.store.builders import Repositories, contents, explains, template

LARGE = 1024
"""A vector of that size takes a page of the database to itself."""


def repository(database: Database) -> Repositories:
    return Repositories(database)


def hold(path: Path, statement: str) -> sqlite3.Connection:
    """Another program, in a transaction."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute(statement)
    return other


def test_a_new_database_is_for_its_user_only(tmp_path: Path) -> None:
    path = tmp_path / "not" / "there yet" / "a ?#% b.sqlite3"
    with Database.open(path) as database:
        repository(database).add("Ada", [template(1)])
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    with Database.open(path) as database:
        assert repository(database).find("Ada").templates == 1


def test_a_relative_path_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Database.open(Path("here.sqlite3")):
        assert (tmp_path / "here.sqlite3").exists()


def test_every_connection_is_set_up(database: Database) -> None:
    with database.reading() as one, database.reading() as other:
        for session in (one, other):
            values = [
                session.execute(text(f"PRAGMA {name}")).scalar_one()
                for name in ("journal_mode", "foreign_keys", "synchronous", "secure_delete", "busy_timeout")
            ]
            assert values == ["wal", 1, 2, 1, 100]


def test_opening_again_changes_nothing(database: Database, path: Path) -> None:
    repository(database).add("Ada", [])
    database.close()
    before = path.read_bytes()
    Database.open(path).close()
    assert path.read_bytes() == before


def test_closing_leaves_no_log(database: Database, path: Path) -> None:
    repository(database).add("Ada", [])
    assert f"{path.name}-wal" in contents(path.parent)
    database.close()
    database.close()
    assert sorted(contents(path.parent)) == [path.name, f"{path.name}.audit-head"]
    with pytest.raises(RuntimeError, match="closed"):
        repository(database).all()


def test_closing_waits_for_sessions(database: Database) -> None:
    entered, seen = threading.Event(), []

    def read() -> None:
        with database.reading() as session:
            entered.set()
            time.sleep(0.1)
            seen.append(session.execute(text("SELECT 1")).scalar_one())

    thread = threading.Thread(target=read)
    thread.start()
    assert entered.wait(5)
    database.close()
    assert seen == [1]
    thread.join()


def test_closing_does_not_wait_for_ever(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(database_module, "_CLOSE_WAIT_S", 0.01)
    with database.reading() as session:
        database.close()
        assert session.execute(text("SELECT count(*) FROM people")).scalar_one() == 0
    assert "still open" in caplog.text
    assert list(contents(path.parent)) == [path.name]


def test_a_session_that_raises_changes_nothing(database: Database) -> None:
    def fail() -> None:
        with database.writing() as session:
            session.execute(text("UPDATE gallery_revision SET revision = 7"))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert repository(database).revision() == 0


def test_a_session_reads_as_of_one_moment(database: Database) -> None:
    people = repository(database)
    count = text("SELECT count(*) FROM people")
    with database.reading() as session:
        assert session.execute(count).scalar_one() == 0
        people.add("Ada", [])
        assert session.execute(count).scalar_one() == 0
    assert len(people.all()) == 1


def test_a_log_being_read_is_emptied_later(database: Database, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    people = repository(database)
    people.add("Ada", [])
    with database.reading() as session:
        session.execute(text("SELECT count(*) FROM people"))
        people.add("Ben", [])
        database.checkpoint()
        assert "truncated later" in caplog.text
    database.checkpoint()
    assert path.with_name(f"{path.name}-wal").stat().st_size == 0


def test_threads_read_and_write_at_once(database: Database) -> None:
    people = repository(database)
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                work()
            except (AssertionError, StoreError) as error:
                failures.append(error)

        return threading.Thread(target=run)

    def write(letter: str) -> None:
        for number in range(15):
            people.add(f"{letter}{number}", [template(number)])

    def read() -> None:
        for _ in range(40):
            rows = people.gallery_arrays()
            revision, enrolled, matrix, owners = rows.revision, rows.people, rows.vectors, rows.owners
            assert revision == len(enrolled) == len(matrix) == len(owners)

    threads = [guarded(lambda: write("a")), *(guarded(read) for _ in range(3))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert people.revision() == 15


def test_a_locked_database_is_waited_for_then_named(database: Database, path: Path) -> None:
    ada = repository(database).add("Ada", [])
    other = hold(path, "BEGIN EXCLUSIVE")
    with closing(other):
        started = time.monotonic()
        with pytest.raises(StoreLocked) as raised:
            Database.open(path, busy_timeout_ms=100)
        assert time.monotonic() - started >= 0.1
        assert explains(raised.value, path)
    assert repository(database).all() == [ada]
    Database.open(path).close()


def test_a_new_file_that_another_program_locks_is_named(path: Path) -> None:
    path.touch()
    with closing(hold(path, "BEGIN EXCLUSIVE")), pytest.raises(StoreLocked):
        Database.open(path, busy_timeout_ms=50)
    assert path.read_bytes() == b""


def test_a_lock_that_is_released_in_time_is_no_error(database: Database, path: Path) -> None:
    other = hold(path, "BEGIN EXCLUSIVE")
    timer = threading.Timer(0.1, other.close)
    timer.start()
    with Database.open(path, busy_timeout_ms=5000) as opened:
        assert repository(opened).all() == []
    timer.join()


@pytest.fixture
def with_rollback_journal(database: Database, path: Path) -> Path:
    """Ours, but restored by a tool that turned the log off."""
    repository(database).add("Ada", [])
    database.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return path


def test_wal_mode_is_enabled_when_readers_finish(with_rollback_journal: Path) -> None:
    other = hold(with_rollback_journal, "BEGIN")
    other.execute("SELECT * FROM people").fetchall()
    timer = threading.Timer(0.1, other.close)
    timer.start()
    with Database.open(with_rollback_journal, busy_timeout_ms=5000) as database:
        assert len(repository(database).all()) == 1
    timer.join()


def test_readers_that_do_not_finish_lock_the_database(with_rollback_journal: Path) -> None:
    with closing(hold(with_rollback_journal, "BEGIN")) as other:
        other.execute("SELECT * FROM people").fetchall()
        with pytest.raises(StoreLocked):
            Database.open(with_rollback_journal, busy_timeout_ms=50)


def test_enabling_wal_waits_for_a_writer(with_rollback_journal: Path) -> None:
    """SQLite refuses to switch to WAL mode while another connection writes."""
    ledger = Ledger.beside(with_rollback_journal)
    other = hold(with_rollback_journal, "BEGIN IMMEDIATE")
    with (
        Database(with_rollback_journal, 50, ledger) as impatient,
        pytest.raises(StoreLocked),
    ):
        impatient._enable_wal()
    timer = threading.Timer(0.1, other.close)
    timer.start()
    with Database(with_rollback_journal, 5000, ledger) as patient:
        patient._enable_wal()
        patient._open_vault()
        assert len(repository(patient).all()) == 1
    timer.join()


def test_a_location_without_shared_memory_is_reported(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on some network mounts; SQLite's own lock-file system has no shared memory either."""
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda name, **how: connect(f"{name}&vfs=unix-dotfile", **how))
    with pytest.raises(StoreError, match="journal mode delete") as raised:
        Database.open(path)
    assert type(raised.value) is StoreError
    assert explains(raised.value, path)
    assert "local disk" in raised.value.hint


def test_a_full_disk_is_reported_and_loses_no_data(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = repository(database).add("Ada", [template(1, size=LARGE)])
    monkeypatch.setattr(raw_connection, "PRAGMAS", (*raw_connection.PRAGMAS, "max_page_count = 40"))
    with Database.open(path) as small:
        people = repository(small)
        with pytest.raises(StoreFull) as raised:
            people.add("Ben", [template(seed, size=LARGE) for seed in range(60)])
        assert explains(raised.value, path)
        assert people.all() == [ada]
        assert people.revision() == 1
        people.rename(ada.id, "Grace")
    assert repository(database).find("Grace").templates == 1


def test_a_full_disk_at_the_first_start_is_reported(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_connection, "PRAGMAS", (*raw_connection.PRAGMAS, "max_page_count = 3"))
    with pytest.raises(StoreFull):
        Database.open(path)
    monkeypatch.undo()
    Database.open(path).close()


def test_a_read_only_database_is_reported(path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(database).add("Ada", [])
    monkeypatch.setattr(raw_connection, "PRAGMAS", (*raw_connection.PRAGMAS, "query_only = ON"))
    with pytest.raises(StoreReadOnly) as raised:
        Database.open(path)
    assert explains(raised.value, path)
    assert len(repository(database).all()) == 1


def test_a_connection_that_fails_to_initialise_is_closed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_connection, "PRAGMAS", ("no such thing (",))
    with pytest.raises(Exception, match="syntax error"):
        Database.open(path)


@pytest.mark.parametrize("place", ["a file/x.sqlite3", "a file/deeper/x.sqlite3"])
def test_a_directory_that_cannot_be_created_is_reported(tmp_path: Path, place: str) -> None:
    (tmp_path / "a file").write_text("in the way")
    with pytest.raises(StoreReadOnly) as raised:
        Database.open(tmp_path / place)
    assert explains(raised.value, tmp_path / place)
    assert contents(tmp_path) == {"a file": b"in the way"}


@pytest.mark.parametrize("path", [Path("/proc/self/facelatch/x.sqlite3"), Path("/tmp") / ("x" * 300)])
def test_a_place_that_is_none_is_named(path: Path) -> None:
    with pytest.raises(StoreError) as raised:
        Database.open(path)
    assert explains(raised.value, path)


def test_nothing_is_logged_in_the_ordinary_run(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), Database.open(path) as database:
        people = repository(database)
        people.delete(people.add("Ada", [template(1)]).id)
    assert caplog.records == []
