"""A day that may be left open."""

from datetime import date

from PySide6.QtCore import QDate, QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDateEdit, QHBoxLayout

from app.core import days
from app.ui.widgets.calendar import Calendar
from app.ui.widgets.icons import icon
from app.ui.widgets.pane import Pane
from app.ui.widgets.tick import Tick

_FORMAT = "yyyy-MM-dd"
_SIGN = 16


class OptionalDate(Pane):
    """A box to tick, and a day with a calendar behind it. Not ticked, there is no day.

    Signals:
        edited: The user has changed it.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.box, self.field = Tick(), _DayField()
        self.field.setDisplayFormat(_FORMAT)
        self.field.setCalendarPopup(True)
        self._calendar = Calendar()
        self.field.setCalendarWidget(self._calendar)
        self.field.setDateRange(_to_qt(days.FIRST_DAY), _to_qt(days.LAST_DAY))
        self.field.setFixedWidth(136)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.box, 1)
        row.addWidget(self.field)
        self.box.toggled.connect(self.field.setEnabled)
        self.box.clicked.connect(self.edited)
        self.field.dateChanged.connect(self.edited)
        self.show_day(None)

    @property
    def day(self) -> date | None:
        """What is chosen."""
        chosen = self.field.date()
        return date(chosen.year(), chosen.month(), chosen.day()) if self.box.isChecked() else None

    def show_day(self, day: date | None) -> None:
        """Show a day; None for none, and then today is what ticking the box begins with."""
        self.field.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.field.setDate(_to_qt(day) if day else QDate.currentDate())
        self.field.blockSignals(False)  # noqa: FBT003
        self.box.setChecked(day is not None)
        self.field.setEnabled(day is not None)

    def restyle(self) -> None:
        """Take the colours."""
        self._calendar.restyle()
        self.update()

    def name(self, words: str) -> None:
        """Say what day it is."""
        self.box.setText(words)
        self.field.setAccessibleName(words)


class _DayField(QDateEdit):
    """With a sign where a press opens the calendar, which the stylesheet takes away; for the keyboard, Up and Down."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sign on top."""
        super().paintEvent(event)
        painter = QPainter(self)
        sign = QRect(self.width() - _SIGN - 8, (self.height() - _SIGN) // 2, _SIGN, _SIGN)
        icon("calendar-blank", "muted").paint(painter, sign)
        painter.end()


def _to_qt(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
