import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import days


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/St_Johns", "Europe/Berlin", "Pacific/Kiritimati"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "day", [days.FIRST_DAY, date(2026, 3, 29), date(2026, 10, 25), date(2024, 2, 29), days.LAST_DAY]
)
def test_a_day_comes_back_from_its_moments(zone: str, day: date) -> None:
    assert days.day_of(days.first_moment(day)) == day
    assert days.last_day(days.end_of(day)) == day
    assert days.first_moment(day).tzinfo is UTC
    assert timedelta(hours=22) < days.end_of(day) - days.first_moment(day) < timedelta(hours=26)


def test_a_moment_within_a_day_is_of_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert days.day_of(noon) == days.last_day(noon) == date(2026, 5, 4)
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("day", [date(1969, 12, 31), date(3000, 1, 1), date.min, date.max])
def test_days_out_of_reach_are_refused(day: date) -> None:
    for function in (days.first_moment, days.end_of):
        with pytest.raises(ValueError, match="not a day that can be chosen"):
            function(day)


@given(st.dates(days.FIRST_DAY, days.LAST_DAY))
def test_one_day_ends_where_the_next_begins(day: date) -> None:
    if day < days.LAST_DAY:
        assert days.end_of(day) == days.first_moment(day + timedelta(days=1))
