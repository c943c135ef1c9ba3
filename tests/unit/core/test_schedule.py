"""A door keeps its week, in its own time zone, over midnight and through changes of the clock."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from app.core.calendar import OpeningHours, Schedule

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
def test_it_is_open_in_the_hours_of_its_weekdays_and_not_on_holidays(moment: str, is_open: bool) -> None:
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
def test_a_span_over_midnight_belongs_to_the_day_it_begins_on(moment: str, is_open: bool) -> None:
    assert NIGHT.is_open(berlin(moment)) is is_open


def test_a_whole_day_is_from_midnight_to_midnight() -> None:
    assert ALL_DAY.is_open(berlin("2026-11-22T00:00:00"))
    assert ALL_DAY.is_open(berlin("2026-11-22T23:59:59"))
    assert not ALL_DAY.is_open(berlin("2026-11-23T00:00:00"))


def test_the_time_is_that_of_the_zone_in_summer_and_in_winter() -> None:
    assert OFFICE.is_open(datetime(2026, 7, 1, 5, 0, tzinfo=UTC))
    assert not OFFICE.is_open(datetime(2026, 12, 1, 5, 59, tzinfo=UTC))


def test_without_a_week_it_is_always_open_but_on_holidays() -> None:
    assert Schedule(BERLIN).is_open(berlin("2026-11-22T03:00:00"))
    shut = Schedule(BERLIN, (), frozenset({date(2026, 1, 1)}))
    assert not shut.is_open(berlin("2026-01-01T00:00:00"))
    assert not shut.is_open(berlin("2026-01-01T23:59:59"))
    assert shut.is_open(berlin("2026-01-02T00:00:00"))
