"""A picture of the window at work, for the README."""

import logging
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QEventLoop, QPoint, QTimer
from PySide6.QtGui import QImage

from app.core.errors import CameraLost, EnvironmentProblem
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.logging import redact_credentials
from app.flows.verification import TrackState
from app.ui.ports import ApplicationPort
from app.ui.shell.main_window import MainWindow
from app.ui.shell.window_app import make_qt_app, open_window

log = logging.getLogger(__name__)

SETTLED_AFTER_S = 12.0
"""By then two people have been seen in the demo, and the latency card is full."""

_PATIENCE_S = 30.0
_STEP_S = 0.05


def make_picture(
    application: ApplicationPort,
    path: Path,
    *,
    size: tuple[int, int] = (1280, 800),
    scale: float = 1.0,
    settled_after_s: float = SETTLED_AFTER_S,
) -> None:
    """Let the window run until somebody is recognised and all is measured, and draw it into a file.

    Args:
        application: What is behind the window; its settings name the source, theme and language.
        path: A PNG file.
        size: Of the window, (width, height).
        scale: Pixels of the file per pixel of the window.
        settled_after_s: How long the window runs before somebody has to be recognised.

    Raises:
        FacelatchError: The source or the recognition failed, nobody was recognised, or the file cannot be written.
    """
    app = make_qt_app()
    window = open_window(app, application)
    window.resize(*size)
    try:
        wait(settled_after_s)
        _wait_for_a_match(window)
        save(window, path, scale)
    finally:
        window.close()


def save(window: MainWindow, path: Path, scale: float = 1.0) -> None:
    """Draw the window as it is into a PNG file.

    Args:
        window: As it is on the screen.
        path: A PNG file.
        scale: Pixels of the file per pixel of the window.

    Raises:
        EnvironmentProblem: The file cannot be written.
    """
    image = QImage(window.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    window.render(image, QPoint())
    if not image.save(str(path), "PNG"):  # type: ignore[call-overload]
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("errors", "The picture cannot be written: {path}"),
            QT_TRANSLATE_NOOP("errors", "Name a file in a directory that exists and can be written."),
            path=path,
        )
    log.info("wrote %s", path)


def _wait_for_a_match(window: MainWindow) -> None:
    until = monotonic() + _PATIENCE_S
    while not _shows_a_match(window):
        state = window.session.state
        problem = state.refusal or (state.live and (state.live.engine.error or state.live.camera.error))
        if problem:
            raise problem
        if monotonic() > until:
            raise CameraLost(
                QT_TRANSLATE_NOOP("errors", "No face could be judged at “{camera}”."),
                QT_TRANSLATE_NOOP("errors", "Look straight at the camera, alone, in even light."),
                camera=redact_credentials(state.source),
            )
        wait(_STEP_S)


def _shows_a_match(window: MainWindow) -> bool:
    result = window.live.picture.result
    return result is not None and any(face.status.state is TrackState.MATCHED for face in result.faces)


def wait(seconds: float) -> None:
    """Let the window live for so long."""
    loop = QEventLoop()
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        QTimer.singleShot(round(left * 1000), loop.quit)
        loop.exec()
