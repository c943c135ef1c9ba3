"""Notification of the window by the recognition thread, and conversion of pictures for Qt."""

import threading

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage


class Wake(QObject):
    """Coalesced signal without payload from any thread into the window's thread.

    At most one notification is pending, so that a slow window takes the newest result and no queue grows.

    Signals:
        woken: There is a new result. Emitted in the window's thread.
    """

    woken = Signal()
    _crossing = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._pending = False
        self._crossing.connect(self._arrive, Qt.ConnectionType.QueuedConnection)

    def call(self) -> None:
        """Notify the window. May be called from any thread; does not block."""
        with self._lock:
            if self._pending:
                return
            self._pending = True
        self._crossing.emit()

    def _arrive(self) -> None:
        # Before the signal: a result that arrives while it is handled must notify again.
        with self._lock:
            self._pending = False
        self.woken.emit()


def image_from(picture: NDArray[np.uint8]) -> QImage:
    """Return a picture in the format that Qt paints fastest, with its own copy of the pixels.

    Args:
        picture: (height, width, 3), uint8, RGB.
    """
    picture = np.ascontiguousarray(picture)
    height, width = picture.shape[:2]
    borrowed = QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    # The conversion allocates a new buffer, so that no separate copy is needed.
    return borrowed.convertToFormat(QImage.Format.Format_RGB32)
