"""A date field that can be empty, and its calendar."""

from datetime import date

from PySide6.QtCore import QDate, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QDateEdit, QHBoxLayout, QToolButton

from app.core import calendar
from app.ui import theme
from app.ui.widgets.icons import icon
from app.ui.widgets.panes import Pane
from app.ui.widgets.toggles import CheckBox

_FORMAT = "yyyy-MM-dd"
_SIGN = 16


class OptionalDate(Pane):
    """A check box and a date with a calendar; unchecked means no date.

    Signals:
        edited: The user changed the date.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.box, self.field = CheckBox(), _DayField()
        self.field.setDisplayFormat(_FORMAT)
        self.field.setCalendarPopup(True)
        self._calendar = Calendar()
        self.field.setCalendarWidget(self._calendar)
        self.field.setDateRange(_to_qt(calendar.FIRST_DAY), _to_qt(calendar.LAST_DAY))
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
        """The chosen date; None if the box is not checked."""
        chosen = self.field.date()
        return date(chosen.year(), chosen.month(), chosen.day()) if self.box.isChecked() else None

    def show_day(self, day: date | None) -> None:
        """Show a date. None unchecks the box and proposes today for when it is checked."""
        self.field.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.field.setDate(_to_qt(day) if day else QDate.currentDate())
        self.field.blockSignals(False)  # noqa: FBT003
        self.box.setChecked(day is not None)
        self.field.setEnabled(day is not None)

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self._calendar.restyle()
        self.update()

    def name(self, words: str) -> None:
        """Set the label of the check box."""
        self.box.setText(words)
        self.field.setAccessibleName(words)


class _DayField(QDateEdit):
    """A date edit with a painted calendar icon, because the stylesheet removes Qt's own; Up and Down change the day."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the calendar icon over the field."""
        super().paintEvent(event)
        painter = QPainter(self)
        sign = QRect(self.width() - _SIGN - 8, (self.height() - _SIGN) // 2, _SIGN, _SIGN)
        icon("calendar-blank", "muted").paint(painter, sign)
        painter.end()


def _to_qt(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


_SIZE = (328, 288)
_ARROWS = {"qt_calendar_prevmonth": "caret-left", "qt_calendar_nextmonth": "caret-right"}
"""Qt's object names of the two month buttons."""


class Calendar(QCalendarWidget):
    """A month sheet in the theme's colours; weekends look like other days."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(*_SIZE)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
        self.restyle()

    def restyle(self) -> None:
        """Apply the theme's colours where Qt sets its own."""
        day, heading = QTextCharFormat(), QTextCharFormat()
        day.setForeground(theme.colour("text"))
        heading.setForeground(theme.colour("muted"))
        heading.setBackground(theme.colour("raised"))
        for weekday in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.setWeekdayTextFormat(weekday, day)
        self.setHeaderTextFormat(heading)
        for name, sign in _ARROWS.items():
            arrow = self.findChild(QToolButton, name)
            if isinstance(arrow, QToolButton):
                arrow.setIcon(icon(sign))
