"""Databases of earlier releases."""

from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Connection, MetaData, Table, create_engine, inspect

from app.store.crypto.keys.sources import machine_key_sources
from app.store.database import migration
from app.store.database.inspection import APPLICATION_ID
from app.store.people.names import name_key
from tests.unit.store.builders import MODEL, SHA, unit

EARLIER = [revision for revision in migration.known_revisions() if revision != migration.HEAD]
THEN = datetime(2025, 6, 1, 12)


def _stored(id_: str, name: str) -> list[tuple[str, dict[str, Any]]]:
    """Rows as earlier versions wrote them, without later columns."""
    vector = unit(int(id_)).tobytes()
    made = {"model": MODEL, "model_sha256": SHA, "vector": vector, "created_at": THEN}
    return [
        (
            "people",
            {
                "id": id_,
                "name": name,
                "name_key": name_key(name),
                "created_at": THEN,
                "updated_at": THEN,
                "badge": f"b{id_}",
                "note": "side door",
                "active": True,
            },
        ),
        ("templates", {"id": f"t{id_}", "person_id": id_, "quality": 0.75, "source": "a.jpg", "yaw": 1.0} | made),
        ("memberships", {"person_id": id_, "group_key": "lab", "group_name": "Lab"}),
        (
            "consents",
            {"id": f"c{id_}", "person_id": id_, "text": "Yes", "version": "1", "language": "en", "given_at": THEN},
        ),
        ("thumbnails", {"template_id": f"t{id_}", "jpeg": b"jpeg"}),
        ("anchors", {"id": f"a{id_}", "person_id": id_, "similarity": 0.6} | made),
        ("pins", {"key": f"person/{id_}", "person_id": id_, "hash": "$argon2id$", "changed_at": THEN}),
        (
            "lockouts",
            {"key": f"person/{id_}", "person_id": id_, "failures": 2, "left_ns": 0, "monotonic_ns": 0, "at": THEN},
        ),
    ]


_OF_THE_SITE: list[tuple[str, dict[str, Any]]] = [
    (
        "outbox",
        {
            "target": "https://door.example",
            "event_id": "e1",
            "at": THEN,
            "kiosk": "door",
            "person_id": "1",
            "factors": "face",
            "queued_at": THEN,
            "attempts": 3,
            "problem": "no answer",
        },
    ),
    ("pins", {"key": "site/door", "hash": "$argon2id$", "changed_at": THEN}),
    ("lockouts", {"key": "kiosk/door", "failures": 4, "left_ns": 0, "monotonic_ns": 0, "at": THEN}),
    ("passwords", {"role": "admin", "hash": "$argon2id$", "changed_at": THEN}),
    ("fleet_link", {"id": 1, "kiosk": "k1", "revision": 7, "sent": 1}),
    (
        "fleet_events",
        {
            "kiosk": "k2",
            "event_id": 5,
            "at": THEN,
            "kind": "unlocked",
            "subject": "1",
            "actor": "door",
            "role": "",
            "details": "{}",
            "received_at": THEN,
        },
    ),
]
"""What a version has kept beside its people."""


def fill(connection: Connection, revision: str) -> None:
    """What a version has kept: two people, whatever it knew of them, and what it kept beside them.

    A version that sealed them has brought the last that did not up to date.
    """
    config = migration.alembic_config()
    config.attributes |= {"connection": connection, "keys": machine_key_sources(), "inherited": None}
    command.upgrade(config, min(revision, "0007"))
    tables = set(inspect(connection).get_table_names())
    people = [row for id_, name in (("1", "Ada"), ("2", "王小明")) for row in _stored(id_, name)]
    for table, values in [*people, *_OF_THE_SITE]:
        if table in tables:
            known = Table(table, MetaData(), autoload_with=connection)
            kept = {column: value for column, value in values.items() if column in known.columns}
            connection.execute(known.insert().values(kept))
    if "audit_events" in tables and "audit_chain" not in tables:  # no release has chained them with another key
        events = Table("audit_events", MetaData(), autoload_with=connection)
        event = {"at": THEN, "kind": "person-enrolled", "subject": "1", "actor": "desk", "details": "{}"}
        connection.execute(events.insert().values(event))
    command.upgrade(config, revision)


def older(path: Path, revision: str) -> None:
    """A database file as a version has left it, filled."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        fill(connection, revision)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    engine.dispose()


def first_schema(path: Path) -> None:
    """A database as the first release left it, with two people in it."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = migration.alembic_config()
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
