"""When a door may open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A span of the day on some days of the week.

    Attributes:
        days: 0 for Monday to 6 for Sunday.
        begin: Local time, included.
        end: Local time, excluded. Not after `begin`: it lies on the next day; 00:00 is the end of the day.
    """

    days: frozenset[int]
    begin: time
    end: time


@dataclass(frozen=True, slots=True)
class Schedule:
    """The week of a door. Without openings it may open at any time.

    Attributes:
        zone: Whose local time it is.
        openings: The spans; each belongs to the day on which it begins.
        holidays: Days on which none begins.
    """

    zone: ZoneInfo
    openings: Sequence[OpeningHours] = ()
    holidays: frozenset[date] = frozenset()

    def is_open(self, moment: datetime) -> bool:
        """Whether the door may open.

        Args:
            moment: Of any zone.
        """
        if not self.openings and not self.holidays:
            return True
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        return any(self._began_on(local.date() - timedelta(days=back), local) for back in (0, 1))

    def _began_on(self, day: date, local: datetime) -> bool:
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


FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(2999, 12, 31)
"""Those that can be chosen: every one has a moment in every time zone."""


def start_of_day(day: date) -> datetime:
    """When a day begins, in UTC.

    Args:
        day: In local time, within `FIRST_DAY` and `LAST_DAY`.

    Raises:
        ValueError: It is not.
    """
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"not a day that can be chosen: {day}")
    return _midnight(day)


def end_of_day(day: date) -> datetime:
    """When a day is over, in UTC: the first moment of the next.

    Args:
        day: In local time, within `FIRST_DAY` and `LAST_DAY`.

    Raises:
        ValueError: It is not.
    """
    start_of_day(day)
    return _midnight(day + timedelta(days=1))


def local_day(moment: datetime) -> date:
    """The local day on which a moment lies: of what lasts from then on, the first."""
    return moment.astimezone().date()


def last_valid_day(moment: datetime) -> date:
    """The last local day before a moment: `last_valid_day(end_of_day(day))` is the day."""
    return (moment - timedelta(microseconds=1)).astimezone().date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone().astimezone(UTC)
