"""The repositories on PostgreSQL do what they do on SQLite."""

from pathlib import Path

import pytest

from app.core.audit import AuditKind, AuditQuery
from app.core.errors import AlreadyEnrolled, StoreError, StoreForeign, StoreTooNew, StoreUnreachable
from app.store.audit.ledger import Ledger
from app.store.audit.log import AuditLog
from app.store.fleet.server_database import ServerDatabase
from app.store.people.galleries import GalleryRepository
from app.store.people.negative_templates import NegativeTemplateRepository
from tests.unit.store.builders import EPOCH, MODEL, SHA, Repositories, SteppingClock, template


def test_people_are_kept_changed_and_erased(shared: ServerDatabase) -> None:
    people = Repositories(shared)
    ada = people.add("Ada", [template(1), template(2)], groups=("Lab",), badge="1815")
    ben = people.add("Ben", [template(3)], groups=("lab",))
    with pytest.raises(AlreadyEnrolled):
        people.add("ADA", [])
    assert people.all() == [ada, ben]
    assert people.with_badge("1815") == ada
    assert people.find("ben").groups == ("Lab",)
    assert [one.embedding.vector.tolist() for one in people.templates_of(ada.id)]
    rows = people.gallery_arrays()
    assert [person.id for person in rows.people] == [ada.id, ben.id]
    assert people.merge(ada.id, ben.id).templates == 3
    assert people.delete(ada.id)
    assert people.all() == []
    kinds = [event.entry.kind for event in AuditLog(shared, SteppingClock()).events(AuditQuery())]
    assert kinds[0] is AuditKind.PERSON_ERASED
    assert AuditLog(shared, SteppingClock()).verify().broken is None


def test_a_gallery_follows_the_server(shared: ServerDatabase) -> None:
    people, galleries = Repositories(shared), GalleryRepository(shared, MODEL, SHA)
    with galleries.snapshot(EPOCH) as read:
        assert read.people == ()
        moment = read.version
    ada = people.add("Ada", [template(1)])
    NegativeTemplateRepository(shared, SteppingClock()).add(ada.id, template(9).embedding, SHA, 0.6)
    changes = galleries.changes(moment, EPOCH)
    assert changes is not None
    assert [person.id for person in changes.people] == [ada.id]
    assert len(changes.vectors[0]) == len(changes.anchors[0]) == 1
    people.delete(ada.id)
    later = galleries.changes(changes.version, EPOCH)
    assert later is not None
    assert later.removed == (ada.id,)


def test_what_fails_half_way_is_not_done(shared: ServerDatabase) -> None:
    people = Repositories(shared)

    def leave() -> None:
        with shared.writing():
            people_before = people.revision()
            assert people_before == 0
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        leave()
    assert people.revision() == 0


def test_an_unreachable_server_is_reported(tmp_path: Path) -> None:
    ledger = Ledger.beside(tmp_path / "server")
    with pytest.raises(StoreUnreachable, match=r"127\.0\.0\.1/faces"):
        ServerDatabase.connect("postgresql://nobody:secret@127.0.0.1:9/faces", ledger, timeout_s=2)


@pytest.mark.parametrize("url", ["", "sqlite:///x", "postgres", "nonsense://user:secret@host/x"])
def test_an_invalid_address_is_reported_without_its_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreError, match="Not an address of a PostgreSQL database") as raised:
        ServerDatabase.connect(url, Ledger.beside(tmp_path / "server"))
    assert "secret" not in raised.value.message


def test_a_database_of_another_program_or_of_a_later_version_is_left_alone(address: str, tmp_path: Path) -> None:
    import psycopg

    ledger = Ledger.beside(tmp_path / "server")
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")
    with pytest.raises(StoreForeign):
        ServerDatabase.connect(address, ledger)
    with psycopg.connect(address) as connection:
        connection.execute("DROP TABLE recipes")
    ServerDatabase.connect(address, ledger).close()
    with psycopg.connect(address) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreTooNew):
        ServerDatabase.connect(address, ledger)


def test_listeners_are_notified(shared: ServerDatabase) -> None:
    with shared.listening() as listener:
        assert not listener.wait(0.01)
        Repositories(shared).add("Ada", [])
        assert listener.wait(5)
        assert not listener.wait(0.01)
