"""Enrolling many people stores the same as enrolling each of them."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.audit import AuditKind, AuditQuery
from app.core.errors import AlreadyEnrolled, InvalidName
from app.core.faces import Pose
from app.core.people import Person
from app.store.audit.log import AuditLog
from app.store.database.sqlite import Database
from app.store.people import enrolment
from app.store.people.vectors import NewTemplate
from tests.unit.store.builders import Repositories, SteppingClock, template, unit

NAMES = ["Ada", "Ben", "王小明", "Dora", "Emmy"]


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrolment, "_BATCH_PEOPLE", 2)


def pictured(seed: int) -> NewTemplate:
    return replace(template(seed), thumbnail=b"jpeg %d" % seed, pose=Pose(1.0, 2.0, 3.0))


def test_many_are_stored_with_all_that_is_theirs(people: Repositories, database: Database) -> None:
    given = [[pictured(1), template(2), template(3, model="other", size=4)], [], [pictured(4)], [template(5)], []]
    ids = people.add_all(zip(NAMES, given, strict=True))
    stored = {person.id: person for person in people.all()}
    assert [stored[id_].name for id_ in ids] == NAMES
    assert [stored[id_].templates for id_ in ids] == [3, 0, 1, 1, 0]
    by_source = {one.source: one for one in people.templates_of(ids[0])}
    for seed, size in ((1, 8), (2, 8), (3, 4)):
        np.testing.assert_allclose(by_source[f"{seed}.jpg"].embedding.vector, unit(seed, size), atol=1e-6)
    assert (by_source["1.jpg"].pose, by_source["2.jpg"].pose) == (Pose(1.0, 2.0, 3.0), None)
    assert people.templates.thumbnail(by_source["1.jpg"].id) == b"jpeg 1"
    log = AuditLog(database, SteppingClock())
    events = log.events(AuditQuery(kinds=frozenset({AuditKind.PERSON_ENROLLED})))
    assert [event.entry.subject for event in reversed(events)] == ids
    assert [event.entry.details["templates"] for event in reversed(events)] == [3, 0, 1, 1, 0]
    assert log.verify().broken is None


@pytest.mark.parametrize("twin", ["ADA", "Ben"])
def test_of_two_with_one_name_neither_is_stored(people: Repositories, twin: str) -> None:
    ben = people.add("Ben", [])
    revision = people.revision()
    for names in (["Ada", twin, "Dora"], ["Ada", "Dora", "Emmy", twin]):
        with pytest.raises(AlreadyEnrolled, match="Ben" if twin == "Ben" else "Ada"):
            people.add_all((name, [template(1)]) for name in names)
    assert people.all() == [ben]
    assert people.revision() == revision


def test_a_name_that_cannot_be_stored_keeps_all_out(people: Repositories) -> None:
    with pytest.raises(InvalidName):
        people.add_all([("Ada", []), ("Ben", []), ("\u202eadA", [])])
    assert people.all() == []


def test_an_unknown_name_or_id_is_refused(people: Repositories) -> None:
    no_people: list[tuple[str, list[NewTemplate]]] = []
    assert people.add_all(no_people) == []
    assert people.all() == []


def test_who_came_with_many_is_as_who_came_alone(people: Repositories) -> None:
    alone = people.add("Ada", [template(1)])
    (id_,) = people.add_all([("Ben", [template(2)])])
    assert people.get(id_) == Person(id_, "Ben", people.get(id_).created_at, 1)
    rows = people.gallery_arrays()
    assert {person.id for person in rows.people} == {alone.id, id_}
