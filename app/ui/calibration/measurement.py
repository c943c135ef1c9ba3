"""Measuring the gallery in the background, and the placeholder shown meanwhile."""

import threading
from enum import StrEnum

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QProgressBar

from app.core.errors import FacelatchError
from app.services.recognition.calibration import Calibration
from app.ui.shell.session import Session
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.panes import Placeholder


class CalibrationRunner(QObject):
    """Measures in the slow worker thread, one measurement at a time.

    Signals:
        progressed: Progress, 0 to 1.
        measured: A Calibration.
        stopped: The measurement was stopped.
        failed: A FacelatchError.

    Args:
        session: The pipeline, the services and the settings.
        parent: The owning QObject.
    """

    progressed = Signal(float)
    measured = Signal(object)
    stopped = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._stop: threading.Event | None = None
        session.closing.connect(self.stop)

    @property
    def running(self) -> bool:
        """Whether a measurement is running."""
        return self._stop is not None

    def run(self) -> None:
        """Start a measurement unless one is running."""
        services = self._session.services
        if self.running or services is None:
            return
        self._stop = stop = threading.Event()
        calibration = services.calibration
        self._session.slow_worker.submit(
            lambda: calibration.measure(self.progressed.emit, stop.is_set), self._done, self._fail
        )

    def stop(self) -> None:
        """Ask the measurement to stop."""
        if self._stop is not None:
            self._stop.set()

    def _done(self, calibration: Calibration | None) -> None:
        self._stop = None
        if calibration is None:
            self.stopped.emit()
        else:
            self.measured.emit(calibration)

    def _fail(self, error: FacelatchError) -> None:
        self._stop = None
        self.failed.emit(error)


_WHOLE = 1000


class WaitReason(StrEnum):
    """Why no measurement is shown."""

    OPENING = "opening"
    MEASURING = "measuring"
    STOPPED = "stopped"
    NO_PEOPLE = "no-people"
    FAILED = "failed"


class WaitingPane(Placeholder):
    """Says reason no measurement is shown and offers the next step.

    Signals:
        enrol_wanted: Enrol the first person.
        measure_wanted: Start a measurement.
        stop_wanted: Stop the measurement.
    """

    enrol_wanted = Signal()
    measure_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self) -> None:
        self.progress = QProgressBar()
        super().__init__("chart-line", self.progress)
        self._reason = WaitReason.OPENING
        self.progress.setRange(0, _WHOLE)
        self.progress.setTextVisible(False)
        self.progress.setFixedSize(320, 8)
        self.step.clicked.connect(self._do_next_step)
        self.retranslate()

    def show_reason(self, reason: WaitReason) -> None:
        """Show a reason."""
        self._reason = reason
        self.progress.setValue(0)
        self.retranslate()

    def show_progress(self, share: float) -> None:
        """Show the progress of the measurement, 0 to 1."""
        self.progress.setValue(round(share * _WHOLE))

    def retranslate(self) -> None:
        """Set every translated text."""
        self.tell(*self._words())
        self.progress.setAccessibleName(self.tr("Progress"))
        self.progress.setVisible(self._reason is WaitReason.MEASURING)
        set_style_property(self.step, "kind", "plain" if self._reason is WaitReason.MEASURING else "primary")

    def _words(self) -> tuple[str, str, str]:
        match self._reason:
            case WaitReason.OPENING:
                return self.tr("Opening"), "", ""
            case WaitReason.MEASURING:
                lead = self.tr("Every template is compared with every person.")
                return self.tr("Measuring your gallery"), lead, self.tr("Stop")
            case WaitReason.STOPPED:
                return self.tr("Not measured"), "", self.tr("Measure")
            case WaitReason.NO_PEOPLE:
                lead = self.tr("Enrol people to see how well they can be distinguished.")
                return self.tr("No people enrolled yet"), lead, self.tr("Enrol a person")
            case WaitReason.FAILED:
                return self.tr("Your gallery could not be measured"), "", ""

    def _do_next_step(self) -> None:
        steps = {WaitReason.MEASURING: self.stop_wanted, WaitReason.NO_PEOPLE: self.enrol_wanted}
        steps.get(self._reason, self.measure_wanted).emit()
