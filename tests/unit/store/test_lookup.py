import pytest

from app.core.errors import AlreadyEnrolled, UnknownPerson
from app.store.database import Database
from app.store.lookup import is_named, key_of, load, only, personal_of, refuse_other_sizes, refuse_taken, row_of
from app.store.people import PeopleRepository
from tests.unit.store.helpers import template


def test_a_key_is_found_for_names_only() -> None:
    assert key_of(" Ada ") == "ada"
    with pytest.raises(UnknownPerson, match=r"ud800"):
        key_of("\ud800")


def test_people_are_found_by_id_or_condition(people: PeopleRepository, database: Database) -> None:
    ada = people.add("Ada", [template(1)])
    with database.reading() as session:
        assert personal_of(session, row_of(session, ada.id)).name == "Ada"
        assert load(session, ada.id) == ada
        assert only(session, is_named(session, "ada"), "Ada") == ada
        with pytest.raises(UnknownPerson, match="Ben"):
            only(session, is_named(session, "ben"), "Ben")
        with pytest.raises(UnknownPerson, match="é"):
            row_of(session, "é")


def test_a_taken_name_is_refused_to_others(people: PeopleRepository, database: Database) -> None:
    ada = people.add("Ada", [])
    with database.reading() as session:
        refuse_taken(session, "ben")
        refuse_taken(session, "ada", but=ada.id)
        with pytest.raises(AlreadyEnrolled):
            refuse_taken(session, "ada")


def test_sizes_are_compared_within_a_model_and_with_the_stored(people: PeopleRepository, database: Database) -> None:
    people.add("Ada", [template(1, size=8)])
    with database.reading() as session:
        refuse_other_sizes(session, [template(1, size=8), template(1, model="other", size=4)])
        with pytest.raises(ValueError, match="differ in size"):
            refuse_other_sizes(session, [template(1, size=4)])
