"""From the recognition thread to the window: a tap on the shoulder, never a parcel."""

import threading

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage


class Wake(QObject):
    """Carries "there is something new" into the window's thread, with at most one such message on its way.

    A slow window thus takes the newest result whenever it gets round to it, and no queue grows.
    """

    woken = Signal()
    _crossing = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._pending = False
        self._crossing.connect(self._arrive, Qt.ConnectionType.QueuedConnection)

    def call(self) -> None:
        """Say that there is something new. From any thread; returns at once."""
        with self._lock:
            if self._pending:
                return
            self._pending = True
        self._crossing.emit()

    def _arrive(self) -> None:
        # Before the signal: what comes while the window is busy with it must wake it again.
        with self._lock:
            self._pending = False
        self.woken.emit()


def image_from(picture: NDArray[np.uint8]) -> QImage:
    """A picture as Qt paints it quickest. It owns its pixels, and outlives the array.

    Args:
        picture: height × width × 3, uint8, RGB.
    """
    picture = np.ascontiguousarray(picture)
    height, width = picture.shape[:2]
    borrowed = QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    # The conversion makes a new buffer, as `copy` would; converting and copying would cost twice.
    return borrowed.convertToFormat(QImage.Format.Format_RGB32)
