"""A window without a screen, on the real services with a fake camera."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
from PySide6.QtCore import QEvent, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.settings.schema import find_setting
from app.core.settings.sections import Language
from app.pipeline.live import LiveStatus
from app.pipeline.results import FrameResult
from app.ui import theme
from app.ui.kiosk.screen import KioskScreen
from app.ui.shell.main_window import MainWindow
from app.ui.shell.qt_application import Translators
from app.ui.shell.window_app import build_window
from app.wiring.screens import window_backend
from tests.ui.application import AppHarness
from tests.ui.kiosk.fakes import IdleKiosk, MakeScreen


class OpenWindow(Protocol):
    """Opens a window on an application, and waits until its services can be used where the database opens."""

    def __call__(self, application: AppHarness, opens: bool = True) -> MainWindow: ...


def pytest_itemcollected(item: pytest.Item) -> None:
    """Ignore the warning that the offscreen platform logs for every window."""
    if item.path.is_relative_to(Path(__file__).parent):
        item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture(autouse=True)
def reset_language(qapp: QApplication) -> Iterator[None]:
    """Remove the translators after each test."""
    yield
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    """Closes windows and applications at the end, the last one first."""
    with ExitStack() as closing:
        yield closing


@pytest.fixture
def application(closing: ExitStack) -> AppHarness:
    """The application of the window: English, dark, camera 0."""
    return closing.enter_context(AppHarness())


@pytest.fixture
def open_window(qapp: QApplication, qtbot: QtBot, closing: ExitStack) -> OpenWindow:
    """Opens a window on an application and waits until its services can be used; closed at the end."""

    def opened(application: AppHarness, opens: bool = True) -> MainWindow:
        window = build_window(qapp, window_backend(application))
        closing.callback(application.close)
        closing.callback(_forget, window)
        window.show()
        window.session.start()
        if application.problem is None and opens:
            qtbot.waitUntil(lambda: window.session.services is not None)
        return window

    return opened


@pytest.fixture
def window(open_window: OpenWindow, application: AppHarness) -> MainWindow:
    """An open window whose services can be used."""
    return open_window(application)


@pytest.fixture
def make_screen(themed_app: QApplication, qtbot: QtBot) -> Iterator[MakeScreen]:
    """Opens kiosk screens, in English; closed at the end."""
    made: list[KioskScreen] = []
    translators = Translators(themed_app)
    translators.use(Language.ENGLISH)

    def make(kiosk: IdleKiosk | None, problem: Any = None, size: tuple[int, int] = (1280, 800)) -> KioskScreen:
        screen = KioskScreen(kiosk, problem)
        screen.resize(*size)
        screen.show()
        made.append(screen)
        return screen

    yield make
    for screen in made:
        screen.close()
        screen.deleteLater()
    QApplication.sendPostedEvents()


@pytest.fixture
def themed_app(qapp: QApplication) -> QApplication:
    """The application in the dark theme, for tests of single parts."""
    theme.apply(qapp, theme.DARK)
    return qapp


def set_live_status(window: MainWindow, application: AppHarness, status: LiveStatus) -> None:
    """Set the status of the pipeline, and poll it."""
    application.pipeline.said = status
    window.session.polled.emit()


def show_result(window: MainWindow, application: AppHarness, new: FrameResult) -> None:
    """Have the pipeline publish a result, and the window take it."""
    application.pipeline.give(new)
    window.session.wake.woken.emit()


def set_language(window: MainWindow, language: Language) -> None:
    """Choose a language, as the settings page does."""
    assert window.session.change([(find_setting("appearance.language"), language.value)]) is None


def _forget(window: MainWindow) -> None:
    """Close a window and delete it immediately, so that later tests do not style it again."""
    window.close()
    window.deleteLater()
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
