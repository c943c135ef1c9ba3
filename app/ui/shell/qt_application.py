"""The QApplication: scale, icon, log of Qt's messages, translators, and signals that close the window."""

import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from PySide6.QtCore import (
    QLibraryInfo,
    QLocale,
    QMessageLogContext,
    QTimer,
    QtMsgType,
    QTranslator,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from app.core.paths import resources_dir
from app.core.settings.sections import Language
from app.ui.widgets.icons import app_icon

log = logging.getLogger(__name__)

_FACTOR = "QT_SCALE_FACTOR"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def make_qt_app(scale: int = 100) -> QApplication:
    """Return the QApplication, which is made at the first call; its theme and language are set later.

    Args:
        scale: Size of everything in percent. `QT_SCALE_FACTOR` in the environment overrides it. Cannot be changed
            later.
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


@contextmanager
def _scaled(scale: int) -> Iterator[None]:
    """Set the scale factor while the QApplication reads it; child processes must not inherit it."""
    if scale == 100 or _FACTOR in os.environ:
        yield
        return
    os.environ[_FACTOR] = str(scale / 100)
    try:
        yield
    finally:
        del os.environ[_FACTOR]


def unset_opencv_plugin_paths() -> None:
    """Remove the paths that OpenCV sets at import: they lead Qt to plug-ins and fonts of another Qt version."""
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        os.environ.pop(name, None)


@contextmanager
def closed_by_signals(close_window: Callable[[], object]) -> Iterator[None]:
    """Have SIGINT (Ctrl+C) and SIGTERM close the window, until the block ends.

    Python handles a signal only between two of its own instructions; the window's polling timer runs some four times a
    second.

    Args:
        close_window: Closes the window.
    """

    def close(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as `signal` calls it
        QTimer.singleShot(0, close_window)

    before = {number: signal.signal(number, close) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def log_qt_messages() -> None:
    """Write Qt's messages to the program's log in place of standard error."""
    qInstallMessageHandler(log_qt_message)


def log_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Write one message of Qt to the log, at the level of its kind.

    Args:
        kind: Severity that Qt gives the message.
        context: Its category prefixes the line; `qt` if it has none.
        message: The text.
    """
    log.log(_LEVELS[kind], "%s: %s", context.category or "qt", message)


class Translators:
    """Installs the Qt translators of the language in the settings.

    Args:
        app: Notifies every widget of a change of language.
    """

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._system = QLocale.system()
        self._installed: list[QTranslator] = []

    def use(self, language: Language) -> None:
        """Switch to a language. English, the language of the source, needs a translator only for its plurals."""
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self._installed.clear()
        locale = self._locale(language)
        QLocale.setDefault(locale)
        if locale.language() is QLocale.Language.Chinese:
            self._install("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
            self._install("facelatch_zh_CN", str(resources_dir() / "translations"))
        else:
            self._install("facelatch_en", str(resources_dir() / "translations"))

    def _locale(self, language: Language) -> QLocale:
        if language is Language.CHINESE:
            return QLocale(QLocale.Language.Chinese, QLocale.Country.China)
        if language is Language.ENGLISH:
            return QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
        return self._system

    def _install(self, name: str, directory: str) -> None:
        translator = QTranslator(self._app)
        if translator.load(name, directory):
            self._app.installTranslator(translator)
            self._installed.append(translator)
        else:
            log.warning("no translation %s in %s", name, directory)
