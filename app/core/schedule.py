"""When a door may open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Opening:
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
    openings: Sequence[Opening] = ()
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


def _begin(day: date, span: Opening) -> datetime:
    return datetime.combine(day, span.begin)


def _end(day: date, span: Opening) -> datetime:
    return datetime.combine(day if span.end > span.begin else day + timedelta(days=1), span.end)
