"""Opening a kiosk."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.core.errors import FacelatchError
from app.core.settings import Settings, Theme
from app.services.kiosk.health import notify
from app.ui import theme
from app.ui.kiosk.guard import Guard
from app.ui.kiosk.heart import Heart
from app.ui.kiosk.ports import KioskPort
from app.ui.kiosk.screen import KioskScreen
from app.ui.language import Translators
from app.ui.speech import system_speaker
from app.ui.window_app import closed_by_signals, make_qt_app

log = logging.getLogger(__name__)

_WINDOW = (1280, 800)


def run_kiosk(settings: Settings, kiosk: KioskPort, *, windowed: bool = False) -> int:
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
    heart = Heart(kiosk, screen)
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
        guard = Guard(screen, monitor)
        close = guard.close_window
        guard.show()
    screen.left.connect(close)
    with closed_by_signals(close):
        return app.exec()
