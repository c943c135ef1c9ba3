"""Run a kiosk's screen, and report its health to systemd and a local socket."""

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
    """Show a kiosk until it is left with the admin PIN or the system ends it.

    Args:
        settings: Name the language.
        kiosk: The kiosk; the caller closes it.
        windowed: Whether to run in an ordinary window that can be closed.

    Returns:
        The exit code: 0.
    """
    app = _themed_app(settings, kiosk.policy.screen.theme)
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
    watchdog = Watchdog(kiosk, screen)
    try:
        return _show(app, screen, kiosk.policy.screen.monitor, windowed=windowed)
    finally:
        watchdog.stop()
        if speaker is not None:
            speaker.close()


def run_broken_kiosk(settings: Settings, problem: FacelatchError, *, windowed: bool = False) -> int:
    """Show why a kiosk cannot be used, locked and without camera, until the system ends it.

    Args:
        settings: Name the language.
        problem: Why the kiosk cannot be used.
        windowed: Whether to run in an ordinary window that can be closed.

    Returns:
        The exit code: 0.
    """
    app = _themed_app(settings, Theme.DARK)
    screen = KioskScreen(None, problem)
    report = QTimer(screen, interval=1000)
    report.timeout.connect(lambda: notify("WATCHDOG=1\nSTATUS=locked: out of service"))
    report.start()
    notify("READY=1")
    return _show(app, screen, None, windowed=windowed)


def _themed_app(settings: Settings, wanted: Theme) -> QApplication:
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
    """Reports the health of a kiosk to systemd's watchdog and to a local socket. Lives in the window's thread.

    The reports stop when the screen or the kiosk's thread hangs.

    Args:
        kiosk: The kiosk.
        parent: Owner of this object.
    """

    def __init__(self, kiosk: KioskService, parent: QObject) -> None:
        super().__init__(parent)
        self._kiosk = kiosk
        self._socket = _listen(runtime_dir() / f"kiosk-{kiosk.policy.name}.sock", kiosk)
        interval = watchdog_interval_s()
        self._timer = QTimer(self, interval=min(round(interval * 1000), _STATUS_MS) if interval else _STATUS_MS)
        self._timer.timeout.connect(self.report)
        self._timer.start()
        notify("READY=1")

    def report(self) -> None:
        """Send one report, unless the kiosk hangs."""
        if not self._kiosk.is_hanging:
            notify(f"WATCHDOG=1\nSTATUS={self._kiosk.health()['state']}")

    def stop(self) -> None:
        """Stop reporting and close the socket."""
        self._timer.stop()
        notify("STOPPING=1")
        if self._socket is not None:
            self._socket.close()


def _listen(path: Path, kiosk: KioskService) -> HealthSocket | None:
    """Return the health socket; None if the platform has no such sockets."""
    try:
        return HealthSocket(path, kiosk.health)
    except (OSError, AttributeError) as error:
        log.warning("the health socket of the kiosk cannot be opened at %s: %s", path, error)
        return None
