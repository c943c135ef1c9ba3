import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import calendar


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/St_Johns", "Europe/Berlin", "Pacific/Kiritimati"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "day", [calendar.FIRST_DAY, date(2026, 3, 29), date(2026, 10, 25), date(2024, 2, 29), calendar.LAST_DAY]
)
def test_a_day_comes_back_from_its_moments(zone: str, day: date) -> None:
    assert calendar.local_day(calendar.start_of_day(day)) == day
    assert calendar.last_valid_day(calendar.end_of_day(day)) == day
    assert calendar.start_of_day(day).tzinfo is UTC
    assert timedelta(hours=22) < calendar.end_of_day(day) - calendar.start_of_day(day) < timedelta(hours=26)


def test_a_moment_within_a_day_is_of_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert calendar.local_day(noon) == calendar.last_valid_day(noon) == date(2026, 5, 4)
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("day", [date(1969, 12, 31), date(3000, 1, 1), date.min, date.max])
def test_days_out_of_reach_are_refused(day: date) -> None:
    for function in (calendar.start_of_day, calendar.end_of_day):
        with pytest.raises(ValueError, match="not a day that can be chosen"):
            function(day)


@given(st.dates(calendar.FIRST_DAY, calendar.LAST_DAY))
def test_one_day_ends_where_the_next_begins(day: date) -> None:
    if day < calendar.LAST_DAY:
        assert calendar.end_of_day(day) == calendar.start_of_day(day + timedelta(days=1))
