"""Buttons, menu buttons and rail buttons with a focus ring for keyboard users."""

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
"""Reasons with which focus returns to the widget that had it before."""


def set_style_property(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property that the stylesheet selects on, and apply the stylesheet again.

    Args:
        widget: The widget to restyle.
        name: The property, for example `kind` or `tone`.
        value: Its new value.
    """
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def needs_focus_ring(reason: Qt.FocusReason, *, before: bool) -> bool:
    """Whether to draw the focus ring: always, except when a mouse click gave the focus.

    Args:
        reason: Why the widget received the focus.
        before: Whether the ring was drawn when the widget last had the focus.
    """
    return before if reason in _PASSING else reason is not Qt.FocusReason.MouseFocusReason


class Button(QPushButton):
    """A push button with one of the stylesheet's kinds.

    Args:
        kind: `plain`, `primary`, `danger` or `quiet`.
    """

    def __init__(self, kind: str = "plain") -> None:
        super().__init__()
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setMinimumHeight(HEIGHT)
        self.setIconSize(QSize(SIGN, SIGN))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """Return the width of icon, text and padding."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(words + self._sign_width() + 2 * _SIDE, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: the text is never cut."""
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the focus ring if the keyboard moved the focus here."""
        set_style_property(self, "ring", needs_focus_ring(event.reason(), before=bool(self.property("ring"))))
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Click on Enter as well as on Space; Qt maps Enter only inside dialogs."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the background from the stylesheet, then icon and text."""
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
    """A button that shows the current choice, elided to fit, and opens a menu."""

    def __init__(self) -> None:
        super().__init__("picker")
        self.setMenu(QMenu(self))
        self.setMaximumWidth(320)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the width that shows the whole text."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(words + self.width() - self._room() + 2, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return a width that shows a few letters."""
        return QSize(112, HEIGHT)

    def shown_text(self) -> str:
        """Return the text as displayed, elided where it does not fit."""
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
    """A navigation button: icon above text, as wide as the rail.

    Args:
        width: Width in pixels.
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
        """Show the icon alone (compact) or icon and text."""
        styles = Qt.ToolButtonStyle
        self.setToolButtonStyle(styles.ToolButtonIconOnly if compact else styles.ToolButtonTextUnderIcon)
        set_style_property(self, "compact", compact)
        self.setFixedHeight(self.LOW if compact else self.TALL)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the focus ring if the keyboard moved the focus here."""
        set_style_property(self, "ring", needs_focus_ring(event.reason(), before=bool(self.property("ring"))))
        super().focusInEvent(event)


class ChoicePicker(Picker):
    """A picker for one value out of a few; Enter, Space or Down opens the menu.

    Signals:
        chosen: The value that the user chose.
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
        """The chosen value."""
        return self._value

    def show_choices(self, caption: str, choices: Sequence[tuple[object, str]], value: object) -> None:
        """Set the values to choose from.

        Args:
            caption: What is chosen here, for screen readers and the tooltip.
            choices: Pairs of value and text.
            value: The chosen value; the first choice if it is not among them.
        """
        self._caption, self._choices = caption, choices
        self._value = next((known for known, _ in choices if known == value), choices[0][0])
        self._update_texts()

    def choose(self, value: object) -> None:
        """Choose a value and emit `chosen` if it differs."""
        if value != self._value:
            self._value = value
            self._update_texts()
            self.chosen.emit(value)

    def _update_texts(self) -> None:
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
