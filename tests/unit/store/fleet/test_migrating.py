"""What any earlier version has stored comes along, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, create_engine, inspect, make_url

from app.core.audit import AuditQuery
from app.store import migrating
from app.store.anchors import AnchorRepository
from app.store.audit import AuditLog
from app.store.database import Database
from app.store.galleries import GalleryRepository
from app.store.inspection import APPLICATION_ID
from app.store.ledger import Ledger
from app.store.names import name_key
from app.store.server import ServerDatabase
from app.store.server_search import ServerSearch
from tests.unit.store.fleet.conftest import Server
from tests.unit.store.helpers import EPOCH, MODEL, SHA, Repositories, SteppingClock, unit

EARLIER = [revision for revision in migrating.known_revisions() if revision != migrating.HEAD]
THEN = datetime(2025, 6, 1, 12)


def stored(id_: str, name: str) -> list[tuple[str, dict[str, Any]]]:
    """Rows as versions of the program have written them; a version lacks what it did not know yet."""
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


def fill(connection: Connection, revision: str) -> None:
    config = migrating._config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    tables = set(inspect(connection).get_table_names())
    for id_, name in (("1", "Ada"), ("2", "王小明")):
        for table, values in stored(id_, name):
            if table in tables:
                known = Table(table, MetaData(), autoload_with=connection)
                kept = {column: value for column, value in values.items() if column in known.columns}
                connection.execute(known.insert().values(kept))
    if "audit_events" in tables and "audit_chain" not in tables:
        events = Table("audit_events", MetaData(), autoload_with=connection)
        event = {"at": THEN, "kind": "person-enrolled", "subject": "1", "actor": "desk", "details": "{}"}
        connection.execute(events.insert().values(event))


@contextmanager
def opened(revision: str, kind: str, server: Server, directory: Path) -> Iterator[Database]:
    """A database that a version has filled, as this one opens it."""
    if kind == "sqlite":
        path = directory / "facelatch.sqlite3"
        engine = create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            fill(connection, revision)
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        engine.dispose()
        with Database.open(path) as database:
            yield database
        return
    address = server.new_database()
    engine = create_engine(make_url(address).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        fill(connection, revision)
    engine.dispose()
    with ServerDatabase.connect(address, Ledger.beside(directory / "server")) as database:
        yield database


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("revision", EARLIER)
def test_people_of_every_earlier_version_come_along(revision: str, kind: str, server: Server, tmp_path: Path) -> None:
    with opened(revision, kind, server, tmp_path) as database:
        people, clock = Repositories(database), SteppingClock()
        ada, ming = people.all()
        assert (ada.id, ada.name, ming.name, ada.templates) == ("1", "Ada", "王小明", 1)
        (template,) = people.templates_of("1")
        np.testing.assert_allclose(template.embedding.vector, unit(1), atol=1e-6)
        if revision >= "0002":
            assert (ada.badge, ada.note, ada.groups) == ("b1", "side door", ("Lab",))
            assert template.thumbnail
            assert people.templates.thumbnail("t1") == b"jpeg"
            assert [consent.text for consent in people.consents_of("1")] == ["Yes"]
            assert [anchor.id for anchor in AnchorRepository(database, clock).of("1")] == ["a1"]
        log = AuditLog(database, clock)
        if "0002" <= revision < "0006":
            assert log.events(AuditQuery())[-1].entry.subject == "1"
        assert log.verify().broken is None
        with GalleryRepository(database, MODEL, SHA).everything(EPOCH) as read:
            assert [person.id for person in read.people] == ["1", "2"]
            assert sum(len(owners) for owners, _ in read.vectors) == 2
        if isinstance(database, ServerDatabase):
            assert ServerSearch(database, MODEL, SHA).templates() == 2
        people.delete("1")
        assert people.all() == [ming]
