from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.core.errors import BadgeTaken, InvalidChange, InvalidName, UnknownPerson
from app.core.people import Consent, Person, PersonChanges
from app.store.people.profile import MAX_BADGE_LENGTH, MAX_NOTE_LENGTH, clean_badge
from tests.unit.store.builders import EPOCH, Repositories

DAY = timedelta(days=1)


@pytest.fixture
def ada(people: Repositories) -> Person:
    return people.add("Ada", [])


def test_everything_about_a_person_is_kept(people: Repositories, ada: Person) -> None:
    ends = PersonChanges(valid_from=EPOCH, valid_until=EPOCH + DAY, delete_after=EPOCH + 2 * DAY)
    wanted = PersonChanges(badge="1815", note="side door", active=False, groups=("Lab", "Office"), **ends)
    changed = people.change(ada.id, **wanted)
    assert changed == people.get(ada.id)
    assert (changed.badge, changed.note, changed.active) == ("1815", "side door", False)
    assert (changed.valid_from, changed.valid_until, changed.delete_after) == (EPOCH, EPOCH + DAY, EPOCH + 2 * DAY)
    assert changed.groups == ("Lab", "Office")


def test_what_is_not_named_stays(people: Repositories, ada: Person) -> None:
    before = people.change(ada.id, badge="1815", note="side door", valid_until=EPOCH, groups=("Lab",))
    assert people.change(ada.id, active=False) == replace(before, active=False)
    assert people.change(ada.id, active=True) == before


def test_what_is_none_is_taken_away(people: Repositories, ada: Person) -> None:
    people.change(ada.id, badge="1815", note="x", valid_from=EPOCH, delete_after=EPOCH, groups=("Lab",))
    cleared = people.change(ada.id, badge=None, note="", valid_from=None, delete_after=None, groups=())
    assert cleared == people.add_templates(ada.id, []) == ada


def test_a_name_and_all_else_are_changed_together_or_not_at_all(people: Repositories, ada: Person) -> None:
    people.add("Ben", [], badge="7")
    with pytest.raises(BadgeTaken, match="Ben"):
        people.change(ada.id, name="Countess", badge="7")
    assert people.get(ada.id) == ada
    assert people.change(ada.id, name="Countess", badge="8").name == "Countess"


def test_a_moment_keeps_its_place_on_the_line_whatever_its_zone(people: Repositories, ada: Person) -> None:
    there = datetime.fromisoformat("2026-01-01T05:30:00+05:30")
    changed = people.change(ada.id, valid_from=there)
    assert changed.valid_from == datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="without a time zone"):
        people.change(ada.id, valid_from=datetime(2026, 1, 1))


@pytest.mark.parametrize("end", [EPOCH, EPOCH - DAY])
def test_a_span_that_is_never_is_refused(people: Repositories, ada: Person, end: datetime) -> None:
    people.change(ada.id, valid_from=EPOCH)
    for changes in (PersonChanges(valid_until=end), PersonChanges(valid_until=end, valid_from=EPOCH)):
        with pytest.raises(InvalidChange, match="never be recognised"):
            people.change(ada.id, **changes)
    assert people.get(ada.id).valid_until is None


@pytest.mark.parametrize(("written", "kept"), [(" 18 15 ", "1815"), ("A-7", "A-7"), ("徽章一", "徽章一")])
def test_a_badge_number_has_one_form(people: Repositories, ada: Person, written: str, kept: str) -> None:
    assert people.change(ada.id, badge=written).badge == kept
    assert people.with_badge(f" {written} ").id == ada.id


@pytest.mark.parametrize("wrong", ["", "  ", "a\u0007b", "x" * (MAX_BADGE_LENGTH + 1), "\ud800"])
def test_what_is_no_badge_number_is_refused_in_words_that_can_be_printed(wrong: str) -> None:
    with pytest.raises(InvalidChange, match="valid badge number") as raised:
        clean_badge(wrong)
    raised.value.message.encode()


def test_a_badge_belongs_to_one_person(people: Repositories, ada: Person) -> None:
    people.change(ada.id, badge="1815")
    ben = people.add("Ben", [])
    with pytest.raises(BadgeTaken, match="Ada"):
        people.change(ben.id, badge="1815")
    with pytest.raises(BadgeTaken, match="Ada"):
        people.add("Carl", [], badge=" 1815")
    assert people.change(ada.id, badge="1815").badge == "1815"
    people.delete(ada.id)
    assert people.change(ben.id, badge="1815").badge == "1815"


def test_two_people_may_have_no_badge(people: Repositories, ada: Person) -> None:
    ben = people.add("Ben", [], badge="")
    assert ben.badge is None
    with pytest.raises(UnknownPerson):
        people.with_badge("1815")


def test_a_note_is_kept_as_it_is_but_not_too_long(people: Repositories, ada: Person) -> None:
    assert people.change(ada.id, note="  two\nlines \n").note == "two\nlines"
    assert people.change(ada.id, note="x" * MAX_NOTE_LENGTH).note == "x" * MAX_NOTE_LENGTH
    with pytest.raises(InvalidChange, match=str(MAX_NOTE_LENGTH + 1)):
        people.change(ada.id, note="x" * (MAX_NOTE_LENGTH + 1))
    assert people.change(ada.id, note="half a \ud83d sign").note == "half a ? sign"


def test_a_group_keeps_the_spelling_it_has_and_is_counted_once(people: Repositories, ada: Person) -> None:
    people.change(ada.id, groups=("Night shift",))
    ben = people.add("Ben", [], groups=("NIGHT  SHIFT", "lab", "Lab"))
    assert ben.groups[-1] == "Night shift"
    assert len(ben.groups) == 2
    assert people.groups() == [ben.groups[0], "Night shift"]


def test_a_group_without_people_is_removed(people: Repositories, ada: Person) -> None:
    people.change(ada.id, groups=("Lab",))
    people.change(ada.id, groups=())
    assert people.groups() == []


def test_a_group_needs_a_name(people: Repositories, ada: Person) -> None:
    people.change(ada.id, groups=("Lab",))
    with pytest.raises(InvalidName):
        people.change(ada.id, groups=("Office", " "))
    assert people.get(ada.id).groups == ("Lab",)


def test_consents_are_kept_one_after_the_other(people: Repositories) -> None:
    first = Consent("The words.", "1", "en", EPOCH)
    second = Consent("新的文字。", "2", "zh_CN", EPOCH + DAY)
    ada = people.add("Ada", [], consent=first)
    people.add_templates(ada.id, [], consent=second)
    assert people.consents_of(ada.id) == [second, first]
    with pytest.raises(UnknownPerson):
        people.consents_of("unknown")
