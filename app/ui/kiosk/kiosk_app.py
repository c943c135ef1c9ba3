"""Opening a kiosk."""

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from app.core.errors import FacelatchError
from app.core.paths import runtime_dir
from app.core.settings.model import Settings
from app.core.settings.sections import Theme
from app.services.kiosk.health import HealthSocket, notify, watchdog_interval_s
from app.services.kiosk.kiosk_service import KioskService
from app.ui import theme
from app.ui.kiosk.screen import KioskScreen
from app.ui.kiosk.window_guard import KioskWindowGuard
from app.ui.shell.qt_application import Translators, closed_by_signals, make_qt_app
from app.ui.sound import system_speaker

log = logging.getLogger(__name__)

_WINDOW = (1280, 800)


def run_kiosk(settings: Settings, kiosk: KioskService, *, windowed: bool = False) -> int:
    """Show a kiosk until somebody leaves it or the system ends it.

    Args:
        settings: Of the language.
        kiosk: What is behind the screen; closed by whoever made it.
        windowed: In a window that can be closed.

    Returns:
        The exit code: 0.
    """
    app = _dressed(settings, kiosk.policy.screen.theme)
    aloud = kiosk.policy.screen.spoken
    speaker = system_speaker() if (settings.liveness.spoken if aloud is None else aloud) else None
    screen = KioskScreen(kiosk)
    if speaker is not None:
        screen.use_speaker(speaker)
    try:
        kiosk.begin(screen.wake.call)
    except FacelatchError as error:
        log.warning("the kiosk stays locked: %s", error)
        screen.show_problem(error)
    heart = Watchdog(kiosk, screen)
    try:
        return _show(app, screen, kiosk.policy.screen.monitor, windowed=windowed)
    finally:
        heart.stop()
        if speaker is not None:
            speaker.close()


def run_broken_kiosk(settings: Settings, problem: FacelatchError, *, windowed: bool = False) -> int:
    """Show that a kiosk cannot be used: locked, without camera, until the system ends it.

    Returns:
        The exit code: 0.
    """
    app = _dressed(settings, Theme.DARK)
    screen = KioskScreen(None, problem)
    beat = QTimer(screen, interval=1000)
    beat.timeout.connect(lambda: notify("WATCHDOG=1\nSTATUS=locked: the policy is broken"))
    beat.start()
    notify("READY=1")
    return _show(app, screen, None, windowed=windowed)


def _dressed(settings: Settings, wanted: Theme) -> QApplication:
    app = make_qt_app()
    Translators(app).use(settings.appearance.language)
    theme.apply(app, theme.chosen(wanted))
    return app


def _show(app: QApplication, screen: KioskScreen, monitor: int | None, *, windowed: bool) -> int:
    close: Callable[[], object] = screen.close
    if windowed:
        screen.resize(*_WINDOW)
        screen.show()
    else:
        guard = KioskWindowGuard(screen, monitor)
        close = guard.close_window
        guard.show()
    screen.left.connect(close)
    with closed_by_signals(close):
        return app.exec()


_STATUS_MS = 2000


class Watchdog(QObject):
    """Tells systemd, and whoever asks at the local socket, how a kiosk is doing. Lives in the window's thread.

    Args:
        kiosk: Whose heart it is.
        parent: Ends it.
    """

    def __init__(self, kiosk: KioskService, parent: QObject) -> None:
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


def _listen(path: Path, kiosk: KioskService) -> HealthSocket | None:
    """A socket, where the platform has such; without one the kiosk runs all the same."""
    try:
        return HealthSocket(path, kiosk.health)
    except (OSError, AttributeError) as error:
        log.warning("nobody can ask for the kiosk's health at %s: %s", path, error)
        return None
