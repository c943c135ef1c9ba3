import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine

from app.store.crypto.keys.key_hierarchy import WrappedKeys
from app.store.crypto.keys.sources import KeySources, machine_key_sources
from app.store.database import schema_bootstrap
from app.store.database.migration import migrate
from app.store.database.sqlite import Database

_MADE = "found", "migrated"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Connection, Connection]]:
    """A database that was founded, and one that was migrated step by step."""
    folder = tmp_path_factory.mktemp("made")
    engines = [create_engine(f"sqlite:///{folder / name}") for name in _MADE]
    with pytest.MonkeyPatch.context() as patch, engines[0].begin() as founded, engines[1].begin() as migrated:
        patch.setenv("FACELATCH_DATA_DIR", str(folder))
        patch.setenv("FACELATCH_KEYS_DIR", str(folder))
        schema_bootstrap.create_schema(founded, machine_key_sources())
        migrate(migrated, machine_key_sources())
        yield founded, migrated
    for engine in engines:
        engine.dispose()


def schema(connection: Connection) -> dict[str, Any]:
    """The schema of all tables, by name, with their constraints."""
    objects = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master").all()
    tables = [name for kind, name, _, _ in objects if kind == "table"]
    return {
        "objects": {(kind, name, of) for kind, name, of, _ in objects},
        "tables": {name: _asked(connection, name) for name in tables},
        "constraints": {name: _constraints(sql) for kind, name, _, sql in objects if kind == "table"},
        "others": {(kind, name): " ".join(sql.split()) for kind, name, _, sql in objects if sql and kind != "table"},
    }


def _asked(connection: Connection, table: str) -> dict[str, Any]:
    """Its columns in their order, with defaults; its foreign keys; and its indexes with those that keys make."""
    columns = [tuple(row) for row in connection.exec_driver_sql(f"PRAGMA table_xinfo({table})")]
    keys = {tuple(row[2:]) for row in connection.exec_driver_sql(f"PRAGMA foreign_key_list({table})")}
    indexes = {}
    for _, name, unique, origin, partial in connection.exec_driver_sql(f"PRAGMA index_list({table})").all():
        indexed = tuple(row[2] for row in connection.exec_driver_sql(f"PRAGMA index_info({name})"))
        indexes[indexed] = unique, origin, partial
    return {"columns": columns, "keys": keys, "indexes": indexes}


def _constraints(sql: str) -> tuple[set[str], bool]:
    """The text of each constraint, whatever its place, and whether the key only counts up.

    A column that was added stands behind them, and so ends the last one.
    """
    parts = re.split(r",\s*(?=[a-z_\"]+ [A-Z])|,\s*(?=CONSTRAINT)|\)\s*$", " ".join(sql.split()))
    return {part.strip() for part in parts if part.strip().startswith("CONSTRAINT")}, "AUTOINCREMENT" in sql


@pytest.mark.parametrize("part", ["objects", "tables", "constraints", "others"])
def test_a_new_database_has_the_schema_of_one_migrated_step_by_step(
    both: tuple[Connection, Connection], part: str
) -> None:
    founded, migrated = (schema(connection)[part] for connection in both)
    assert founded == migrated
    assert founded or part == "others"


def test_the_constraints_are_found(both: tuple[Connection, Connection]) -> None:
    constraints, counts_up = schema(both[0])["constraints"]["audit_events"]
    assert constraints == {"CONSTRAINT ck_audit_events_kind_not_empty CHECK (length(kind) > 0)"}
    assert counts_up


@pytest.mark.parametrize("table", ["alembic_version", "gallery_revision", "audit_chain"])
def test_it_begins_with_the_same_rows(both: tuple[Connection, Connection], table: str) -> None:
    founded, migrated = ([tuple(row) for row in one.exec_driver_sql(f"SELECT * FROM {table}")] for one in both)
    assert founded == migrated
    assert len(founded) == 1


def test_no_other_table_has_rows_but_those_of_the_keys(both: tuple[Connection, Connection]) -> None:
    def filled(connection: Connection) -> dict[str, int]:
        tables = schema(connection)["tables"]
        return {one: connection.exec_driver_sql(f"SELECT count(*) FROM {one}").scalar_one() for one in tables}

    assert filled(both[0]) == filled(both[1])


def test_alembic_is_not_asked_for_a_new_database(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(connection: Connection, keys: KeySources, inherited: WrappedKeys | None) -> None:
        raise AssertionError("all migrations would run one after the other")

    monkeypatch.setattr("app.store.database.schema_bootstrap.migrate", refused)
    with Database.open(path) as database:
        assert database.path == path


def test_keys_are_inherited(path: Path, tmp_path: Path) -> None:
    heir = tmp_path / "heir.sqlite3"
    Database.open(path).close()
    inherited = WrappedKeys.of(path)
    assert inherited is not None
    Database.open(heir, inherited=inherited).close()
    assert WrappedKeys.of(heir) == inherited
