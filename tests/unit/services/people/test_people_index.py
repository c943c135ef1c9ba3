from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.people import Person
from app.services.people.people_index import (
    PeopleFilter,
    PeopleOrder,
    PersonEntry,
    Standing,
    TemplateCoverage,
    build_people_index,
    sort_entries,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def person(name: str, **known: object) -> Person:
    return replace(Person(name, name, NOW, 5), **known)  # type: ignore[arg-type]


PEOPLE = [
    person("Émile Zola", badge="100", groups=("Lab",), note="wears glasses"),
    person("Ada", badge="20", groups=("Office", "Night shift"), created_at=NOW + HOUR),
    person("Ben_Z", badge="A7", active=False),
    person("carl", valid_from=NOW + HOUR),
    person("Dora 100%", valid_until=NOW),
]
USABLE = {"Émile Zola": 5, "Ada": 2, "Ben_Z": 3, "carl": 1}
INDEX = build_people_index(7, PEOPLE, USABLE, NOW)


def found(**chosen: object) -> list[str]:
    return [entry.person.name for entry in PeopleFilter(**chosen).select(INDEX.entries)]  # type: ignore[arg-type]


def sorted_by(order: PeopleOrder, *, descending: bool = False) -> list[str]:
    return [entry.person.name for entry in sort_entries(INDEX.entries, order, descending=descending)]


def test_the_index_has_groups_and_an_end_of_validity() -> None:
    assert INDEX.revision == 7
    assert INDEX.groups == ("Lab", "Night shift", "Office")
    assert INDEX.until == NOW + HOUR
    assert build_people_index(1, [], {}, NOW).until is None


def test_standing_and_coverage() -> None:
    assert [(entry.standing, entry.coverage) for entry in INDEX.entries] == [
        (Standing.ACTIVE, None),
        (Standing.ACTIVE, TemplateCoverage.FEW),
        (Standing.INACTIVE, None),
        (Standing.NOT_YET, TemplateCoverage.FEW),
        (Standing.EXPIRED, TemplateCoverage.NONE),
    ]


def test_a_person_past_the_erasure_date_has_expired() -> None:
    (entry,) = build_people_index(1, [person("Ada", delete_after=NOW)], {}, NOW).entries
    assert entry.standing is Standing.EXPIRED


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("", [entry.person.name for entry in INDEX.entries]),
        ("  ", [entry.person.name for entry in INDEX.entries]),
        ("É", ["Émile Zola"]),
        ("E\u0301mile", ["Émile Zola"]),
        ("ZOLA émile", ["Émile Zola"]),
        ("100", ["Émile Zola", "Dora 100%"]),
        ("%", ["Dora 100%"]),
        ("_", ["Ben_Z"]),
        ("night office", ["Ada"]),
        ("glasses", ["Émile Zola"]),
        ("glasses ada", []),
        ("/", []),
        ("\ud800", []),
        ("x" * 100_000, []),
    ],
)
def test_search_covers_name_badge_groups_and_note(search: str, names: list[str]) -> None:
    assert found(search=search) == names


def test_filter_conditions_are_combined() -> None:
    assert found(group="lab") == ["Émile Zola"]
    assert found(group="Missing group") == []
    assert found(standing=Standing.ACTIVE) == ["Émile Zola", "Ada"]
    assert found(coverage=TemplateCoverage.FEW) == ["Ada", "carl"]
    assert found(coverage=TemplateCoverage.NONE) == ["Dora 100%"]
    assert found(standing=Standing.ACTIVE, coverage=TemplateCoverage.FEW, search="a") == ["Ada"]


@pytest.mark.parametrize(
    "chosen", [{"search": "a"}, {"group": "a"}, {"standing": Standing.ACTIVE}, {"coverage": TemplateCoverage.FEW}]
)
def test_a_filter_reports_whether_it_sets_a_condition(chosen: dict[str, object]) -> None:
    assert PeopleFilter(**chosen).is_set  # type: ignore[arg-type]
    assert not PeopleFilter(search=" ").is_set


def test_sort_by_each_key() -> None:
    assert sorted_by(PeopleOrder.NAME) == ["Ada", "Ben_Z", "carl", "Dora 100%", "Émile Zola"]
    assert sorted_by(PeopleOrder.NAME, descending=True) == ["Émile Zola", "Dora 100%", "carl", "Ben_Z", "Ada"]
    assert sorted_by(PeopleOrder.STANDING)[:2] == ["Ada", "Émile Zola"]
    assert sorted_by(PeopleOrder.TEMPLATES) == ["Dora 100%", "carl", "Ada", "Ben_Z", "Émile Zola"]
    assert sorted_by(PeopleOrder.ENROLLED, descending=True)[0] == "Ada"


def test_badges_sort_by_value_with_missing_ones_last_in_both_directions() -> None:
    assert sorted_by(PeopleOrder.BADGE) == ["Ada", "Émile Zola", "Ben_Z", "carl", "Dora 100%"]
    assert sorted_by(PeopleOrder.BADGE, descending=True) == ["Ben_Z", "Émile Zola", "Ada", "carl", "Dora 100%"]
    assert sorted_by(PeopleOrder.GROUPS) == ["Émile Zola", "Ada", "Ben_Z", "carl", "Dora 100%"]
    assert sorted_by(PeopleOrder.GROUPS, descending=True) == ["Ada", "Émile Zola", "Ben_Z", "carl", "Dora 100%"]


@given(st.permutations(INDEX.entries), st.sampled_from(list(PeopleOrder)), st.booleans())
def test_sorting_does_not_depend_on_the_input_order(
    entries: list[PersonEntry], order: PeopleOrder, descending: bool
) -> None:
    assert [entry.person.name for entry in sort_entries(entries, order, descending=descending)] == sorted_by(
        order, descending=descending
    )
