"""Two kiosks and a server: they agree as soon as they can reach each other, and each goes on while they cannot."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from app.core.credentials import PinOwner, PinRole
from app.core.errors import InvalidChange, StoreUnreachable
from app.core.faces import Embedding
from app.matching.gallery import Gallery
from app.store.credentials.repositories import PinRepository
from app.store.database.sqlite import Database
from app.store.database.tables import FleetEventRow
from app.store.fleet.replica import Replica
from app.store.fleet.server_database import ServerDatabase
from app.store.fleet.server_queries import FleetServer
from app.store.people.galleries import GalleryRepository
from app.store.people.negative_templates import NegativeTemplateRepository
from tests.unit.store.builders import EPOCH, MODEL, SHA, Repositories, SteppingClock, template, turning_of


class Kiosk:
    """A replica and what is asked of it."""

    def __init__(self, path: Path) -> None:
        self.database = Database.open(path)
        self.people = Repositories(self.database)
        self.replica = Replica(self.database, SteppingClock())
        self.replica.join()

    def names(self) -> list[str]:
        return [person.name for person in self.people.all()]

    def recognises(self, seed: int) -> str | None:
        rows = self.people.gallery_arrays()
        gallery = Gallery.of(
            MODEL, rows.people, rows.vectors, rows.owners, rows.anchors, rows.anchor_owners, turning_of(rows)
        )
        found = gallery.search(Embedding(template(seed).embedding.vector, MODEL), 1)
        return found[0].person.name if found and found[0].similarity > 0.99 else None


@contextmanager
def kiosk(path: Path) -> Iterator[Kiosk]:
    made = Kiosk(path)
    try:
        yield made
    finally:
        made.database.close()


@pytest.fixture
def fleet(shared: ServerDatabase) -> FleetServer:
    return FleetServer(shared, SteppingClock())


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Kiosk]:
    with kiosk(tmp_path / "door" / "facelatch.sqlite3") as made:
        yield made


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Kiosk]:
    with kiosk(tmp_path / "gate" / "facelatch.sqlite3") as made:
        yield made


def test_an_erasure_reaches_a_kiosk_that_was_disconnected(
    shared: ServerDatabase, fleet: FleetServer, door: Kiosk, gate: Kiosk
) -> None:
    people = Repositories(shared)
    ada = people.add("Ada", [template(1)], groups=("Lab",), badge="1815")
    people.add("Ben", [template(2)])
    for each in (door, gate):
        each.replica.pull(fleet)
        assert each.people.all() == people.all()
        assert each.recognises(1) == "Ada"
    people.delete(ada.id)
    people.add("Carl", [template(3)])
    door.replica.pull(fleet)  # the gate is cut off
    assert (door.recognises(1), gate.recognises(1)) == (None, "Ada")
    gate.replica.pull(fleet)
    assert gate.recognises(1) is None
    assert door.people.all() == gate.people.all() == people.all()
    assert gate.replica.revision == door.replica.revision == people.revision()


def test_all_data_of_a_person_are_replicated_and_removals_too(
    shared: ServerDatabase, fleet: FleetServer, door: Kiosk
) -> None:
    people = Repositories(shared)
    ada = people.add("Ada", [template(1), template(2)], groups=("Lab", "Staff"), note="by the side door")
    anchor = NegativeTemplateRepository(shared, SteppingClock()).add(ada.id, template(9).embedding, SHA, 0.6)
    door.replica.pull(fleet)
    owner = PinOwner(PinRole.PERSON, ada.id)
    PinRepository(shared, SteppingClock()).set(owner, "97316482")
    door.replica.pull(fleet)
    assert PinRepository(door.database, SteppingClock()).matches(owner, "97316482")
    PinRepository(shared, SteppingClock()).remove(owner)
    door.replica.pull(fleet)
    assert not PinRepository(door.database, SteppingClock()).has(owner)
    assert NegativeTemplateRepository(door.database, SteppingClock()).of(ada.id) == [anchor]
    first, second = people.templates_of(ada.id)
    for here, there in zip(door.people.templates_of(ada.id), (first, second), strict=True):
        assert (here.id, here.quality, here.source, here.created_at) == (
            there.id,
            there.quality,
            there.source,
            there.created_at,
        )
        np.testing.assert_allclose(here.embedding.vector, there.embedding.vector, atol=1e-6)
    people.retire(first.id)
    NegativeTemplateRepository(shared, SteppingClock()).remove(anchor.id)
    people.change(ada.id, groups=("Staff",), active=False)
    door.replica.pull(fleet)
    assert door.people.all() == people.all()
    assert door.people.templates_of(ada.id)[0].retired_at is not None
    assert NegativeTemplateRepository(door.database, SteppingClock()).of(ada.id) == []


def test_names_that_were_exchanged_arrive(shared: ServerDatabase, fleet: FleetServer, door: Kiosk) -> None:
    people = Repositories(shared)
    ada, ben = people.add("Ada", [], badge="1"), people.add("Ben", [], badge="2")
    door.replica.pull(fleet)
    people.change(ada.id, name="Carl", badge=None)
    people.change(ben.id, name="Ada", badge="1")
    people.change(ada.id, name="Ben", badge="2")
    door.replica.pull(fleet)
    assert door.people.all() == people.all()


def test_a_merged_person_is_removed(shared: ServerDatabase, fleet: FleetServer, door: Kiosk) -> None:
    people = Repositories(shared)
    ada, double = people.add("Ada", [template(1)]), people.add("Ada L.", [template(2)])
    door.replica.pull(fleet)
    people.merge(ada.id, double.id)
    door.replica.pull(fleet)
    assert door.people.all() == people.all()
    assert [one.templates for one in door.people.all()] == [2]


def test_an_unknown_revision_compares_all_people(shared: ServerDatabase, fleet: FleetServer, door: Kiosk) -> None:
    from sqlalchemy import text

    people = Repositories(shared)
    ada = people.add("Ada", [template(1)])
    people.add("Ben", [template(2)])
    door.replica.pull(fleet)
    people.delete(ada.id)
    with shared.writing() as session:
        session.execute(text("DELETE FROM departures"))
        session.execute(text("UPDATE gallery_revision SET revision = revision + 1, floor = revision + 1"))
    door.replica.pull(fleet)
    assert door.names() == ["Ben"]


def test_each_event_is_stored_once_when_sending_is_repeated(
    shared: ServerDatabase, fleet: FleetServer, door: Kiosk, gate: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    Repositories(shared).delete(Repositories(shared).add("Ada", [template(1)]).id)
    for each in (door, gate):
        each.people.add("Test", [])
    events = len(door.replica.unsent_events())
    taken = fleet.receive_events

    def lost_answer(kiosk: str, sent: object) -> None:
        taken(kiosk, sent)  # type: ignore[arg-type]
        raise StoreUnreachable(path="server")

    monkeypatch.setattr(fleet, "receive_events", lost_answer)
    with pytest.raises(StoreUnreachable):
        door.replica.push(fleet)
    monkeypatch.undo()
    assert door.replica.push(fleet) == events
    assert door.replica.push(fleet) == 0
    gate.replica.push(fleet)
    with shared.reading() as session:
        kept = session.execute(select(FleetEventRow.kiosk, FleetEventRow.event_id)).all()
    assert len(kept) == len(set(kept)) == 2 * events
    assert {kiosk for kiosk, _ in kept} == {door.replica.kiosk, gate.replica.kiosk}


def test_a_database_with_people_of_its_own_does_not_become_a_copy(tmp_path: Path) -> None:
    with Database.open(tmp_path / "facelatch.sqlite3") as database:
        Repositories(database).add("Ada", [])
        with pytest.raises(InvalidChange, match="has its own people"):
            Replica(database, SteppingClock()).join()


def test_the_gallery_of_a_kiosk_follows_as_it_does_any_change(
    shared: ServerDatabase, fleet: FleetServer, door: Kiosk
) -> None:
    galleries = GalleryRepository(door.database, MODEL, SHA)
    with galleries.snapshot(EPOCH) as read:
        moment = read.version
    ada = Repositories(shared).add("Ada", [template(1)])
    door.replica.pull(fleet)
    changes = galleries.changes(moment, EPOCH)
    assert changes is not None
    assert [person.id for person in changes.people] == [ada.id]
