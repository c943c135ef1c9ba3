"""Buttons with air between icon and words, and a focus ring for the keyboard."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QColor, QFocusEvent, QIcon, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QMenu,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from app.ui import theme
from app.ui.widgets.icons import icon

HEIGHT = 36
SIGN = 18
_GAP = 8
_SIDE = 14
_CHEVRON = 12
_PASSING = {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}
"""The focus only comes back to where it was."""


def set_tone(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the stylesheet looks at, and have it look again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def needs_focus_ring(reason: Qt.FocusReason, *, before: bool) -> bool:
    """Whether a ring says what the keyboard acts on: unless a click brought the focus to where one looks anyway.

    Args:
        reason: Why the focus came.
        before: Whether there was a ring when it left.
    """
    return before if reason in _PASSING else reason is not Qt.FocusReason.MouseFocusReason


class Button(QPushButton):
    """A push button of a kind that the stylesheet knows: plain, primary, danger, quiet.

    Args:
        kind: Which.
    """

    def __init__(self, kind: str = "plain") -> None:
        super().__init__()
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setMinimumHeight(HEIGHT)
        self.setIconSize(QSize(SIGN, SIGN))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """Icon, words, and air."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(words + self._sign_width() + 2 * _SIDE, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        set_tone(self, "ring", needs_focus_ring(event.reason(), before=bool(self.property("ring"))))
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it as the space bar does: outside dialogs, Qt leaves that to the space bar alone."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground as the stylesheet has it, then icon and words."""
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text, option.icon = "", QIcon()
        option.features = QStyleOptionButton.ButtonFeature(0)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        self._paint_content(painter)
        painter.end()

    def _paint_content(self, painter: QPainter) -> None:
        words = self.fontMetrics().horizontalAdvance(self.text())
        left = max((self.width() - words - self._sign_width()) // 2, 0)
        self._paint_sign(painter, left)
        painter.setPen(self._ink())
        rest = self.rect().adjusted(left + self._sign_width(), 0, 0, 0)
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, self.text())

    def _paint_sign(self, painter: QPainter, left: int) -> None:
        side = self.iconSize().width()
        place = QRect(left, (self.height() - side) // 2, side, side)
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        self.icon().paint(painter, place, Qt.AlignmentFlag.AlignCenter, mode)

    def _sign_width(self) -> int:
        if self.icon().isNull():
            return 0
        return self.iconSize().width() + (_GAP if self.text() else 0)

    def _ink(self) -> QColor:
        if not self.isEnabled():
            return theme.colour("muted")
        return theme.colour({"primary": "on_accent", "danger": "on_bad"}.get(self.property("kind"), "text"))


class Picker(Button):
    """Shows what is chosen, shortened to the room there is, and opens a menu of what can be."""

    def __init__(self) -> None:
        super().__init__("picker")
        self.setMenu(QMenu(self))
        self.setMaximumWidth(320)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Room for all words."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(words + self.width() - self._room() + 2, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        return QSize(112, HEIGHT)

    def shown_text(self) -> str:
        """What is seen of the words."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self._room())

    def _room(self) -> int:
        return self.width() - 2 * _SIDE - self._sign_width() - _CHEVRON - _GAP

    def _paint_content(self, painter: QPainter) -> None:
        self._paint_sign(painter, _SIDE)
        painter.setPen(self._ink())
        words = QRect(_SIDE + self._sign_width(), 0, self._room(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.shown_text())
        chevron = QRect(self.width() - _SIDE - _CHEVRON, (self.height() - _CHEVRON) // 2, _CHEVRON, _CHEVRON)
        icon("caret-down", "muted").paint(painter, chevron)


class RailButton(QToolButton):
    """Icon above words, as wide as the rail.

    Args:
        width: In pixels.
    """

    TALL, LOW = 60, 40

    def __init__(self, width: int) -> None:
        super().__init__()
        self.setProperty("kind", "rail")
        self.setProperty("compact", False)  # noqa: FBT003 - Qt's own
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(24, 24))
        self.setFixedSize(width, self.TALL)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_compact(self, *, compact: bool) -> None:
        """Show the icon alone, or the words as well."""
        styles = Qt.ToolButtonStyle
        self.setToolButtonStyle(styles.ToolButtonIconOnly if compact else styles.ToolButtonTextUnderIcon)
        set_tone(self, "compact", compact)
        self.setFixedHeight(self.LOW if compact else self.TALL)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        set_tone(self, "ring", needs_focus_ring(event.reason(), before=bool(self.property("ring"))))
        super().focusInEvent(event)


class ChoicePicker(Picker):
    """Shows what is chosen; Enter, Space or Down open the menu.

    Signals:
        chosen: The value that the user has chosen.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._caption = ""
        self._value: object = None
        self._choices: Sequence[tuple[object, str]] = ()
        self.menu().aboutToShow.connect(self._fill)

    @property
    def value(self) -> object:
        """What is chosen."""
        return self._value

    def show_choices(self, caption: str, choices: Sequence[tuple[object, str]], value: object) -> None:
        """Say what can be chosen.

        Args:
            caption: What it is about, for screen readers and the tooltip.
            choices: Values and their words.
            value: The one chosen; where it is not among them, the first is.
        """
        self._caption, self._choices = caption, choices
        self._value = next((known for known, _ in choices if known == value), choices[0][0])
        self._say()

    def choose(self, value: object) -> None:
        """Choose one of them."""
        if value != self._value:
            self._value = value
            self._say()
            self.chosen.emit(value)

    def _say(self) -> None:
        words = next(words for known, words in self._choices if known == self._value)
        self.setText(words)
        self.setToolTip(f"{self._caption}: {words}")
        self.setAccessibleName(f"{self._caption}: {words}")

    def _fill(self) -> None:
        menu = self.menu()
        for group in menu.findChildren(QActionGroup):
            group.deleteLater()
        menu.clear()
        group = QActionGroup(menu)
        for value, words in self._choices:
            action = QAction(words.replace("&", "&&"), group, checkable=True, checked=value == self._value)
            action.triggered.connect(lambda _=False, value=value: self.choose(value))
            menu.addAction(action)
