import pytest

from app.core.errors import AlreadyEnrolled, UnknownPerson
from app.store.database.sqlite import Database
from app.store.people.queries import (
    decrypt_personal,
    ensure_names_free,
    ensure_vector_sizes,
    has_name_key,
    load_person,
    person_row,
    search_key,
    select_person,
)
from app.store.people.repository import PeopleRepository
from tests.unit.store.builders import template


def test_a_key_is_found_for_names_only() -> None:
    assert search_key(" Ada ") == "ada"
    with pytest.raises(UnknownPerson, match=r"ud800"):
        search_key("\ud800")


def test_people_are_found_by_id_or_condition(people: PeopleRepository, database: Database) -> None:
    ada = people.add("Ada", [template(1)])
    with database.reading() as session:
        assert decrypt_personal(session, person_row(session, ada.id)).name == "Ada"
        assert load_person(session, ada.id) == ada
        assert select_person(session, has_name_key(session, "ada"), "Ada") == ada
        with pytest.raises(UnknownPerson, match="Ben"):
            select_person(session, has_name_key(session, "ben"), "Ben")
        with pytest.raises(UnknownPerson, match="é"):
            person_row(session, "é")


def test_a_taken_name_is_refused_to_others(people: PeopleRepository, database: Database) -> None:
    ada = people.add("Ada", [])
    with database.reading() as session:
        ensure_names_free(session, "ben")
        ensure_names_free(session, "ada", except_id=ada.id)
        with pytest.raises(AlreadyEnrolled):
            ensure_names_free(session, "ada")


def test_sizes_are_compared_within_a_model_and_with_the_stored(people: PeopleRepository, database: Database) -> None:
    people.add("Ada", [template(1, size=8)])
    with database.reading() as session:
        ensure_vector_sizes(session, [template(1, size=8), template(1, model="other", size=4)])
        with pytest.raises(ValueError, match="differ in size"):
            ensure_vector_sizes(session, [template(1, size=4)])
