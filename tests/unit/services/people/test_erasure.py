"""After an erasure no file holds data of the person, whatever other processes do."""

import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert

from app.core.errors import AlreadyEnrolled, StoreLocked
from app.core.faces import Embedding, Pose
from app.core.logging import configure_logging
from app.core.people import Person
from app.store.backup.backups import BackupReason
from app.store.database.tables import PersonRow
from app.store.people.repository import NewTemplate
from app.wiring import Application
from tests.fakes.camera import ManualClock
from tests.fakes.data_remnants import find_remnants

NAME, OLD_NAME, NOTE = "Ada Augusta Byron", "Countess Lovelace-Byron", "comes by the blue side door"
JPEG = np.random.default_rng(5).bytes(4000)
_DATES = dict.fromkeys(("created_at", "updated_at"), datetime(2026, 1, 1, tzinfo=UTC))
READER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN")
connection.execute("SELECT count(*) FROM people").fetchone()
print("reading", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
connection.close()
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Directory of all files that the program writes, including temporary ones."""
    place = tmp_path / "facelatch"
    (place / "temporary").mkdir(parents=True)
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(place / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", str(place / "temporary"))
    configure_logging(verbose=True)
    return place


@pytest.fixture
def application(files: Path) -> Iterator[Application]:
    with Application() as application:
        yield application


def template(
    application: Application, seed: int, thumbnail: bytes | None = None, source: str = "other.jpg"
) -> NewTemplate:
    row = application.models.embedder_row
    vector = np.random.default_rng(seed).standard_normal(192)
    made = Embedding((vector / np.linalg.norm(vector)).astype(np.float32), row.name)
    return NewTemplate(made, row.space, 0.9, source, Pose(1, 2, 3), thumbnail)


def enrol(application: Application) -> tuple[Person, list[bytes]]:
    """A person with all kinds of data, among others, and the byte strings that an erasure must remove."""
    for seed in range(100, 130):
        application.storage.people.add(f"Other {seed}", [template(application, seed, JPEG[::-1])])
    given = [template(application, seed, JPEG, f"{OLD_NAME}.jpg") for seed in range(12)]
    person = application.storage.people.add(
        OLD_NAME, given, note=NOTE, groups=("Ladies of science",), badge="BYRON-1815"
    )
    face = given[0].embedding
    anchored = template(application, 50).embedding
    application.people.add_negative_template(person, anchored, application.models.embedder_row.space, 0.6)
    person = application.people.rename(person, NAME)
    assert application.matcher.identify(face).person is not None
    in_clear = [*(made.embedding.vector.tobytes() for made in given), anchored.vector.tobytes(), JPEG]
    return person, [*in_clear, *sealed_of(application, person)]


def sealed_of(application: Application, person: Person) -> list[bytes]:
    """A person's vectors and thumbnails as stored in the database."""
    with application.storage.database.connection() as connection:
        return [
            bytes(sealed)
            for query in (
                "SELECT vector FROM templates WHERE person_id = ?",
                "SELECT vector FROM anchors WHERE person_id = ?",
                "SELECT jpeg FROM thumbnails JOIN templates ON templates.id = template_id WHERE person_id = ?",
            )
            for (sealed,) in connection.exec_driver_sql(query, (person.id,))
        ]


def left(files: Path, blobs: list[bytes]) -> list[str]:
    return find_remnants(files, [NAME, OLD_NAME, NOTE, "Ladies of science", "BYRON-1815"], blobs)


def test_search_finds_every_person_by_their_own_words(application: Application, files: Path) -> None:
    person, blobs = enrol(application)
    found = left(files, blobs)
    for sealed in sealed_of(application, person):
        assert any(sealed[:4].hex() in trace for trace in found)


def test_no_personal_data_is_stored_unencrypted(application: Application, files: Path) -> None:
    person, blobs = enrol(application)
    application.storage.backups.make(application.storage.file, BackupReason.ASKED)
    sealed = sealed_of(application, person)
    assert left(files, [blob for blob in blobs if blob not in sealed]) == []


def test_erasure_leaves_no_traces_while_the_program_runs_and_after(application: Application, files: Path) -> None:
    person, blobs = enrol(application)
    application.storage.backups.make(application.storage.file, BackupReason.ASKED)
    assert any("backups" in trace for trace in left(files, blobs))
    assert application.people.erase(person)
    assert left(files, blobs) == []
    assert len(application.people.all()) == 30
    application.close()
    assert left(files, blobs) == []
    assert (files / "log" / "facelatch.log").exists()


def test_erasure_of_an_expired_person_leaves_no_traces(files: Path) -> None:
    clock = ManualClock()
    with Application(clock=clock) as application:
        person, blobs = enrol(application)
        application.people.change(person, delete_after=clock.now() + timedelta(hours=1))
        assert application.people.erase_expired() == []
        clock.advance(3601)
        assert [gone.id for gone in application.people.erase_expired()] == [person.id]
        assert left(files, blobs) == []


def test_a_merged_entry_is_erased_from_backups_with_the_other(application: Application, files: Path) -> None:
    first, blobs = enrol(application)
    second = application.storage.people.add("Augusta Gordon-King", [template(application, 77)])
    third = application.storage.people.add("Ada Gordon-Noel", [template(application, 78)])
    application.storage.backups.make(application.storage.file, BackupReason.ASKED)
    more = [*sealed_of(application, second), *sealed_of(application, third)]
    application.people.merge(second, third)
    kept = application.people.merge(first, second)
    more += sealed_of(application, kept)
    assert application.people.erase(kept)
    assert left(files, [*blobs, *more]) == []
    assert find_remnants(files, ["Augusta Gordon-King", "Ada Gordon-Noel"], []) == []


def test_an_unreachable_backup_is_erased_later(
    application: Application, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, blobs = enrol(application)
    application.storage.backups.make(application.storage.file, BackupReason.ASKED)

    def refuse(_: object) -> None:
        raise StoreLocked(path="backup")

    monkeypatch.setattr(application.storage.backups, "erase", refuse)
    assert not application.people.erase(person)
    assert left(files, blobs) != []
    monkeypatch.undo()
    application.people.erase_expired()
    assert left(files, blobs) == []


class Reader:
    """Another process that reads the database until it is stopped."""

    def __init__(self, database: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", READER, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "reading\n"

    def finish(self) -> None:
        assert self.process.communicate("\n", timeout=20)[1] is None

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=20)


@pytest.fixture
def reader(application: Application, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """An application on a database with an enrolled person."""
    monkeypatch.setattr(application.storage.database, "_timeout_s", 0.1)
    application.people.all()
    made = Reader(application.storage.file)
    yield made
    if made.process.poll() is None:
        made.kill()


def erased_beside(reader_of: Application, files: Path) -> list[bytes]:
    """Enrol and erase while another process reads: erased from the database, but not from the write-ahead log."""
    person, blobs = enrol(reader_of)
    assert not reader_of.people.erase(person)
    assert person.id not in {other.id for other in reader_of.people.all()}
    assert any("-wal" in trace for trace in left(files, blobs))
    return blobs


def test_traces_are_removed_at_the_next_check_after_the_reader_ends(
    application: Application, files: Path, reader: Reader
) -> None:
    blobs = erased_beside(application, files)
    reader.finish()
    assert application.people.erase_expired() == []
    assert left(files, blobs) == []


def test_traces_are_removed_on_close_after_the_reader_ends(
    application: Application, files: Path, reader: Reader
) -> None:
    blobs = erased_beside(application, files)
    reader.finish()
    application.close()
    assert left(files, blobs) == []


def test_traces_are_removed_when_the_reader_closes_last(application: Application, files: Path, reader: Reader) -> None:
    blobs = erased_beside(application, files)
    application.close()
    assert left(files, blobs) != []
    reader.finish()
    assert left(files, blobs) == []


def test_traces_are_removed_at_the_next_start_after_the_reader_was_killed(
    application: Application, files: Path, reader: Reader
) -> None:
    blobs = erased_beside(application, files)
    application.close()
    reader.kill()
    assert left(files, blobs) != []
    with Application() as again:
        assert len(again.people.all()) == 30
        assert left(files, blobs) == []


def test_the_log_holds_no_name(application: Application, files: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    person, _ = enrol(application)
    with pytest.raises(AlreadyEnrolled, match=NAME):
        application.storage.people.add(NAME, [])
    application.people.erase(person)
    application.people.change(application.people.all()[0], delete_after=datetime(2020, 1, 1, tzinfo=UTC))
    application.people.erase_expired()
    assert find_remnants(files / "log", [NAME, OLD_NAME, "Other"], []) == []
    assert not any(name in caplog.text for name in (NAME, OLD_NAME, "Other 1"))


def store_twice(application: Application) -> None:
    with application.storage.database.writing() as session:
        for _ in range(2):
            row = {"personal": NAME.encode() * 3, "name_index": bytes(16), **_DATES}
            session.execute(insert(PersonRow).values(id="1", **row))


def test_the_log_holds_no_stored_value_after_an_internal_error(application: Application) -> None:
    with pytest.raises(Exception, match="UNIQUE") as raised:
        store_twice(application)
    assert NAME not in str(raised.value)
    assert NAME not in repr(raised.value)
