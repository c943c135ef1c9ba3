"""Those whose time is up are erased while the window is open."""

import pytest
from pytestqt.qtbot import QtBot

from app.core.errors import StoreLocked
from app.ui.retention import EVERY_MS, Retention
from app.ui.shell.main_window import MainWindow
from tests.ui.fakes import FakeApplication


def test_at_the_start_and_every_hour(window: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: application.people.purges == 1)
    (retention,) = window.session.findChildren(Retention)
    assert retention.timer.isActive()
    assert retention.timer.interval() == EVERY_MS == 60 * 60 * 1000
    retention.timer.timeout.emit()
    qtbot.waitUntil(lambda: application.people.purges == 2)


def test_a_failure_is_tried_again_the_next_hour(
    window: MainWindow, application: FakeApplication, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    qtbot.waitUntil(lambda: application.people.purges == 1)
    (retention,) = window.session.findChildren(Retention)
    application.people.problem = StoreLocked(path="people.sqlite3")
    retention.timer.timeout.emit()
    qtbot.waitUntil(lambda: "could not be erased" in caplog.text)
    application.people.problem = None
    assert retention.timer.isActive()
    retention.timer.timeout.emit()
    qtbot.waitUntil(lambda: application.people.purges == 2)
