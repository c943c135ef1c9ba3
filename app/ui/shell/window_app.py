"""Opening the window."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.core.settings.model import Settings
from app.ui import theme
from app.ui.ports import ApplicationPort
from app.ui.shell.main_window import MainWindow
from app.ui.shell.qt_application import Translators, log_qt_messages
from app.ui.shell.session import Session
from app.ui.widgets.icons import app_icon

_FACTOR = "QT_SCALE_FACTOR"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run(application: ApplicationPort, on_ready: Callable[[], None]) -> int:
    """Open the main window and stay until it is closed.

    Args:
        application: What is behind the window.
        on_ready: Called when the services can be used, and again after each restart of them.

    Returns:
        The exit code: 0.
    """
    app = make_qt_app(application.settings.appearance.scale)
    window = open_window(app, application)
    window.session.ready.connect(on_ready)
    with closed_by_signals(window.close):
        return app.exec()


def make_qt_app(scale: int = 100) -> QApplication:
    """The one QApplication, dressed later.

    Args:
        scale: In percent, of everything; `QT_SCALE_FACTOR` in the environment wins. Cannot be changed later.
    """
    unset_opencv_plugin_paths()
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    log_qt_messages()
    with _scaled(scale):
        app = QApplication(["facelatch"])
    app.setApplicationName("facelatch")
    app.setApplicationDisplayName("Facelatch")
    app.setDesktopFileName("facelatch")
    app.setWindowIcon(app_icon())
    return app


def open_window(app: QApplication, application: ApplicationPort) -> MainWindow:
    """Show the window at once, and start what is behind it."""
    window = build_window(app, application, application.settings)
    window.resize(window.size().boundedTo(window.screen().availableSize()))
    window.show()
    window.session.start()
    return window


def build_window(app: QApplication, application: ApplicationPort, settings: Settings) -> MainWindow:
    """The window, not shown, nothing started.

    Args:
        app: Dressed in the theme and language of the settings.
        application: What is behind the window.
        settings: Of the look.
    """
    translators = Translators(app)
    translators.use(settings.appearance.language)
    theme.apply(app, theme.chosen(settings.appearance.theme))
    return MainWindow(Session(application), translators, application.settings_problem)


@contextmanager
def _scaled(scale: int) -> Iterator[None]:
    """Qt reads the factor once, when the application is made; what the program starts must not inherit it."""
    if scale == 100 or _FACTOR in os.environ:
        yield
        return
    os.environ[_FACTOR] = str(scale / 100)
    try:
        yield
    finally:
        del os.environ[_FACTOR]


def unset_opencv_plugin_paths() -> None:
    """OpenCV, once imported, points Qt to plug-ins and fonts of its own, which are of another version of Qt."""
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        os.environ.pop(name, None)


@contextmanager
def closed_by_signals(close_window: Callable[[], object]) -> Iterator[None]:
    """Ctrl+C and SIGTERM close the window as its own button does.

    Python looks at signals between two of its own instructions: the window's status timer gives it four chances a
    second.

    Args:
        close_window: What the button does.
    """

    def close(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as `signal` calls it
        QTimer.singleShot(0, close_window)

    before = {number: signal.signal(number, close) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
