"""What stands in place of the curves while there are none."""

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout

from app.ui.widgets.icons import Glyph
from app.ui.widgets.pane import Pane, button, label, set_tone

_WHOLE = 1000


class Why(StrEnum):
    """Why nothing is shown yet."""

    OPENING = "opening"
    MEASURING = "measuring"
    STOPPED = "stopped"
    NOBODY = "nobody"
    FAILED = "failed"


class WaitingPane(Pane):
    """Says why, and offers the next step.

    Signals:
        enrol_wanted: Enrol the first person.
        measure_wanted: Measure, after all.
        stop_wanted: Give the measurement up.
    """

    enrol_wanted = Signal()
    measure_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message")
        self._why = Why.OPENING
        self._title, self._lead = label("title", wrap=True), label("lead", wrap=True)
        self.progress, self.step = QProgressBar(), button("primary")
        self.progress.setRange(0, _WHOLE)
        self.progress.setTextVisible(False)
        self.progress.setFixedSize(320, 8)
        self.step.clicked.connect(self._take_step)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(Glyph("chart-line", "muted", 64), alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        for part in (self._title, self._lead):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addSpacing(8)
        for made in (self.progress, self.step):
            column.addWidget(made, alignment=Qt.AlignmentFlag.AlignHCenter)
            column.addSpacing(8)
        column.addStretch(1)
        self.retranslate()

    def show_reason(self, why: Why) -> None:
        """Say another reason."""
        self._why = why
        self.progress.setValue(0)
        self.retranslate()

    def show_progress(self, share: float) -> None:
        """How much of the measurement is done, 0 to 1."""
        self.progress.setValue(round(share * _WHOLE))

    def retranslate(self) -> None:
        """Set every text."""
        title, lead, step = self._words()
        self.progress.setAccessibleName(self.tr("Progress"))
        self.progress.setVisible(self._why is Why.MEASURING)
        for part, text in ((self._title, title), (self._lead, lead)):
            part.setText(text)
            part.setVisible(bool(text))
        self.step.setText(step)
        set_tone(self.step, "kind", "plain" if self._why is Why.MEASURING else "primary")
        self.step.setVisible(bool(step))

    def _words(self) -> tuple[str, str, str]:
        match self._why:
            case Why.OPENING:
                return self.tr("Opening"), "", ""
            case Why.MEASURING:
                lead = self.tr("Every template is compared with everybody.")
                return self.tr("Measuring your gallery"), lead, self.tr("Stop")
            case Why.STOPPED:
                return self.tr("Not measured"), "", self.tr("Measure")
            case Why.NOBODY:
                lead = self.tr("Once people are enrolled, you see here how well they are told apart.")
                return self.tr("Nobody is enrolled yet"), lead, self.tr("Enrol a person")
            case Why.FAILED:
                return self.tr("Your gallery could not be measured"), "", ""

    def _take_step(self) -> None:
        steps = {Why.MEASURING: self.stop_wanted, Why.NOBODY: self.enrol_wanted}
        steps.get(self._why, self.measure_wanted).emit()
