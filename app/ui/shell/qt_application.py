"""What Qt itself has to say goes to the program's log, and not to standard error."""

import logging

from PySide6.QtCore import QLibraryInfo, QLocale, QMessageLogContext, QtMsgType, QTranslator, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from app.core.paths import resources_dir
from app.core.settings.sections import Language

log = logging.getLogger(__name__)

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def log_qt_messages() -> None:
    """From now on."""
    qInstallMessageHandler(log_qt_message)


def log_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Write one message of Qt's to the log."""
    log.log(_LEVELS[kind], "%s: %s", context.category or "qt", message)


class Translators:
    """Keeps Qt's translators in step with the setting.

    Args:
        app: Told of every change, which it passes on to every widget.
    """

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._system = QLocale.system()
        self._installed: list[QTranslator] = []

    def use(self, language: Language) -> None:
        """Speak this language from now on. English, the language of the source, needs translating only in plurals."""
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
