"""A picture of the window at work, for the README."""

import logging
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QEventLoop, QTimer

from app.core.errors import EnvironmentProblem
from app.core.i18n import QT_TRANSLATE_NOOP
from app.ui.ports import ApplicationPort
from app.ui.shell import MainWindow
from app.ui.window_app import make_qt_app, open_window

log = logging.getLogger(__name__)

_SETTLED_AFTER_S = 12.0
"""By then two people have been seen in the demo, and the latency card is full."""


def make_picture(application: ApplicationPort, path: Path, *, size: tuple[int, int] = (1280, 800)) -> None:
    """Let the window run for a while and draw it into a file.

    Args:
        application: What is behind the window; its settings name the source, theme and language.
        path: A PNG file.
        size: Of the window, (width, height).

    Raises:
        EnvironmentProblem: The file cannot be written.
    """
    app = make_qt_app()
    window = open_window(app, application)
    window.resize(*size)
    try:
        wait(_SETTLED_AFTER_S)
        save(window, path)
    finally:
        window.close()


def save(window: MainWindow, path: Path) -> None:
    """Draw the window as it is into a PNG file.

    Raises:
        EnvironmentProblem: The file cannot be written.
    """
    if not window.grab().save(str(path), "PNG"):
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("errors", "The picture cannot be written: {path}"),
            QT_TRANSLATE_NOOP("errors", "Name a file in a directory that exists and can be written."),
            path=path,
        )
    log.info("wrote %s", path)


def wait(seconds: float) -> None:
    """Let the window live for so long."""
    loop = QEventLoop()
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        QTimer.singleShot(round(left * 1000), loop.quit)
        loop.exec()
