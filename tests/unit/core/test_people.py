from datetime import UTC, datetime, timedelta

import pytest

from app.core.people import Person, join_groups, split_groups

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER, BEFORE = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)


def person(**known: object) -> Person:
    return Person("1", "Ada", NOW, 3, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "valid"),
    [
        ({}, True),
        ({"active": False}, False),
        ({"valid_from": NOW}, True),
        ({"valid_from": LATER}, False),
        ({"valid_until": LATER}, True),
        ({"valid_until": NOW}, False),
        ({"delete_after": LATER}, True),
        ({"delete_after": NOW}, False),
        ({"valid_from": BEFORE, "valid_until": LATER, "delete_after": LATER}, True),
        ({"valid_from": BEFORE, "valid_until": LATER, "active": False}, False),
    ],
)
def test_validity_at_a_moment(known: dict[str, object], valid: bool) -> None:
    assert person(**known).is_valid_at(NOW) is valid


def test_validity_changes_are_the_known_moments() -> None:
    assert person().validity_changes == ()
    assert person(valid_until=LATER, valid_from=BEFORE).validity_changes == (BEFORE, LATER)
    assert person(delete_after=LATER).validity_changes == (LATER,)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        (" ,; ", ()),
        ("Workshop", ("Workshop",)),
        ("Workshop, Night shift; Office", ("Workshop", "Night shift", "Office")),
        ("车间，夜班、办公室；门卫", ("车间", "夜班", "办公室", "门卫")),
        ("a|b\nc,,", ("a", "b", "c")),
    ],
)
def test_groups_split_at_every_separator(text: str, names: tuple[str, ...]) -> None:
    assert split_groups(text) == names
    assert split_groups(join_groups(names)) == names
