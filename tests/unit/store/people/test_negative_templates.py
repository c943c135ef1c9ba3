import numpy as np
import pytest

from app.core.errors import InvalidChange, UnknownPerson
from app.core.faces import Embedding
from app.core.people import Person
from app.store.database.sqlite import Database
from app.store.people.negative_templates import NegativeTemplateRepository
from tests.unit.store.builders import MODEL, SHA, Repositories, SteppingClock, template, unit


@pytest.fixture
def anchors(database: Database) -> NegativeTemplateRepository:
    return NegativeTemplateRepository(database, SteppingClock(), "test")


@pytest.fixture
def ada(people: Repositories) -> Person:
    return people.add("Ada", [template(1)])


def face(seed: int, model: str = MODEL) -> Embedding:
    return Embedding(unit(seed), model)


def test_negative_templates_are_listed_oldest_first(anchors: NegativeTemplateRepository, ada: Person) -> None:
    first = anchors.add(ada.id, face(2), SHA, 0.61)
    second = anchors.add(ada.id, face(3), SHA, 0.55)
    assert anchors.of(ada.id) == [first, second]
    assert (first.person_id, first.model, first.similarity) == (ada.id, MODEL, 0.61)
    assert first.created_at.tzinfo is not None


def test_a_mark_is_found_by_how_its_id_begins(anchors: NegativeTemplateRepository, ada: Person) -> None:
    mark = anchors.add(ada.id, face(2), SHA, 0.6)
    assert anchors.find(mark.id[:8]) == anchors.find(mark.id) == mark
    for sought in ("", "%", "zz", f"{mark.id}0", "\ud800"):
        with pytest.raises(InvalidChange, match="begins with"):
            anchors.find(sought)


def test_a_beginning_that_two_share_is_refused(
    anchors: NegativeTemplateRepository, ada: Person, database: Database
) -> None:
    for id_ in ("abc1", "abc2"):
        mark = anchors.add(ada.id, face(2), SHA, 0.6)
        with database.writing() as session:
            session.connection().exec_driver_sql("UPDATE anchors SET id = ? WHERE id = ?", (id_, mark.id))
    with pytest.raises(InvalidChange, match="More than one"):
        anchors.find("abc")
    assert anchors.find("abc2").id == "abc2"


def test_the_gallery_has_the_negative_templates_of_its_model(
    anchors: NegativeTemplateRepository, ada: Person, people: Repositories
) -> None:
    ben = people.add("Ben", [template(5)])
    anchors.add(ben.id, face(6), SHA, 0.6)
    anchors.add(ada.id, face(2), SHA, 0.6)
    anchors.add(ada.id, face(3, "other"), SHA, 0.6)
    anchors.add(ada.id, face(4), "cd" * 32, 0.6)
    rows = people.gallery_arrays()
    np.testing.assert_allclose(rows.rotation.invert(rows.anchors), np.stack([unit(2), unit(6)]), atol=1e-6)
    assert rows.anchor_owners.tolist() == [0, 1]


def test_negative_templates_of_people_outside_the_gallery_are_omitted(
    anchors: NegativeTemplateRepository, people: Repositories
) -> None:
    carl = people.add("Carl", [])
    anchors.add(carl.id, face(2), SHA, 0.6)
    assert people.gallery_arrays().anchors.shape == (0, 0)


def test_a_negative_template_is_removed(anchors: NegativeTemplateRepository, ada: Person, people: Repositories) -> None:
    mark = anchors.add(ada.id, face(2), SHA, 0.6)
    before = people.revision()
    anchors.remove(mark.id)
    assert anchors.of(ada.id) == []
    assert people.revision() == before + 1
    with pytest.raises(InvalidChange, match="already removed"):
        anchors.remove(mark.id)
    assert people.revision() == before + 1


def test_negative_templates_are_deleted_and_merged_with_the_person(
    anchors: NegativeTemplateRepository, ada: Person, people: Repositories
) -> None:
    ben = people.add("Ben", [])
    mark = anchors.add(ben.id, face(2), SHA, 0.6)
    people.merge(ada.id, ben.id)
    assert [kept.id for kept in anchors.of(ada.id)] == [mark.id]
    people.delete(ada.id)
    with pytest.raises(InvalidChange):
        anchors.find(mark.id)


def test_what_cannot_be_marked(anchors: NegativeTemplateRepository, ada: Person) -> None:
    with pytest.raises(UnknownPerson):
        anchors.add("unknown", face(2), SHA, 0.6)
    with pytest.raises(UnknownPerson):
        anchors.of("unknown")
    with pytest.raises(ValueError, match="unit length"):
        anchors.add(ada.id, Embedding(np.ones(8, np.float32), MODEL), SHA, 0.6)
