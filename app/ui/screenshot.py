"""A picture of the window at work, for the README and for those who judge its looks."""

from pathlib import Path
from time import monotonic

from PySide6.QtCore import QEventLoop, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.core.errors import CameraLost, EnvironmentProblem, FacelatchError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.flows.verification import TrackState
from app.pipeline.timings import Stage
from app.ui.ports import ApplicationPort
from app.ui.shell import MainWindow
from app.ui.window_app import build_window, make_qt_app

SIZE = (1280, 800)
_EVENTS = 2
_PATIENCE_S = 40.0
_STEP_MS = 20


def make_picture(application: ApplicationPort, path: Path, *, size: tuple[int, int] = SIZE, scale: float = 1.0) -> None:
    """Watch the source of the settings until its people are recognised, and draw the window into a PNG file.

    Args:
        application: What is behind the window.
        path: Of the file.
        size: Of the window, in device-independent pixels.
        scale: Pixels of the file per pixel of the window.

    Raises:
        FacelatchError: The recognition or the source fails, recognises nobody, or the file cannot be written.
    """
    app = make_qt_app()
    window = build_window(app, application, application.settings)
    window.resize(*size)
    window.show()
    window.session.start()
    try:
        _wait_until_telling(window)
        save_picture(window, path, scale)
    finally:
        window.close()


def save_picture(widget: QWidget, path: Path, scale: float = 1.0) -> None:
    """Draw a widget as it is now into a PNG file.

    Raises:
        EnvironmentProblem: The file cannot be written.
    """
    if not picture_of(widget, scale).save(str(path), "PNG"):  # type: ignore[call-overload]
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("errors", "The picture cannot be written: {path}"),
            QT_TRANSLATE_NOOP("errors", "Choose a directory that exists and that this user may write to."),
            path=path,
        )


def picture_of(widget: QWidget, scale: float = 1.0) -> QImage:
    """A widget as it is now, at `scale` pixels for each of its own."""
    size = widget.size()
    image = QImage(QSize(round(size.width() * scale), round(size.height() * scale)), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(Qt.GlobalColor.black)
    widget.render(image, QPoint())
    return image


def _wait_until_telling(window: MainWindow) -> None:
    """Let the window run until it shows what it is for."""
    deadline = monotonic() + _PATIENCE_S
    while not _is_telling(window):
        problem = _problem(window)
        if problem is None and monotonic() > deadline:
            problem = CameraLost(
                QT_TRANSLATE_NOOP("errors", "Nobody was recognised at “{camera}”."),
                QT_TRANSLATE_NOOP("errors", "Use the demo, or look at the camera as somebody who is enrolled."),
                camera=window.session.settings.camera.source,
            )
        if problem is not None:
            raise problem
        _run_for(_STEP_MS)


def _is_telling(window: MainWindow) -> bool:
    live, result = window.session.state.live, window.live.picture.result
    recognised = result is not None and any(face.status.state is TrackState.MATCHED for face in result.faces)
    measured = live is not None and set(Stage) <= set(live.stages)
    return recognised and measured and window.live.events.model.rowCount() >= _EVENTS


def _problem(window: MainWindow) -> FacelatchError | None:
    state = window.session.state
    return state.refusal or (state.live.engine.error if state.live else None)


def _run_for(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
