"""The list of recent decisions."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout

from app.core.decision import Decision
from app.flows.verification import TrackStatus
from app.ui import theme
from app.ui.texts.decision_texts import look_of
from app.ui.widgets.icons import icon
from app.ui.widgets.panes import Pane, label

_KEPT = 50
_ROW = 32
_SCROLLED_FROM = 64
"""Pixels of height below which the list has no scroll bar; the wheel and the arrow keys still scroll it."""

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class RecentDecision:
    """A decision as the list shows it."""

    at: datetime
    decision: Decision | None

    @property
    def words(self) -> str:
        """The name of the identified person, if any, and the word of the decision."""
        word = look_of(self.decision).text
        person = self.decision.person if self.decision else None
        return f"{person.name} · {word}" if person else word


class RecentDecisionModel(QAbstractListModel):
    """The last 50 decisions, the newest first."""

    def __init__(self) -> None:
        super().__init__()
        self._events: deque[RecentDecision] = deque(maxlen=_KEPT)

    def add(self, status: TrackStatus, at: datetime) -> None:
        """Insert a decision at the top; the oldest of more than 50 is dropped.

        Args:
            status: The face with its decision.
            at: Wall-clock time of the decision, with a time zone.
        """
        self.beginResetModel()
        self._events.appendleft(RecentDecision(at, status.decision))
        self.endResetModel()

    def event_at(self, index: _Index) -> RecentDecision:
        """Return the decision of a row."""
        return self._events[index.row()]

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return the number of decisions."""
        return 0 if parent is not None and parent.isValid() else len(self._events)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the decision as text."""
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            event = self._events[index.row()]
            return f"{event.at:%H:%M:%S}  {event.words}"
        return None


class RecentDecisionDelegate(QStyledItemDelegate):
    """Paints time, icon and name of a decision."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Return the size of one row."""
        return QSize(120, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a row."""
        model = index.model()
        assert isinstance(model, RecentDecisionModel)
        event = model.event_at(index)
        rect: QRect = option.rect
        metrics = QFontMetrics(painter.font())
        look = look_of(event.decision)
        icon(look.icon, look.role).paint(painter, QRect(rect.left(), rect.center().y() - 8, 18, 18))
        time = f"{event.at:%H:%M:%S}"
        width = metrics.horizontalAdvance(time)
        name = QRect(rect.left() + 28, rect.top(), rect.width() - 28 - width - 12, rect.height())
        painter.setPen(theme.colour("text"))
        words = metrics.elidedText(event.words, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, words)
        painter.setPen(theme.colour("muted"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, time)


class _List(QListView):
    """A list view without a scroll bar if it is too low for one."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the scroll bar only if there is room for it."""
        super().resizeEvent(event)
        policies = Qt.ScrollBarPolicy
        has_room = self.height() >= _SCROLLED_FROM
        self.setVerticalScrollBarPolicy(policies.ScrollBarAsNeeded if has_room else policies.ScrollBarAlwaysOff)


class RecentDecisionsCard(Pane):
    """Title and list of recent decisions."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._title, self._none = label("strong"), label("muted", wrap=True)
        self.model = RecentDecisionModel()
        self._list = _List()
        self._list.setModel(self.model)
        self._list.setItemDelegate(RecentDecisionDelegate(self._list))
        self._list.setSelectionMode(QListView.SelectionMode.NoSelection)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setUniformItemSizes(True)
        self._list.setMinimumHeight(_ROW)
        self._list.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._none)
        column.addWidget(self._list, 1)
        column.addStretch()
        self.setMinimumHeight(80)
        self.retranslate()

    def add(self, decisions: tuple[TrackStatus, ...]) -> None:
        """Insert decisions at the top, stamped with the current time."""
        for decision in decisions:
            self.model.add(decision, datetime.now().astimezone())
        if decisions:
            self._none.hide()
            self._list.show()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._title.setText(self.tr("Recent"))
        self._none.setText(self.tr("Recognised people are listed here until the window closes."))
        self._list.setAccessibleName(self.tr("Recent verdicts"))
        self._list.viewport().update()
