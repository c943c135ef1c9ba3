"""The main window: rail, pages, scale, closing."""

import os
import subprocess
import sys
from threading import Event, Timer

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.shell.main_window import SMALLEST, MainWindow
from app.ui.shell.navigation import Page, Place, Rail
from tests.fakes.pipeline import result, seen
from tests.ui.application import AppHarness
from tests.ui.conftest import show_result

PLACES = (Place("live", "Live", "Live picture", "user-focus"), Place("end", "End", "The end", "users", at_foot=True))


def test_result_shows_the_picture(window: MainWindow, application: AppHarness) -> None:
    show_result(window, application, result(seen()))
    assert window.live.picture.has_picture


def test_page_number_is_its_shortcut(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for number, page in enumerate(window.pages.values()):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_1 + number), Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(page.isVisible)
        assert sum(other.isVisible() for other in window.pages.values()) == 1


def test_rail_shows_label_and_shortcut(qtbot: QtBot, themed_app: object) -> None:
    rail = Rail(PLACES)
    qtbot.addWidget(rail)
    rail.resize(rail.width(), 600)
    rail.show()
    live, end = (rail.button_of(place.key) for place in PLACES)
    assert (live.text(), live.toolTip()) == ("Live", "Live picture (Ctrl+1)")
    assert end.toolTip() == "The end (Ctrl+2)"
    assert live.y() < 100
    assert end.y() > 300
    with qtbot.waitSignal(rail.page_chosen) as chosen:
        end.click()
    assert chosen.args == ["end"]


def test_shown_page_is_refreshed(qtbot: QtBot) -> None:
    class Counting(Page):
        refreshed = 0

        def refresh(self) -> None:
            self.refreshed += 1

    page = Counting()
    qtbot.addWidget(page)
    page.show()
    page.hide()
    page.show()
    assert page.refreshed == 2
    assert not page.close_topmost()


def test_unknown_page_raises(window: MainWindow) -> None:
    with pytest.raises(KeyError):
        window.show_page("nowhere")


def test_low_rail_hides_its_labels(window: MainWindow) -> None:
    button = window.rail.button_of("live")
    window.resize(960, 600)
    QApplication.processEvents()
    assert button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextUnderIcon
    window.resize(*SMALLEST)
    QApplication.processEvents()
    assert button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
    assert button.accessibleName() == "Live"
    assert button.toolTip().startswith("Live picture")


def test_page_scrolls_in_a_small_window(window: MainWindow) -> None:
    window.resize(*SMALLEST)
    QApplication.processEvents()
    assert window.live.width() >= window.live.minimumSizeHint().width()
    assert window.live.visibleRegion().boundingRect().width() < window.live.width()


@pytest.mark.parametrize(("said", "percent", "ratio"), [("", 250, 2.5), ("", 100, 1.0), ("1.5", 250, 1.5)])
def test_scale_follows_settings_and_environment(said: str, percent: int, ratio: float) -> None:
    code = (
        "import os; from app.ui.shell.qt_application import make_qt_app; "
        f"app = make_qt_app({percent}); "
        "print(app.primaryScreen().devicePixelRatio(), os.environ.get('QT_SCALE_FACTOR'))"
    )
    environment = {**os.environ, **({"QT_SCALE_FACTOR": said} if said else {})}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.split() == [str(ratio), said or "None"]


def test_last_change_is_recorded_on_close(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    begun, go_on = Event(), Event()

    def hold() -> None:
        begun.set()
        go_on.wait(5)

    window.session.worker.submit(hold, lambda _: None, lambda _: None)
    assert begun.wait(5)
    window.session.set_one_in(100)
    Timer(0.05, go_on.set).start()
    window.close()
    assert len(application.settings_changes) == 1


def test_pending_input_is_saved_on_close(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    window.show_page("settings")
    window.activateWindow()
    line = window.settings.rows["recognition.max_faces"].field.parts()[0]
    line.setFocus()
    line.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(line, "7")
    window.close()
    assert application.stored_settings["recognition"] == {"max_faces": 7}
    assert len(application.settings_changes) == 1
