"""The beat that the system listens for: it stops when either the screen or what is behind it hangs."""

import logging
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from app.core.paths import runtime_dir
from app.services.kiosk.health import HealthSocket, notify, watchdog_interval_s
from app.ui.kiosk.ports import KioskPort

log = logging.getLogger(__name__)

_STATUS_MS = 2000


class Heart(QObject):
    """Tells systemd, and whoever asks at the local socket, how a kiosk is doing. Lives in the window's thread.

    Args:
        kiosk: Whose heart it is.
        parent: Ends it.
    """

    def __init__(self, kiosk: KioskPort, parent: QObject) -> None:
        super().__init__(parent)
        self._kiosk = kiosk
        self._socket = _listen(runtime_dir() / f"kiosk-{kiosk.policy.name}.sock", kiosk)
        interval = watchdog_interval_s()
        self._timer = QTimer(self, interval=min(round(interval * 1000), _STATUS_MS) if interval else _STATUS_MS)
        self._timer.timeout.connect(self.beat)
        self._timer.start()
        notify("READY=1")

    def beat(self) -> None:
        """Once."""
        if not self._kiosk.is_hanging:
            notify(f"WATCHDOG=1\nSTATUS={self._kiosk.health()['state']}")

    def stop(self) -> None:
        """For good."""
        self._timer.stop()
        notify("STOPPING=1")
        if self._socket is not None:
            self._socket.close()


def _listen(path: Path, kiosk: KioskPort) -> HealthSocket | None:
    """A socket, where the platform has such; without one the kiosk runs all the same."""
    try:
        return HealthSocket(path, kiosk.health)
    except (OSError, AttributeError) as error:
        log.warning("nobody can ask for the kiosk's health at %s: %s", path, error)
        return None
