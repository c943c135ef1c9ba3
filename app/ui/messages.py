"""What Qt itself has to say goes to the program's log, and not to standard error."""

import logging

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

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
    qInstallMessageHandler(pass_on)


def pass_on(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Write one message of Qt's to the log."""
    log.log(_LEVELS[kind], "%s: %s", context.category or "qt", message)
