"""The base class of all widgets of the window, and layouts: scroll area, placeholder, tabs."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.ui.widgets.buttons import Button
from app.ui.widgets.icons import Glyph


class Pane(QFrame):
    """A frame that updates its texts on a language change and its colours on a theme change."""

    def retranslate(self) -> None:
        """Set every translated text."""

    def restyle(self) -> None:
        """Set every colour that the stylesheet does not."""
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """React to a new language or theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() is QEvent.Type.StyleChange:
            self.restyle()


def label(kind: str = "body", *, wrap: bool = False) -> QLabel:
    """Return a plain-text label: names are never interpreted as markup.

    Args:
        kind: Kind in the stylesheet.
        wrap: Whether long texts wrap.
    """
    made = QLabel()
    made.setProperty("kind", kind)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    return made


def button(kind: str = "plain") -> Button:
    """Return a push button of one of the stylesheet's kinds."""
    return Button(kind)


_BAR = 12


class Scroll(QScrollArea):
    """A vertical scroll area that keeps the focused widget visible.

    Attributes:
        column: The layout for the content.
    """

    def __init__(self) -> None:
        super().__init__()
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(2, 2, _BAR, 2)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


_GLYPH = 64


class Placeholder(Pane):
    """An icon, the reason why nothing is shown, and a button for the next step.

    Args:
        icon: Name in the icon family.
        extra: Widgets above the button.
    """

    def __init__(self, icon: str, *extra: QWidget) -> None:
        super().__init__()
        self.setObjectName("message")
        self._glyph = Glyph(icon, "muted", _GLYPH)
        self.title, self.lead, self.step = label("title", wrap=True), label("lead", wrap=True), button("primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self._glyph, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        for part in (self.title, self.lead):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        for below in (*extra, self.step):
            column.addSpacing(8)
            column.addWidget(below, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def tell(self, title: str, lead: str = "", step: str = "", icon: str = "") -> None:
        """Set the texts; an empty text hides its widget.

        Args:
            title: Why nothing is shown.
            lead: What to do about it.
            step: Text of the button.
            icon: A new icon; empty keeps the current one.
        """
        for part, words in ((self.title, title), (self.lead, lead), (self.step, step)):
            part.setText(words)
            part.setVisible(bool(words))
        if icon:
            self._glyph.show_icon(icon, "muted")


class Tabs(Pane):
    """A row of buttons with one page each; arrow keys move between the buttons.

    Signals:
        turned: Index of the page now shown.

    Args:
        parts: The pages in order.
    """

    turned = Signal(int)

    def __init__(self, *parts: QWidget) -> None:
        super().__init__()
        self._group, self._stage = QButtonGroup(self), QStackedLayout()
        self.buttons = [button("tab") for _ in parts]
        row = QHBoxLayout()
        row.setSpacing(8)
        for number, (made, part) in enumerate(zip(self.buttons, parts, strict=True)):
            made.setCheckable(True)
            made.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            self._group.addButton(made, number)
            self._stage.addWidget(part)
            row.addWidget(made)
        row.addStretch(1)
        self._group.idToggled.connect(self._show_page)
        self.buttons[0].setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(row)
        column.addLayout(self._stage, 1)

    def name(self, *names: str) -> None:
        """Set the text of every button, in order."""
        for made, words in zip(self.buttons, names, strict=True):
            made.setText(words)
            made.setAccessibleName(words)

    def _show_page(self, number: int, down: bool) -> None:  # noqa: FBT001 - Qt's signal gives it so
        policy = Qt.FocusPolicy.StrongFocus if down else Qt.FocusPolicy.ClickFocus
        self.buttons[number].setFocusPolicy(policy)  # Tab reaches the checked button, arrow keys the others
        if down:
            self._stage.setCurrentIndex(number)
            self.turned.emit(number)
