import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import AlreadyEnrolled, InvalidName, StoreCorrupt, StoreError, StoreLocked, UnknownPerson
from app.core.people import Person
from app.store.database.sqlite import Database
from app.store.people.audited_transactions import AuditedTransactions
from app.store.people.names import clean_name
from tests.unit.store.builders import (
    MODEL,
    ONE_TEMPLATE,
    Repositories,
    SteppingClock,
    contents,
    explains,
    plain,
    template,
    unit,
)


def names(people: Repositories) -> list[str]:
    return [person.name for person in people.all()]


def damage(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(sql)
        connection.commit()


def test_a_person_is_enrolled_with_templates(people: Repositories) -> None:
    ada = people.add("  Ada ", [template(1), template(2, model="other", size=4)])
    assert (ada.name, ada.templates) == ("Ada", 2)
    assert ada.created_at.tzinfo is not None
    assert people.get(ada.id) == people.find("ADA") == people.find(ada.id) == ada
    first, second = people.templates_of(ada.id)
    assert {first.embedding.model, second.embedding.model} == {MODEL, "other"}
    own = first if first.embedding.model == MODEL else second
    np.testing.assert_allclose(own.embedding.vector, unit(1), atol=1e-6)
    assert (own.person_id, own.quality, own.source) == (ada.id, 0.75, "1.jpg")
    assert own.created_at == ada.created_at


def test_a_person_may_have_no_template(people: Repositories) -> None:
    ada = people.add("Ada", [])
    assert people.all() == [ada]
    assert people.templates_of(ada.id) == []
    assert people.gallery_arrays().people == ()


@pytest.mark.parametrize("taken", ["Ada", "ADA", " a\u0064a  "])
def test_a_name_is_given_once(people: Repositories, taken: str) -> None:
    people.add("Ada", [template(1)])
    before = people.revision()
    with pytest.raises(AlreadyEnrolled, match="“Ada”"):
        people.add(taken, [template(2)])
    assert [person.templates for person in people.all()] == [1]
    assert people.revision() == before


def test_a_name_that_cannot_be_stored_is_refused(people: Repositories) -> None:
    ada = people.add("Ada", [])
    with pytest.raises(InvalidName):
        people.add("\u202eadA", [])
    with pytest.raises(InvalidName):
        people.rename(ada.id, "")
    assert names(people) == ["Ada"]


def test_templates_are_added_later(people: Repositories) -> None:
    ada = people.add("Ada", [template(1)])
    assert people.add_templates(ada.id, [template(2), template(3)]).templates == 3
    assert people.templates_of(ada.id)[0].source == "1.jpg"


def test_templates_of_one_model_have_one_size(people: Repositories) -> None:
    ada = people.add("Ada", [template(1)])
    with pytest.raises(ValueError, match="differ in size"):
        people.add_templates(ada.id, [template(2, size=4)])
    with pytest.raises(ValueError, match="differ in size"):
        people.add("Ben", [template(1, model="new"), template(2, model="new", size=4)])
    assert [(person.name, person.templates) for person in people.all()] == [("Ada", 1)]
    people.add_templates(ada.id, [template(2, sha256="cd" * 32, size=4)])


def test_a_person_is_renamed(people: Repositories) -> None:
    ada = people.add("Ada", [template(1)])
    people.add("Ben", [])
    renamed = people.rename(ada.id, "Grace")
    assert renamed == Person(ada.id, "Grace", ada.created_at, 1)
    assert people.rename(ada.id, "GRACE").name == "GRACE"
    with pytest.raises(AlreadyEnrolled, match="Ben"):
        people.rename(ada.id, "ben")
    assert names(people) == ["Ben", "GRACE"]
    people.add("Ada", [])


def test_a_person_is_deleted_with_their_templates(people: Repositories, database: Database) -> None:
    ada, ben = people.add("Ada", [template(1)]), people.add("Ben", [template(2)])
    people.delete(ada.id)
    assert people.all() == [ben]
    with database.connection() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM templates").scalar_one() == 1
    with pytest.raises(UnknownPerson):
        people.delete(ada.id)


def test_nothing_of_the_deleted_is_left_in_the_files(people: Repositories, path: Path) -> None:
    ada = people.add("Ada Augusta Byron", [template(seed, size=512) for seed in range(20)])
    people.add("Ben", [template(99, size=512)])
    with closing(sqlite3.connect(path)) as connection:
        of_ada = "SELECT vector, source FROM templates WHERE person_id = ?"
        traces = [bytes(sealed) for row in connection.execute(of_ada, (ada.id,)) for sealed in row]
    assert any(traces[0][-64:] in data for data in contents(path.parent).values())
    people.rename(ada.id, "Another Name")
    people.delete(ada.id)
    for name, data in contents(path.parent).items():
        assert not any(trace[-64:] in data for trace in traces), name


def test_a_deletion_stands_where_the_log_cannot_be_emptied(
    people: Repositories, database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse() -> bool:
        raise StoreLocked(path=database.path)

    ada = people.add("Ada", [])
    monkeypatch.setattr(database, "checkpoint", refuse)
    assert not people.delete(ada.id)
    assert people.all() == []
    assert "is not yet truncated" in caplog.text


@pytest.mark.parametrize("unknown", ["Unknown", "", "\ud800", "x" * 500, "\n", "0" * 32, "a\x00b"])
def test_an_unknown_person_is_reported(people: Repositories, unknown: str) -> None:
    for ask in (people.get, people.find, people.delete, people.templates_of):
        with pytest.raises(UnknownPerson, match="is enrolled") as raised:
            ask(unknown)
        raised.value.message.encode()
    with pytest.raises(UnknownPerson):
        people.rename(unknown, "Ada")
    with pytest.raises(UnknownPerson):
        people.add_templates(unknown, [template(1)])
    assert people.revision() == 0


def test_an_id_comes_before_a_name(people: Repositories) -> None:
    ada = people.add("Ada", [])
    impostor = people.add(ada.id, [])
    assert people.find(ada.id) == ada
    assert people.find(ada.id.upper()) == impostor


def test_people_are_listed_by_name(people: Repositories) -> None:
    for name in ("carl", "Ben", "Ädam", "ada"):
        people.add(name, [])
    assert names(people) == ["ada", "Ben", "carl", "Ädam"]


def test_the_gallery_has_the_templates_of_one_model(people: Repositories) -> None:
    carl, ada = people.add("Carl", [template(1), template(2)]), people.add("Ada", [template(3)])
    people.add("Ben", [template(4, model="other"), template(5, sha256="cd" * 32)])
    people.add_templates(carl.id, [template(6)])
    ada = people.add_templates(ada.id, [template(7, model="other")])
    rows = people.gallery_arrays()
    revision, enrolled, matrix, owners = rows.revision, rows.people, rows.vectors, rows.owners
    assert revision == people.revision() == 5
    assert enrolled == (ada, people.get(carl.id))
    assert owners.tolist() == [0, 1, 1, 1]
    assert owners.dtype == np.int64
    assert matrix.dtype == np.float32
    by_first = sorted(plain(rows)[1:].tolist())
    np.testing.assert_allclose(by_first, sorted(unit(seed).tolist() for seed in (1, 2, 6)), atol=1e-6)
    np.testing.assert_allclose(plain(rows)[0], unit(3), atol=1e-6)


def test_an_empty_gallery_has_no_rows(people: Repositories) -> None:
    rows = people.gallery_arrays()
    revision, enrolled, matrix, owners = rows.revision, rows.people, rows.vectors, rows.owners
    assert (revision, enrolled, matrix.shape, owners.shape) == (0, (), (0, 0), (0,))


def test_every_change_raises_the_revision(people: Repositories) -> None:
    assert people.revision() == 0
    ada = people.add("Ada", [])
    people.add_templates(ada.id, [template(1)])
    people.rename(ada.id, "Grace")
    people.delete(ada.id)
    assert people.revision() == 4


@pytest.mark.parametrize(
    "sql",
    [
        f"UPDATE templates SET vector = x'0000803f' WHERE {ONE_TEMPLATE}",
        f"UPDATE templates SET vector = x'00008000' || x'00' WHERE {ONE_TEMPLATE}",
        f"UPDATE templates SET vector = x'' WHERE {ONE_TEMPLATE}",
        f"UPDATE templates SET vector = zeroblob(64) WHERE {ONE_TEMPLATE}",
        f"UPDATE templates SET vector = 'a text of the same length, or so' WHERE {ONE_TEMPLATE}",
        f"UPDATE templates SET rotation = rotation + 1 WHERE {ONE_TEMPLATE}",
        "UPDATE people SET personal = CAST(x'ff' AS TEXT)",
        "UPDATE people SET personal = zeroblob(64)",
    ],
)
def test_a_damaged_row_is_a_damaged_database(people: Repositories, path: Path, sql: str) -> None:
    people.add("Ada", [template(1), template(2)])
    damage(path, sql)
    with pytest.raises(StoreCorrupt) as raised:
        people.gallery_arrays()
    assert explains(raised.value, path)


def test_a_damaged_template_cannot_be_listed(people: Repositories, path: Path) -> None:
    ada = people.add("Ada", [template(1)])
    damage(path, "UPDATE templates SET vector = zeroblob(32)")
    with pytest.raises(StoreCorrupt):
        people.templates_of(ada.id)
    assert people.all() == [ada]


def test_two_programs_see_the_same_people(people: Repositories, path: Path) -> None:
    ada = people.add("Ada", [template(1)])
    with Database.open(path) as other:
        elsewhere = Repositories(other)
        assert elsewhere.all() == [ada]
        seen = elsewhere.revision()
        people.rename(ada.id, "Grace")
        assert elsewhere.revision() > seen
        assert names(elsewhere) == ["Grace"]


def test_who_cannot_write_has_changed_nothing(people: Repositories, path: Path) -> None:
    ada = people.add("Ada", [template(1)])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for change in (
            lambda: people.add("Ben", []),
            lambda: people.rename(ada.id, "Grace"),
            lambda: people.delete(ada.id),
        ):
            with pytest.raises(StoreLocked) as raised:
                change()
            assert explains(raised.value, path)
        assert people.all() == [ada]
        other.execute("ROLLBACK")
    people.add("Ben", [])


def test_a_store_error_leaves_the_revision(people: Repositories, database: Database) -> None:
    with pytest.raises(StoreError), AuditedTransactions(database, SteppingClock(), "test").begin():
        raise StoreError("no")
    assert people.revision() == 0


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), max_size=30))
def test_every_name_that_is_accepted_comes_back(people: Repositories, text: str) -> None:
    try:
        name = clean_name(text)
    except InvalidName:
        return
    person = people.add(text, [])
    assert person.name == people.find(text).name == name
    people.delete(person.id)
