"""Databases as earlier releases left them."""

from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from app.store import migrating
from app.store.inspection import APPLICATION_ID
from app.store.names import name_key
from tests.unit.store.helpers import MODEL, SHA, unit


def first_schema(path: Path) -> None:
    """A database as the first release left it, with two people in it."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = migrating._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        for id_, name in (("1", "Ada"), ("2", "王小明")):
            stamp = "2025-06-01 12:00:00.000000"
            person = (id_, name, name_key(name), stamp, stamp)
            connection.exec_driver_sql("INSERT INTO people VALUES (?, ?, ?, ?, ?)", person)
            made = (f"t{id_}", id_, MODEL, SHA, unit(int(id_)).tobytes(), 0.75, f"{id_}.jpg", stamp)
            connection.exec_driver_sql("INSERT INTO templates VALUES (?, ?, ?, ?, ?, ?, ?, ?)", made)
        connection.exec_driver_sql("UPDATE gallery_revision SET revision = 5")
    engine.dispose()
