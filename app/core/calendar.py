"""Local calendar days, and the weekly opening hours of a door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(2999, 12, 31)
"""The range of selectable days: their midnights are representable in every time zone."""


def start_of_day(day: date) -> datetime:
    """Return the first moment of a day, in UTC.

    Args:
        day: In local time, within `FIRST_DAY` and `LAST_DAY`.

    Raises:
        ValueError: The day is out of range.
    """
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"day out of range: {day}")
    return _midnight(day)


def end_of_day(day: date) -> datetime:
    """Return the first moment after a day, in UTC.

    Args:
        day: In local time, within `FIRST_DAY` and `LAST_DAY`.

    Raises:
        ValueError: The day is out of range.
    """
    start_of_day(day)
    return _midnight(day + timedelta(days=1))


def local_day(moment: datetime) -> date:
    """Return the local day of a moment: the first day of a period that starts then."""
    return moment.astimezone().date()


def last_valid_day(moment: datetime) -> date:
    """Return the last local day of a period that ends at a moment. Inverse of `end_of_day`."""
    return (moment - timedelta(microseconds=1)).astimezone().date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone().astimezone(UTC)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A time span on some days of the week.

    Attributes:
        days: 0 for Monday to 6 for Sunday.
        begin: Local time, inclusive.
        end: Local time, exclusive. An end not later than `begin` lies on the next day; 00:00 is the end of the day.
    """

    days: frozenset[int]
    begin: time
    end: time


@dataclass(frozen=True, slots=True)
class Schedule:
    """The weekly opening hours of a door. A schedule without openings and holidays is always open.

    Attributes:
        zone: Time zone of the openings.
        openings: The spans; each belongs to the day on which it begins.
        holidays: Days on which no span begins.
    """

    zone: ZoneInfo
    openings: Sequence[OpeningHours] = ()
    holidays: frozenset[date] = frozenset()

    def is_open(self, moment: datetime) -> bool:
        """Return whether the door may open at a moment, given in any time zone."""
        if not self.openings and not self.holidays:
            return True
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        return any(self._is_open_since(local.date() - timedelta(days=back), local) for back in (0, 1))

    def _is_open_since(self, day: date, local: datetime) -> bool:
        """Whether a span that begins on `day` contains the local time."""
        if day in self.holidays:
            return False
        if not self.openings:
            return day == local.date()
        spans = [opening for opening in self.openings if day.weekday() in opening.days]
        return any(_begin(day, span) <= local < _end(day, span) for span in spans)


def _begin(day: date, span: OpeningHours) -> datetime:
    return datetime.combine(day, span.begin)


def _end(day: date, span: OpeningHours) -> datetime:
    return datetime.combine(day if span.end > span.begin else day + timedelta(days=1), span.end)
