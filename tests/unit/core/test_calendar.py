"""Local days and opening hours, in several time zones and across changes of the clock."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from time import tzset
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.calendar import (
    FIRST_DAY,
    LAST_DAY,
    OpeningHours,
    Schedule,
    end_of_day,
    last_valid_day,
    local_day,
    start_of_day,
)

BERLIN = ZoneInfo("Europe/Berlin")
WEEKDAYS = frozenset(range(5))
OFFICE = Schedule(BERLIN, (OpeningHours(WEEKDAYS, time(7), time(19)),), frozenset({date(2026, 12, 25)}))
NIGHT = Schedule(BERLIN, (OpeningHours(frozenset({4}), time(22), time(6)),))
ALL_DAY = Schedule(BERLIN, (OpeningHours(frozenset({6}), time(0), time(0)),))


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23T06:59:59", False),
        ("2026-11-23T07:00:00", True),
        ("2026-11-23T18:59:59", True),
        ("2026-11-23T19:00:00", False),
        ("2026-11-22T12:00:00", False),
        ("2026-12-25T12:00:00", False),
        ("2026-12-24T12:00:00", True),
    ],
)
def test_schedule_is_open_in_its_hours_except_on_holidays(moment: str, is_open: bool) -> None:
    assert OFFICE.is_open(berlin(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-20T21:59:00", False),
        ("2026-11-20T22:00:00", True),
        ("2026-11-21T05:59:00", True),
        ("2026-11-21T06:00:00", False),
        ("2026-11-21T23:00:00", False),
    ],
)
def test_span_across_midnight_belongs_to_its_first_day(moment: str, is_open: bool) -> None:
    assert NIGHT.is_open(berlin(moment)) is is_open


def test_span_from_midnight_to_midnight_is_the_whole_day() -> None:
    assert ALL_DAY.is_open(berlin("2026-11-22T00:00:00"))
    assert ALL_DAY.is_open(berlin("2026-11-22T23:59:59"))
    assert not ALL_DAY.is_open(berlin("2026-11-23T00:00:00"))


def test_hours_follow_daylight_saving_time() -> None:
    assert OFFICE.is_open(datetime(2026, 7, 1, 5, 0, tzinfo=UTC))
    assert not OFFICE.is_open(datetime(2026, 12, 1, 5, 59, tzinfo=UTC))


def test_schedule_without_hours_is_open_except_on_holidays() -> None:
    assert Schedule(BERLIN).is_open(berlin("2026-11-22T03:00:00"))
    shut = Schedule(BERLIN, (), frozenset({date(2026, 1, 1)}))
    assert not shut.is_open(berlin("2026-01-01T00:00:00"))
    assert not shut.is_open(berlin("2026-01-01T23:59:59"))
    assert shut.is_open(berlin("2026-01-02T00:00:00"))


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/St_Johns", "Europe/Berlin", "Pacific/Kiritimati"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    tzset()
    yield request.param
    monkeypatch.undo()
    tzset()


@pytest.mark.parametrize("day", [FIRST_DAY, date(2026, 3, 29), date(2026, 10, 25), date(2024, 2, 29), LAST_DAY])
def test_days_round_trip_through_moments(zone: str, day: date) -> None:
    assert local_day(start_of_day(day)) == day
    assert last_valid_day(end_of_day(day)) == day
    assert start_of_day(day).tzinfo is UTC
    assert timedelta(hours=22) < end_of_day(day) - start_of_day(day) < timedelta(hours=26)


def test_moment_within_a_day_maps_to_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    tzset()
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert local_day(noon) == last_valid_day(noon) == date(2026, 5, 4)
    monkeypatch.undo()
    tzset()


@pytest.mark.parametrize("day", [date(1969, 12, 31), date(3000, 1, 1), date.min, date.max])
def test_days_out_of_range_are_rejected(day: date) -> None:
    for function in (start_of_day, end_of_day):
        with pytest.raises(ValueError, match="day out of range"):
            function(day)


@given(st.dates(FIRST_DAY, LAST_DAY))
def test_end_of_day_is_start_of_the_next(day: date) -> None:
    if day < LAST_DAY:
        assert end_of_day(day) == start_of_day(day + timedelta(days=1))
