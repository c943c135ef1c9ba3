"""How a situation is shown: in place of the picture, or as a banner over it."""

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout

from app.ui import theme
from app.ui.live.situation import Situation, Step
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.icons import Glyph, icon
from app.ui.widgets.panes import Pane, button, label

_ICONS = {
    Step.RETRY: "arrow-clockwise",
    Step.DEMO: "film-strip",
    Step.CHOOSE: "video-camera",
    Step.RESUME: "play",
    Step.REPLAY: "arrow-counter-clockwise",
}


class Busy(Pane):
    """A rotating ring that shows that work is in progress."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(48, 48)
        self._angle = 0
        self._timer = QTimer(self)
        self._timer.setInterval(33)
        self._timer.timeout.connect(self._turn)

    def set_running(self, running: bool) -> None:  # noqa: FBT001 - mirrors setVisible
        """Start the animation, or stop it and hide."""
        self.setVisible(running)
        if running and not self._timer.isActive():
            self._timer.start()
        elif not running:
            self._timer.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        painter.setPen(_pen(theme.colour("outline")))
        painter.drawEllipse(ring)
        painter.setPen(_pen(theme.colour("accent")))
        painter.drawArc(ring, -self._angle * 16, 90 * 16)
        painter.end()

    def _turn(self) -> None:
        self._angle = (self._angle + 9) % 360
        self.update()


class MessagePane(Pane):
    """Title, what was tried, advice, and buttons for the next steps; shown in place of the picture.

    Signals:
        chosen: The step (a `Step`) whose button was clicked.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message")
        self._situation: Situation | None = None
        self._glyph, self._busy = Glyph("info", "muted", 48), Busy()
        self._title, self._tried = label("title", wrap=True), label("lead", wrap=True)
        self._advice = label("muted", wrap=True)
        self.buttons = {step: self._make_button(step) for step in Step}
        self._row: QBoxLayout = QHBoxLayout()
        self._lay_out()
        self.retranslate()
        self.restyle()

    def show_situation(self, situation: Situation) -> None:
        """Show a situation."""
        if situation == self._situation:
            return
        self._situation = situation
        self._glyph.show_icon(situation.icon, situation.tone)
        self._glyph.setVisible(not situation.busy)
        self._busy.set_running(situation.busy)
        for part, text in (
            (self._title, situation.title),
            (self._tried, situation.tried),
            (self._advice, situation.advice),
        ):
            part.setText(text)
            part.setVisible(bool(text))
        self._offer(situation.steps, advised=not situation.busy)

    def focus_best(self) -> None:
        """Focus the button of the first step."""
        for step in self._situation.steps[:1] if self._situation is not None else ():
            self.buttons[step].setFocus()

    def hideEvent(self, _event: object) -> None:
        """Stop the animation."""
        self._busy.set_running(False)
        self._situation = None

    def retranslate(self) -> None:
        """Set every translated text."""
        words = {
            Step.RETRY: self.tr("Try again"),
            Step.DEMO: self.tr("Use the demo"),
            Step.CHOOSE: self.tr("Choose another"),
            Step.RESUME: self.tr("Continue"),
            Step.REPLAY: self.tr("Play again"),
        }
        for step, made in self.buttons.items():
            made.setText(words[step])
        self._situation = None

    def restyle(self) -> None:
        """Set icons and colours of the theme."""
        for step, made in self.buttons.items():
            primary = made.property("kind") == "primary"
            made.setIcon(icon(_ICONS[step], "on_accent" if primary else "text"))
        self.update()

    def _offer(self, steps: tuple[Step, ...], *, advised: bool) -> None:
        """Show the buttons of these steps; with `advised`, the first is the primary one."""
        if any(made.hasFocus() and step not in steps for step, made in self.buttons.items()):
            self.setFocus()  # a hidden button would pass its focus to an arbitrary neighbour
        for made in self.buttons.values():
            self._row.removeWidget(made)
        for step, made in self.buttons.items():
            made.setVisible(step in steps)
            set_style_property(made, "kind", "primary" if advised and step in steps[:1] else "plain")
        for place, step in enumerate(steps):
            self._row.insertWidget(place + 1, self.buttons[step])
        self.restyle()

    def _make_button(self, step: Step) -> QPushButton:
        made = button()
        made.clicked.connect(lambda: self.chosen.emit(step))
        made.setParent(self)
        made.hide()
        return made

    def _lay_out(self) -> None:
        self._row.setSpacing(8)
        self._row.addStretch()
        self._row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 32, 32, 32)
        column.setSpacing(8)
        column.addStretch()
        column.addWidget(self._glyph, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._busy, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        for part in (self._title, self._tried, self._advice):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addSpacing(16)
        column.addLayout(self._row)
        column.addStretch()


def _pen(colour: QColor) -> QPen:
    pen = QPen(colour, 4)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


class Banner(Pane):
    """Icon, title, advice and one button, above a picture that stays visible. Hidden without a situation.

    Signals:
        chosen: The step (a `Step`) whose button was clicked.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._glyph = Glyph("info", "caution", 24)
        self._title, self._advice = label("strong", wrap=True), label("muted", wrap=True)
        self._demo = button()
        self._demo.clicked.connect(lambda: self.chosen.emit(Step.DEMO))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._advice)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(16)
        row.addWidget(self._glyph)
        row.addLayout(words, 1)
        row.addWidget(self._demo)
        self.hide()
        self.retranslate()

    def show_situation(self, situation: Situation | None) -> None:
        """Show a situation; None hides the banner."""
        if situation is not None:
            self._glyph.show_icon(situation.icon, situation.tone)
            self._title.setText(situation.title)
            self._advice.setText(situation.advice)
        self.setVisible(situation is not None)

    def retranslate(self) -> None:
        """Set every translated text."""
        self._demo.setText(self.tr("Use the demo"))
