import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine

from app.store import migrating
from app.store.database import Database
from app.store.tables import Base


def tables_sql(connection: Connection) -> set[str]:
    """Every statement that made a table or an index, without the spacing."""
    rows = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {"".join(sql.replace('"', "").split()) for (sql,) in rows if "alembic_version" not in sql}


def test_the_head_is_the_newest_script() -> None:
    assert migrating.known_revisions()[0] == migrating.HEAD


def test_only_revisions_with_a_script_are_known() -> None:
    assert migrating.is_known(migrating.HEAD)
    assert not migrating.is_known("9999")


def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    with database.connecting() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_migrations_make_the_checks_of_the_models(database: Database) -> None:
    modelled = create_engine("sqlite://")
    with modelled.begin() as ideal:
        Base.metadata.create_all(ideal)
        with database.connecting() as connection:
            made, meant = tables_sql(connection), tables_sql(ideal)
    modelled.dispose()
    for sql in meant:
        for check in sql.split("CONSTRAINT")[1:]:
            assert any(check.rstrip(",)") in other for other in made), check


def test_the_scripts_may_lie_anywhere(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a bundle: the directory is found by the package, and its path may hold what ini files treat specially."""
    elsewhere = tmp_path / "100 %(here)s"
    elsewhere.symlink_to(migrating.MIGRATIONS)
    monkeypatch.setattr(migrating, "MIGRATIONS", elsewhere)
    monkeypatch.chdir("/")
    Database.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (migrating.HEAD,)


def test_a_migration_that_fails_leaves_nothing_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
        raise RuntimeError("power cut")

    monkeypatch.setattr("app.store.database.migrate", half)
    with pytest.raises(RuntimeError, match="power cut"):
        Database.open(path)
    assert path.read_bytes() == b""
    monkeypatch.undo()
    Database.open(path).close()
