"""Keypad for PINs and badge numbers, and input from a badge scanner."""

from enum import StrEnum

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from app.core.credentials import MAX_PIN_LENGTH
from app.ui.widgets.buttons import Button, set_style_property
from app.ui.widgets.icons import icon
from app.ui.widgets.panes import Pane, label

KEY = 72
_DIGITS = "1234567890"
_LONGEST_BADGE = 24
_CLEAR_AFTER_MS = 20_000
_DOT, _EMPTY = "●", "–"


class KeypadUse(StrEnum):
    """Purpose of the input."""

    PIN = "pin"
    BADGE = "badge"
    ADMIN = "admin"


class Keypad(Pane):
    """Ten digits, a delete key and a send key. Escape closes it. A PIN is never displayed.

    Signals:
        touched: A key was pressed.
        entered: The input, when it is sent.
        closed: The input was cancelled.
    """

    touched = Signal()
    entered = Signal(str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.use = KeypadUse.PIN
        self._typed = ""
        self._shown = label("typed")
        self._shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.digits = {digit: self._key() for digit in _DIGITS}
        self.back, self.send = self._key(), self._key("primary")
        self._forgetting = QTimer(self, singleShot=True, interval=_CLEAR_AFTER_MS)
        self._forgetting.timeout.connect(self.clear)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.restyle()
        self.clear()

    def begin(self, use: KeypadUse) -> None:
        """Start a new input for a purpose."""
        self.use = use
        self.clear()

    def clear(self) -> None:
        """Delete the input."""
        self._typed = ""
        self._show()

    def close_pad(self) -> None:
        """Delete the input and emit `closed`."""
        self.clear()
        self.closed.emit()

    def set_locked(self, locked: bool) -> None:  # noqa: FBT001 - mirrors setEnabled
        """Disable the keys, or enable them again."""
        for key in (*self.digits.values(), self.back, self.send):
            key.setEnabled(not locked)
        if locked:
            self.clear()

    def press(self, event: QKeyEvent) -> bool:
        """Process a key of a keyboard; return False if the keypad does not use it."""
        text = event.text()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.send.click()
        elif event.key() == Qt.Key.Key_Backspace:
            self.back.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.close_pad()
        elif text in self.digits:
            self.digits[text].click()
        elif self.use is KeypadUse.BADGE and text.isprintable() and text.strip() and self.send.isEnabled():
            self._add(text)
        else:
            return False
        return True

    def retranslate(self) -> None:
        """Set every translated text."""
        for digit, key in self.digits.items():
            key.setText(digit)
            key.setAccessibleName(digit)
        for key, name in (
            (self.back, self.tr("Delete the last digit")),
            (self.send, self.tr("Send")),
        ):
            key.setAccessibleName(name)
            key.setToolTip(name)
        self.setAccessibleName(self.tr("Number pad"))
        self._show()

    def restyle(self) -> None:
        """Set icons and colours of the theme."""
        self.back.setIcon(icon("backspace"))
        self.send.setIcon(icon("arrow-elbow-down-left", "on_accent"))

    def _add(self, text: str) -> None:
        longest = _LONGEST_BADGE if self.use is KeypadUse.BADGE else MAX_PIN_LENGTH
        self._typed = (self._typed + text)[:longest]
        self._changed()

    def _delete(self) -> None:
        self._typed = self._typed[:-1]
        self._changed()

    def _changed(self) -> None:
        self._forgetting.start()
        self._show()
        self.touched.emit()

    def _send(self) -> None:
        typed = self._typed
        self.clear()
        if typed:
            self.entered.emit(typed)

    def _show(self) -> None:
        if self.use is KeypadUse.BADGE:
            self._shown.setText(self._typed or _EMPTY)
        else:
            self._shown.setText(" ".join(_DOT * len(self._typed)) or _EMPTY)
        self._shown.setAccessibleName(self.tr("%n character(s) typed", "", len(self._typed)))

    def _key(self, kind: str = "plain") -> Button:
        made = Button(kind)
        made.setFixedSize(QSize(KEY, KEY))
        made.setIconSize(QSize(28, 28))
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_style_property(made, "pad", "true")
        return made

    def _connect(self) -> None:
        for digit, key in self.digits.items():
            key.clicked.connect(lambda _=False, digit=digit: self._add(digit))
        self.back.clicked.connect(self._delete)
        self.send.clicked.connect(self._send)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, digit in enumerate(_DIGITS[:9]):
            grid.addWidget(self.digits[digit], place // 3, place % 3)
        grid.addWidget(self.back, 3, 0)
        grid.addWidget(self.digits["0"], 3, 1)
        grid.addWidget(self.send, 3, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._shown)
        column.addLayout(grid)


_PAUSE_NS = 2_000_000_000
"""A scanner types without pauses; older incomplete input is discarded."""


class BadgeScanner:
    """Assembles the input of a scanner, which types like a keyboard."""

    def __init__(self) -> None:
        self._typed, self._typed_ns = "", 0

    def add(self, text: str, now_ns: int) -> None:
        """Append the text of a key, after discarding the input before it if the pause exceeds 2 s.

        Args:
            text: The characters that the key types; may be empty.
            now_ns: Monotonic time of the key, in nanoseconds.
        """
        kept = self._typed if now_ns - self._typed_ns <= _PAUSE_NS else ""
        self._typed, self._typed_ns = kept + text, now_ns

    def take(self, now_ns: int) -> str:
        """Return the input and delete it; empty without recent input. Called when Enter is pressed."""
        number, self._typed = self._typed.strip(), ""
        return number if now_ns - self._typed_ns <= _PAUSE_NS else ""
