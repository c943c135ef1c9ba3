"""The main window as a whole."""

from app.ui.shell import MainWindow
from tests.ui.conftest import show
from tests.ui.fakes import FakeApplication, result, seen


def test_shows_who_is_there(window: MainWindow, application: FakeApplication) -> None:
    show(window, application, result(seen()))
    assert window.live.picture.has_picture
