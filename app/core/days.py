"""Days as people write them, and the moments at which they begin and end where the program runs."""

from datetime import UTC, date, datetime, time, timedelta

FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(2999, 12, 31)
"""Those that can be chosen: every one has a moment in every time zone."""


def first_moment(day: date) -> datetime:
    """When a day begins, in UTC.

    Args:
        day: In local time, within `FIRST_DAY` and `LAST_DAY`.

    Raises:
        ValueError: It is not.
    """
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"not a day that can be chosen: {day}")
    return _midnight(day)


def end_of(day: date) -> datetime:
    """When a day is over, in UTC: the first moment of the next.

    Args:
        day: In local time, within `FIRST_DAY` and `LAST_DAY`.

    Raises:
        ValueError: It is not.
    """
    first_moment(day)
    return _midnight(day + timedelta(days=1))


def day_of(moment: datetime) -> date:
    """The local day on which a moment lies: of what lasts from then on, the first."""
    return moment.astimezone().date()


def last_day(moment: datetime) -> date:
    """The local day on which something ends that is over from a moment on: `last_day(end_of(day))` is the day."""
    return (moment - timedelta(microseconds=1)).astimezone().date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone().astimezone(UTC)
