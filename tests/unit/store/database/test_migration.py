import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine

from app.core.people import Person
from app.store.crypto.keys.key_hierarchy import WrappedKeys
from app.store.crypto.keys.sources import KeySources
from app.store.database import migration
from app.store.database.sqlite import Database
from app.store.database.tables import Base
from app.store.people.galleries import GalleryRepository, GalleryVersion
from tests.unit.store.builders import EPOCH, MODEL, SHA, Repositories, unit
from tests.unit.store.earlier_schemas import first_schema


def tables_sql(connection: Connection) -> set[str]:
    """Every statement that made a table or an index, without the spacing."""
    rows = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {"".join(sql.replace('"', "").split()) for (sql,) in rows if "alembic_version" not in sql}


def test_the_head_is_the_newest_script() -> None:
    assert migration.known_revisions()[0] == migration.HEAD


def test_only_revisions_with_a_script_are_known() -> None:
    assert migration.is_known(migration.HEAD)
    assert not migration.is_known("9999")


@pytest.fixture
def migrated(path: Path) -> Iterator[Database]:
    """A database of the first release, brought up to date."""
    first_schema(path)
    with Database.open(path) as database:
        yield database


def test_the_migrations_make_the_tables_of_the_models(migrated: Database) -> None:
    with migrated.connection() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_migrations_make_the_checks_of_the_models(migrated: Database) -> None:
    modelled = create_engine("sqlite://")
    with modelled.begin() as ideal:
        Base.metadata.create_all(ideal)
        with migrated.connection() as connection:
            made, meant = tables_sql(connection), tables_sql(ideal)
    modelled.dispose()
    for sql in meant:
        for check in sql.split("CONSTRAINT")[1:]:
            assert any(check.rstrip(",)") in other for other in made), check


def test_the_scripts_may_lie_anywhere(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a bundle: the directory is found by the package, and its path may hold what ini files treat specially."""
    elsewhere = tmp_path / "100 %(here)s"
    elsewhere.symlink_to(migration.MIGRATIONS)
    monkeypatch.setattr(migration, "MIGRATIONS", elsewhere)
    monkeypatch.chdir("/")
    first_schema(path)
    Database.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (migration.HEAD,)


def test_a_migration_that_fails_leaves_nothing_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(connection: Connection, keys: KeySources, inherited: WrappedKeys | None) -> None:
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
        raise RuntimeError("power cut")

    monkeypatch.setattr("app.store.database.schema_bootstrap.create_schema", half)
    with pytest.raises(RuntimeError, match="power cut"):
        Database.open(path)
    assert path.read_bytes() == b""
    monkeypatch.undo()
    Database.open(path).close()


def test_people_of_the_first_release_come_along(path: Path) -> None:
    first_schema(path)
    with Database.open(path) as database:
        people = Repositories(database)
        ada, ming = people.all()
        assert ada == Person("1", "Ada", datetime(2025, 6, 1, 12, tzinfo=UTC), 1)
        assert (ming.name, ming.active, ming.groups, ming.note) == ("王小明", True, (), "")
        (template,) = people.templates_of("1")
        assert (template.pose, template.retired_at, template.thumbnail, template.quality) == (None, None, False, 0.75)
        np.testing.assert_allclose(template.embedding.vector, unit(1), atol=1e-6)
        rows = people.gallery_arrays()
        assert [person.id for person in rows.people] == ["1", "2"]
        assert rows.revision == people.revision() == 5
        galleries = GalleryRepository(database, MODEL, SHA)
        turned = database.vault.rotations.newest.number
        assert galleries.changes(GalleryVersion(4, EPOCH, None, 1), EPOCH) is None
        assert galleries.changes(GalleryVersion(5, EPOCH, None, turned), EPOCH) is not None
        assert people.consents_of("1") == []
        assert people.change("1", badge="1815", groups=("Lab",), delete_after=EPOCH).groups == ("Lab",)
        assert [gone.id for gone in people.delete_expired(EPOCH)] == ["1"]
        assert people.all() == [ming]


def test_a_database_brought_up_to_date_is_as_a_new_one(path: Path, tmp_path: Path) -> None:
    first_schema(path)
    Database.open(path).close()
    fresh = tmp_path / "fresh" / "facelatch.sqlite3"
    with Database.open(path) as old, Database.open(fresh) as new:
        assert _columns(old) == _columns(new)


def _columns(database: Database) -> dict[str, set[tuple[object, ...]]]:
    """Name, type, whether it may be empty and its part of the key, of each column by table."""
    with database.connection() as connection:
        names = [name for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: {(row[1], row[2], row[3], row[5]) for row in connection.exec_driver_sql(f"PRAGMA table_info({name})")}
            for name in names
        }
