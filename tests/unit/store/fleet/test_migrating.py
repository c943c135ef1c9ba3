"""What any earlier version has stored comes along, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import create_engine, make_url, select

from app.core.audit import AuditQuery
from app.store.audit.ledger import Ledger
from app.store.audit.log import AuditLog
from app.store.crypto.encrypted_columns import PASSWORD_HASH
from app.store.crypto.vault import vault_of
from app.store.database.sqlite import Database
from app.store.database.tables import FleetEventRow, FleetLinkRow, LockoutRow, OutboxRow, PasswordRow
from app.store.fleet.server_database import ServerDatabase
from app.store.fleet.server_queries import ServerSearch
from app.store.people.galleries import GalleryRepository
from app.store.people.negative_templates import NegativeTemplateRepository
from tests.unit.store.builders import EPOCH, MODEL, SHA, Repositories, SteppingClock, unit
from tests.unit.store.earlier_schemas import EARLIER, fill, older
from tests.unit.store.fleet.conftest import Server

BESIDE_PEOPLE: dict[tuple[object, ...], str] = {
    ("e1", "1", 3, "no answer"): "0003",
    ("kiosk/door", 4): "0004",
    ("person/1", 2): "0004",
    ("person/2", 2): "0004",
    ("admin", "$argon2id$"): "0006",
    ("k1", 7, 1): "0007",
    ("k2", 5, "unlocked"): "0007",
}
"""Rows of other tables, and the version that brought them."""


def kept_beside_people(database: Database) -> set[tuple[object, ...]]:
    questions = (
        select(OutboxRow.event_id, OutboxRow.person_id, OutboxRow.attempts, OutboxRow.problem),
        select(LockoutRow.key, LockoutRow.failures),
        select(FleetLinkRow.kiosk, FleetLinkRow.revision, FleetLinkRow.sent),
        select(FleetEventRow.kiosk, FleetEventRow.event_id, FleetEventRow.kind),
    )
    with database.reading() as session:
        passwords = session.scalars(select(PasswordRow)).all()
        hashes = {(row.role, PASSWORD_HASH.decrypt_from(vault_of(session), row).decode()) for row in passwords}
        return hashes | {tuple(row) for question in questions for row in session.execute(question)}


@contextmanager
def opened(revision: str, kind: str, server: Server, directory: Path) -> Iterator[Database]:
    """A database that a version has filled, as this one opens it."""
    if kind == "sqlite":
        path = directory / "facelatch.sqlite3"
        older(path, revision)
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
            assert [anchor.id for anchor in NegativeTemplateRepository(database, clock).of("1")] == ["a1"]
        log = AuditLog(database, clock)
        if "0002" <= revision < "0006":
            assert log.events(AuditQuery())[-1].entry.subject == "1"
        assert log.verify().broken is None
        with GalleryRepository(database, MODEL, SHA).snapshot(EPOCH) as read:
            assert [person.id for person in read.people] == ["1", "2"]
            assert sum(len(owners) for owners, _ in read.vectors) == 2
        if isinstance(database, ServerDatabase):
            assert ServerSearch(database, MODEL, SHA).templates() == 2
        assert kept_beside_people(database) == {row for row, since in BESIDE_PEOPLE.items() if revision >= since}
        people.delete("1")
        assert people.all() == [ming]
