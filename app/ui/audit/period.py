"""From when and until when."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from app.core import days
from app.ui.widgets.optional_date import OptionalDate
from app.ui.widgets.pane import Pane


class Period(StrEnum):
    """How far back."""

    ALWAYS = "always"
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    DAYS = "days"
    """From one day to another."""


_DAYS = {Period.TODAY: 1, Period.WEEK: 7, Period.MONTH: 30}


def beginning(period: Period, today: date) -> datetime | None:
    """The first moment of a period that ends today; None where it never began.

    Args:
        period: Not DAYS.
        today: In local time.
    """
    return days.first_moment(today - timedelta(days=_DAYS[period] - 1)) if period in _DAYS else None


class DaysBar(Pane):
    """Two days, both of them included; each may be left open. Hidden until it is wanted.

    Signals:
        changed: They are others now.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = OptionalDate(), OptionalDate()
        self.first.show_day(date.today() - timedelta(days=_DAYS[Period.WEEK] - 1))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        for day in (self.first, self.last):
            row.addWidget(day)
            day.edited.connect(self.changed)
        row.addStretch(1)
        self.hide()
        self.retranslate()

    @property
    def since(self) -> datetime | None:
        """The first moment of the first day."""
        return days.first_moment(self.first.day) if self.first.day else None

    @property
    def until(self) -> datetime | None:
        """The first moment after the last day."""
        return days.end_of(self.last.day) if self.last.day else None

    def retranslate(self) -> None:
        """Set every text."""
        self.first.name(self.tr("From"))
        self.last.name(self.tr("Until"))
