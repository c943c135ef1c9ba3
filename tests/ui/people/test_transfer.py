"""Export and import of people in the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.core.bundles import NameConflictRule
from app.core.errors import BundleDamaged, ExportFailed, WrongPassphrase
from app.core.roles import Role
from app.core.settings.sections import Theme
from app.ui.people.export_panel import ExportPanel, Scope
from app.ui.shell.main_window import MainWindow
from tests.ui.conftest import OpenWindow
from tests.ui.fakes import FakeApplication, person
from tests.ui.live.test_live_page_layout import clipped_labels, overlapping_controls

SECRET = "four words apart Zebra 9"
FILE = Path("/media/stick/people.flbundle")
NAMES = ["Ada Lovelace", "Grace Hopper", "Mary Jackson"]


def read(part: QWidget) -> str:
    """Return all visible text of a widget."""
    return " | ".join(label.text() for label in part.findChildren(QLabel) if label.isVisible()).replace("\u200b", "")


@pytest.fixture
def page(window: MainWindow, application: FakeApplication, qtbot: QtBot) -> MainWindow:
    """The window on the people page with three people."""
    for name in NAMES:
        application.people.add(person(name))
    window.show_page("people")
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 3)
    return window


def export(page: MainWindow, qtbot: QtBot) -> None:
    page.people.transfer_menu.export_wanted.emit()
    qtbot.waitUntil(page.people.export_panel.isVisible)


def test_export_of_all_people_is_encrypted(
    page: MainWindow, application: FakeApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(page, qtbot)
    panel = page.people.export_panel
    assert panel.scope.value is Scope.ALL
    assert "can use these people's face data" in read(panel)
    assert not panel.save.isEnabled()
    qtbot.keyClicks(panel.passphrase.first, SECRET)
    qtbot.keyClicks(panel.passphrase.repeat, SECRET)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    panel.save.click()
    assert application.bundles.written == []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("/media/stick/people", ""))
    qtbot.keyClick(panel.passphrase.repeat, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "exported" in read(panel))
    assert application.bundles.written == [(NAMES, FILE, SECRET, True)]
    assert str(FILE) in read(panel)
    assert panel.passphrase.text == ""
    assert page.people.close_topmost()
    assert page.people.table.isVisible()


def scope(panel: ExportPanel) -> object:
    return panel.scope.value


def test_export_of_selected_and_listed_people(page: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    page.people.table.selectAll()
    page.people.search.setText("a")
    qtbot.waitUntil(lambda: page.people.model.rowCount() == 3)
    page.people.search.setText("ada")
    qtbot.waitUntil(lambda: page.people.model.rowCount() == 1)
    export(page, qtbot)
    panel = page.people.export_panel
    assert scope(panel) is Scope.LISTED
    assert [one.name for one in panel.chosen] == ["Ada Lovelace"]
    panel.close_panel()
    page.people.search.clear()
    page.people.table.selectAll()
    export(page, qtbot)
    assert scope(panel) is Scope.SELECTED
    panel.pictures.setChecked(False)
    for field in (panel.passphrase.first, panel.passphrase.repeat):
        qtbot.keyClicks(field, SECRET)
    panel.write_to(FILE)
    qtbot.waitUntil(lambda: bool(application.bundles.written))
    assert application.bundles.written[0][3] is False


def test_failed_export_can_be_retried(page: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    export(page, qtbot)
    panel = page.people.export_panel
    for field in (panel.passphrase.first, panel.passphrase.repeat):
        qtbot.keyClicks(field, SECRET)
    application.bundles.problem = ExportFailed(path=FILE, reason="No space left on device")
    panel.write_to(FILE)
    assert panel.busy
    assert not panel.close_panel()
    qtbot.waitUntil(lambda: "No space left" in read(panel))
    assert panel.save.isEnabled()


def bring(page: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(FILE), ""))
    page.people.transfer_menu.import_wanted.emit()
    qtbot.waitUntil(page.people.import_panel.passphrase.isVisible)


def test_import_with_preview_and_name_rule(
    page: MainWindow, application: FakeApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(page, qtbot, monkeypatch)
    panel, bundles = page.people.import_panel, application.bundles
    assert "4 people" in read(panel)
    bundles.problem = WrongPassphrase(path=FILE)
    qtbot.keyClicks(panel.passphrase.field, "guess")
    panel.preview.click()
    qtbot.waitUntil(lambda: "Wrong passphrase" in read(panel))
    bundles.problem = None
    panel.passphrase.field.clear()
    qtbot.keyClicks(panel.passphrase.field, SECRET)
    qtbot.keyClick(panel.passphrase.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Nothing has been changed yet" in read(panel))
    said = read(panel)
    assert "Grace Hopper: Name taken: skipped" in said
    assert "Mary Jackson: re-enrolment needed" in said
    assert "recreated from stored pictures" in said
    assert not panel.reenrol.isVisible()
    panel.rule.choose(NameConflictRule.RENAME)
    qtbot.waitUntil(lambda: len(bundles.taken) == 2 and not panel.busy)
    taken: list[bool] = []
    panel.people_imported.connect(lambda: taken.append(True))
    panel.import_button.click()
    qtbot.waitUntil(panel.reenrol.isVisible)
    assert [(rule, trial) for _, _, rule, trial in bundles.taken] == [
        (NameConflictRule.SKIP, True),
        (NameConflictRule.RENAME, True),
        (NameConflictRule.RENAME, False),
    ]
    assert taken
    assert panel.passphrase.text == ""
    application.reenrolment.left = [application.people.known[0]]
    page.live.reenrolment.refresh()
    qtbot.waitUntil(lambda: bool(page.live.reenrolment.queue.people))
    panel.reenrol.click()
    qtbot.waitUntil(page.live.enrolment.consent.isVisible)


def test_invalid_bundle_is_rejected(
    page: MainWindow, application: FakeApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    application.bundles.problem = BundleDamaged(path=FILE)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(FILE), ""))
    page.people.transfer_menu.import_wanted.emit()
    panel = page.people.import_panel
    qtbot.waitUntil(lambda: "damaged" in read(panel))
    assert not panel.passphrase.isVisible()
    assert not panel.preview.isVisible()
    panel.leave.click()
    assert page.people.table.isVisible()


def test_cancelled_file_dialog_opens_no_panel(page: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    page.people.transfer_menu.import_wanted.emit()
    assert not page.people.import_panel.isVisible()


@pytest.mark.parametrize("look", [Theme.DARK, pytest.param(Theme.HIGH_CONTRAST, marks=pytest.mark.soak)])
def test_no_step_is_clipped(
    open_window: OpenWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, look: Theme
) -> None:
    application = FakeApplication(look)
    application.people.add(person(NAMES[0]))
    window = open_window(application)
    window.resize(960, 600)
    window.show_page("people")
    qtbot.waitUntil(lambda: window.people.card.person is not None)
    qtbot.wait(50)
    assert clipped_labels(window) == []
    export(window, qtbot)
    qtbot.keyClicks(window.people.export_panel.passphrase.first, "short")
    qtbot.wait(50)
    assert clipped_labels(window) == []
    assert overlapping_controls(window) == []
    window.people.export_panel.close_panel()
    bring(window, qtbot, monkeypatch)
    qtbot.keyClicks(window.people.import_panel.passphrase.field, SECRET)
    window.people.import_panel.preview.click()
    qtbot.waitUntil(window.people.import_panel.outcomes.isVisible)
    qtbot.wait(50)
    assert clipped_labels(window) == []
    assert overlapping_controls(window) == []


def test_operator_does_not_see_export_and_import(
    application: FakeApplication, open_window: OpenWindow, qtbot: QtBot
) -> None:
    application.roles.passwords = {Role.ADMIN: "correct horse", Role.OPERATOR: "battery staple"}
    application.roles.role = Role.OPERATOR
    window = open_window(application)
    qtbot.waitUntil(lambda: window.access_to.state.role is Role.OPERATOR)
    window.show_page("people")
    assert not window.people.transfer_menu.isVisible()
