"""What stands in place of the curves while there are none."""

from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar

from app.ui.widgets.pane import set_tone
from app.ui.widgets.placeholder import Placeholder

_WHOLE = 1000


class Why(StrEnum):
    """Why nothing is shown yet."""

    OPENING = "opening"
    MEASURING = "measuring"
    STOPPED = "stopped"
    NOBODY = "nobody"
    FAILED = "failed"


class WaitingPane(Placeholder):
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
        self.progress = QProgressBar()
        super().__init__("chart-line", self.progress)
        self._why = Why.OPENING
        self.progress.setRange(0, _WHOLE)
        self.progress.setTextVisible(False)
        self.progress.setFixedSize(320, 8)
        self.step.clicked.connect(self._take_step)
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
        self.tell(*self._words())
        self.progress.setAccessibleName(self.tr("Progress"))
        self.progress.setVisible(self._why is Why.MEASURING)
        set_tone(self.step, "kind", "plain" if self._why is Why.MEASURING else "primary")

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
