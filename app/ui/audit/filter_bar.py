"""Filters of the audit page: kind, period, actor and person."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction, QIcon, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from app.core import calendar
from app.core.audit import AuditQuery
from app.ui.audit.audit_reader import AuditFilter
from app.ui.audit.person_field import PersonField
from app.ui.shell.session import Session
from app.ui.texts import audit_texts
from app.ui.texts.audit_texts import EventGroup
from app.ui.widgets.buttons import ChoicePicker
from app.ui.widgets.date_fields import OptionalDate
from app.ui.widgets.icons import icon
from app.ui.widgets.panes import Pane


class Period(StrEnum):
    """The periods to choose from."""

    ALWAYS = "always"
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    DAYS = "days"
    """A range of days."""


_DAYS = {Period.TODAY: 1, Period.WEEK: 7, Period.MONTH: 30}


def period_start(period: Period, today: date) -> datetime | None:
    """Return the start of a period that ends today, in UTC; None for no limit.

    Args:
        period: Any period except DAYS.
        today: The current local date.
    """
    return calendar.start_of_day(today - timedelta(days=_DAYS[period] - 1)) if period in _DAYS else None


class DaysBar(Pane):
    """The first and last day of a range, both inclusive and optional; hidden unless the period is DAYS.

    Signals:
        changed: The range has changed.
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
        """Start of the first day; None if open."""
        return calendar.start_of_day(self.first.day) if self.first.day else None

    @property
    def until(self) -> datetime | None:
        """End of the last day (exclusive); None if open."""
        return calendar.end_of_day(self.last.day) if self.last.day else None

    def retranslate(self) -> None:
        """Set every translated text."""
        self.first.name(self.tr("From"))
        self.last.name(self.tr("Until"))


_WAIT_MS = 200
_LONGEST = 100
_NARROW_BELOW = 640
_ACTORS = ("window", "command", "kiosk")


class AuditFilterBar(Pane):
    """The filters; the search text is in the page's head.

    Signals:
        changed: A filter has changed.

    Args:
        session: The pipeline, the services and the settings.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.search, self._search_icon = QLineEdit(), QAction(self)
        self.kinds, self.periods, self.actors = ChoicePicker(), ChoicePicker(), ChoicePicker()
        self.person, self.days = PersonField(session), DaysBar()
        self._delay = QTimer(self)
        self._lay_out()
        self.retranslate()
        self.restyle()
        self._connect()

    @property
    def wanted(self) -> AuditFilter:
        """The chosen filter."""
        group, period = self.kinds.value, self._period
        is_range = period is Period.DAYS
        query = AuditQuery(
            kinds=sorted(group.kinds) if isinstance(group, EventGroup) else (),
            subject=self.person.person_id,
            actor=str(self.actors.value),
            since=self.days.since if is_range else period_start(period, datetime.now().astimezone().date()),
            until=self.days.until if is_range else None,
        )
        return AuditFilter(query, self.search.text())

    def clear(self) -> bool:
        """Clear the filters; return False if none was set."""
        if not self.wanted.limits and not self.person.text():
            return False
        self.person.clear()
        self.search.clear()
        for picker, everything in ((self.kinds, None), (self.periods, Period.ALWAYS), (self.actors, "")):
            picker.choose(everything)
        return True

    def retranslate(self) -> None:
        """Set every translated text."""
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the listed events"))
        self.search.setToolTip(self.tr("Search the listed events (Ctrl+F)"))
        self.person.setPlaceholderText(self.tr("Any person"))
        self.person.setAccessibleName(self.tr("Person"))
        self.person.setToolTip(self.tr("Show only events of this person: type a name, then press Enter"))
        kinds = [(group, audit_texts.group_name(group)) for group in (None, *EventGroup)]
        self.kinds.show_choices(self.tr("Kind"), kinds, self.kinds.value)
        actors = [("", self.tr("Any source")), *((actor, audit_texts.actor_name(actor)) for actor in _ACTORS)]
        self.actors.show_choices(self.tr("Done by"), actors, self.actors.value)
        self.periods.show_choices(self.tr("Time"), self._period_names(), self.periods.value)

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self._search_icon.setIcon(icon("magnifying-glass", "muted"))
        signs = ((self.kinds, "funnel"), (self.periods, "calendar-blank"), (self.actors, "desktop"))
        for picker, name in signs:
            picker.setIcon(QIcon() if self.width() < _NARROW_BELOW else icon(name, "muted"))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the icons in a narrow window."""
        super().resizeEvent(event)
        self.restyle()

    @property
    def _period(self) -> Period:
        return Period(str(self.periods.value))

    def _period_names(self) -> list[tuple[Period, str]]:
        return [
            (Period.ALWAYS, self.tr("Any time")),
            (Period.TODAY, self.tr("Today")),
            (Period.WEEK, self.tr("The last 7 days")),
            (Period.MONTH, self.tr("The last 30 days")),
            (Period.DAYS, self.tr("From … until …")),
        ]

    def _use_period(self) -> None:
        self.days.setVisible(self._period is Period.DAYS)

    def _connect(self) -> None:
        self._delay.setSingleShot(True)
        self._delay.setInterval(_WAIT_MS)
        self._delay.timeout.connect(self.changed)
        self.periods.chosen.connect(lambda _: self._use_period())
        for picker in (self.kinds, self.periods, self.actors):
            picker.chosen.connect(lambda _: self._delay.start())
        self.search.textChanged.connect(lambda _: self._delay.start())
        self.days.changed.connect(self._delay.start)
        self.person.selection_changed.connect(self._delay.start)

    def _lay_out(self) -> None:
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(_LONGEST)
        self.search.setMinimumWidth(112)
        self.search.setMaximumWidth(320)
        self.search.addAction(self._search_icon, QLineEdit.ActionPosition.LeadingPosition)
        self.person.setMinimumWidth(112)
        self.person.setMaximumWidth(240)
        row = QHBoxLayout()
        row.setSpacing(8)
        for part in (self.kinds, self.periods, self.actors, self.person):
            row.addWidget(part, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.days)
