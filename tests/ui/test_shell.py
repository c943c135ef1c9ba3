"""The main window as a whole."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.page import Page, Place
from app.ui.rail import Rail
from app.ui.shell import MainWindow
from tests.ui.conftest import show
from tests.ui.fakes import FakeApplication, result, seen

PLACES = (Place("live", "Live", "Live picture", "user-focus"), Place("end", "End", "The end", "users", at_foot=True))


def test_shows_who_is_there(window: MainWindow, application: FakeApplication) -> None:
    show(window, application, result(seen()))
    assert window.live.picture.has_picture


def test_the_number_of_a_page_in_the_list_is_its_shortcut(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for number, page in enumerate(window.pages.values()):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_1 + number), Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(page.isVisible)
        assert sum(other.isVisible() for other in window.pages.values()) == 1


def test_the_rail_tells_where_a_page_is_and_how_to_get_there(qtbot: QtBot, dressed: object) -> None:
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


def test_a_page_that_comes_into_view_is_up_to_date(qtbot: QtBot) -> None:
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


def test_an_unknown_page_is_a_mistake(window: MainWindow) -> None:
    with pytest.raises(KeyError):
        window.show_page("nowhere")
