"""Two versions never use one database: the older one does not change it and gives a hint."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.core.clock import SystemClock
from app.core.errors import StoreLocked, StoreTooNew
from app.core.faces import Embedding
from app.services.recognition.gallery_cache import GalleryCache
from app.store.database.sqlite import Database
from app.store.people.galleries import GalleryRepository
from tests.unit.store.builders import MODEL, SHA, Repositories, explains, template
from tests.unit.store.earlier_schemas import older


def bring_up_to_a_later_version(path: Path) -> None:
    """A newer version migrates the database while this one has it open."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE people ADD COLUMN shoe_size INTEGER")
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("UPDATE gallery_revision SET revision = revision + 1")
        connection.commit()


def test_what_a_newer_version_has_taken_over_is_left_alone(path: Path) -> None:
    with Database.open(path) as database:
        people = Repositories(database)
        ada = people.add("Ada", [template(1)])
        database.checkpoint()
        bring_up_to_a_later_version(path)
        before = path.read_bytes()
        for use in (people.all, people.revision, lambda: people.add("Ben", []), lambda: people.delete(ada.id)):
            with pytest.raises(StoreTooNew) as raised:
                use()
            assert explains(raised.value, path)
            assert "Update Facelatch" in raised.value.hint
        assert path.read_bytes() == before


def test_an_older_process_stops_recognising_after_a_migration(path: Path) -> None:
    with (
        Database.open(path) as database,
        GalleryCache(GalleryRepository(database, MODEL, SHA), MODEL, SystemClock()) as gallery_cache,
    ):
        Repositories(database).add("Ada", [template(1)])
        assert gallery_cache.current().search(Embedding(template(1).embedding.vector, MODEL))
        bring_up_to_a_later_version(path)
        gallery_cache.refresh()
        with pytest.raises(StoreTooNew):
            gallery_cache.current()


def test_what_an_older_version_reads_is_brought_up_to_date_beside_it(path: Path) -> None:
    older(path, "0007")
    with closing(sqlite3.connect(path, isolation_level=None)) as old_program:
        old_program.execute("PRAGMA journal_mode = WAL")
        old_program.execute("BEGIN")
        assert old_program.execute("SELECT name FROM people WHERE id = '1'").fetchone() == ("Ada",)
        with Database.open(path, busy_timeout_ms=300) as database:
            assert [person.name for person in Repositories(database).all()] == ["Ada", "王小明"]
            assert old_program.execute("SELECT count(*) FROM people").fetchone() == (2,)
            old_program.execute("COMMIT")
            with pytest.raises(sqlite3.OperationalError, match="no such column"):
                old_program.execute("UPDATE people SET name = 'Eve'")


def test_what_an_older_version_writes_is_waited_for_and_left_as_it_is(path: Path) -> None:
    older(path, "0007")
    with closing(sqlite3.connect(path, isolation_level=None)) as old_program:
        old_program.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLocked):
            Database.open(path, busy_timeout_ms=100)
        old_program.execute("UPDATE people SET note = 'front door'")
        old_program.execute("COMMIT")
    with Database.open(path) as database:
        assert {person.note for person in Repositories(database).all()} == {"front door"}
