"""Open the window, run it, and write a screenshot of it."""

import logging
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QEventLoop, QPoint, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.core.errors import CameraLost, EnvironmentProblem
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.logging import redact_credentials
from app.flows.verification import TrackState
from app.ui import theme
from app.ui.shell.backend import Backend
from app.ui.shell.main_window import MainWindow
from app.ui.shell.qt_application import Translators, closed_by_signals, make_qt_app
from app.ui.shell.session import Session

log = logging.getLogger(__name__)

SETTLED_AFTER_S = 12.0
"""Seconds after which the demo has shown two people and the latency card has all its figures."""

_MATCH_TIMEOUT_S = 30.0
_STEP_S = 0.05


def run(backend: Backend, on_ready: Callable[[], None]) -> int:
    """Open the main window and run it until it is closed.

    Args:
        backend: Makes the services and holds the settings.
        on_ready: Called when the services are ready, and again after each restart of them.

    Returns:
        The exit code: 0.
    """
    app = make_qt_app(backend.settings.appearance.scale)
    window = open_window(app, backend)
    window.session.ready.connect(on_ready)
    with closed_by_signals(window.close):
        return app.exec()


def open_window(app: QApplication, backend: Backend) -> MainWindow:
    """Show the window, then start its session.

    Args:
        app: The application, which receives the theme and language of the settings.
        backend: Makes the services and holds the settings.

    Returns:
        The visible window, no larger than the available area of its screen.
    """
    window = build_window(app, backend)
    window.resize(window.size().boundedTo(window.screen().availableSize()))
    window.show()
    window.session.start()
    return window


def build_window(app: QApplication, backend: Backend) -> MainWindow:
    """Return the window, hidden, with its session not started; set the theme and language of the settings.

    Args:
        app: Gets the theme and the translators.
        backend: Makes the services and holds the settings.
    """
    look = backend.settings.appearance
    translators = Translators(app)
    translators.use(look.language)
    theme.apply(app, theme.chosen(look.theme))
    return MainWindow(Session(backend), translators, backend.settings_problem)


def write_screenshot(
    backend: Backend,
    path: Path,
    *,
    size: tuple[int, int] = (1280, 800),
    scale: float = 1.0,
    settled_after_s: float = SETTLED_AFTER_S,
) -> None:
    """Run the window until a person is recognised, and write a PNG file of it.

    Args:
        backend: Its settings name the source, theme and language.
        path: The PNG file.
        size: Of the window, (width, height).
        scale: Pixels of the file per pixel of the window.
        settled_after_s: Seconds for which the window runs before a person has to be recognised.

    Raises:
        FacelatchError: The source or the recognition failed, no person was recognised, or the file cannot be written.
    """
    app = make_qt_app()
    window = open_window(app, backend)
    window.resize(*size)
    try:
        wait(settled_after_s)
        _wait_for_match(window)
        save(window, path, scale)
    finally:
        window.close()


def save(window: MainWindow, path: Path, scale: float = 1.0) -> None:
    """Write a PNG file of the window in its current state.

    Args:
        window: The window, shown.
        path: The PNG file.
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


def wait(seconds: float) -> None:
    """Run the event loop for some seconds."""
    loop = QEventLoop()
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        QTimer.singleShot(round(left * 1000), loop.quit)
        loop.exec()


def _wait_for_match(window: MainWindow) -> None:
    until = monotonic() + _MATCH_TIMEOUT_S
    while not _shows_match(window):
        state = window.session.state
        problem = state.error or (state.live and (state.live.engine.error or state.live.camera.error))
        if problem:
            raise problem
        if monotonic() > until:
            raise CameraLost(
                QT_TRANSLATE_NOOP("errors", "No face could be judged at “{camera}”."),
                QT_TRANSLATE_NOOP("errors", "Look straight at the camera, alone, in even light."),
                camera=redact_credentials(state.source),
            )
        wait(_STEP_S)


def _shows_match(window: MainWindow) -> bool:
    result = window.live.picture.result
    return result is not None and any(face.status.state is TrackState.MATCHED for face in result.faces)
