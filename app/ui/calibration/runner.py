"""Measuring the gallery while the window goes on."""

import threading

from PySide6.QtCore import QObject, Signal

from app.core.errors import FacelatchError
from app.services.calibration import Calibration
from app.ui.session import Session


class CalibrationRunner(QObject):
    """Measures in the thread for slow work, one measurement at a time.

    Signals:
        progressed: The share done, 0 to 1.
        measured: A Calibration.
        stopped: The measurement was given up.
        failed: A FacelatchError.

    Args:
        session: What is behind the window.
        parent: Owns it.
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
        """Whether a measurement is on its way."""
        return self._stop is not None

    def run(self) -> None:
        """Begin, unless one is on its way."""
        services = self._session.services
        if self.running or services is None:
            return
        self._stop = stop = threading.Event()
        calibration = services.calibration
        self._session.slow_worker.submit(
            lambda: calibration.measure(self.progressed.emit, stop.is_set), self._done, self._fail
        )

    def stop(self) -> None:
        """Give it up; it ends soon."""
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
