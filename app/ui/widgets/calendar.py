"""The sheet of a month behind a field for a day, in the colours of the theme."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QToolButton

from app.ui import theme
from app.ui.widgets.icons import icon

_SIZE = (328, 288)
_ARROWS = {"qt_calendar_prevmonth": "caret-left", "qt_calendar_nextmonth": "caret-right"}
"""What Qt calls its two buttons."""


class Calendar(QCalendarWidget):
    """Weeks below each other; Saturday and Sunday look like the other days."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(*_SIZE)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
        self.restyle()

    def restyle(self) -> None:
        """Take the colours that Qt would choose by itself."""
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
