"""Export and import of people in the window."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.core.bundles import NameConflictRule
from app.core.errors import ExportFailed, NotAllowed
from app.core.roles import Role
from app.core.settings.sections import Theme
from app.services.people.template_migration import TemplateMigrator
from app.store.people.repository import NewTemplate
from app.ui.people.export_panel import ExportPanel, Scope
from app.ui.shell.main_window import MainWindow
from tests.ui.application import AppHarness, failing
from tests.ui.conftest import OpenWindow
from tests.ui.live.test_live_page_layout import clipped_labels, overlapping_controls

SECRET = "four words apart Zebra 9"
OTHER_MODEL = "mobilefacenet_int8"
NAMES = ["Ada Lovelace", "Grace Hopper", "Mary Jackson"]


def read(part: QWidget) -> str:
    """Return all visible text of a widget."""
    return " | ".join(label.text() for label in part.findChildren(QLabel) if label.isVisible()).replace("\u200b", "")


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of another installation with four people, one of whose names is taken here."""
    file = tmp_path / "people.flbundle"
    with AppHarness(database_file=tmp_path / "elsewhere" / "facelatch.sqlite3") as other:
        other.enrol("Dorothy Vaughan")
        other.enrol("Grace Hopper")
        other.enrol("Hedy Lamarr", 4, model=OTHER_MODEL)
        other.enrol("Katherine Johnson", 3, model=OTHER_MODEL, thumbnail=b"a small JPEG")
        other.bundles.export(other.people.all(), file, SECRET)

    def renewed(_: TemplateMigrator, kept: Sequence[NewTemplate]) -> list[NewTemplate]:
        with AppHarness(database_file=tmp_path / "made" / "facelatch.sqlite3") as other:
            return other.new_templates(len([one for one in kept if one.thumbnail]), 1000)

    monkeypatch.setattr(TemplateMigrator, "migrate", renewed)
    return file


@pytest.fixture
def page(window: MainWindow, application: AppHarness, qtbot: QtBot) -> MainWindow:
    """The window on the people page with three people."""
    for name in NAMES:
        application.enrol(name)
    window.show_page("people")
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 3)
    return window


def export(page: MainWindow, qtbot: QtBot) -> None:
    page.people.transfer_menu.export_wanted.emit()
    qtbot.waitUntil(page.people.export_panel.isVisible)


def test_export_of_all_people_is_encrypted(
    page: MainWindow, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
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
    assert not panel.busy
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "people"), ""))
    qtbot.keyClick(panel.passphrase.repeat, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "exported" in read(panel))
    file = tmp_path / "people.flbundle"
    assert application.bundles.header(file).people == 3
    assert str(file) in read(panel)
    assert panel.passphrase.text == ""
    assert page.people.close_topmost()
    assert page.people.table.isVisible()


def scope(panel: ExportPanel) -> object:
    return panel.scope.value


def test_export_of_selected_and_listed_people(
    page: MainWindow, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_thumbnails: list[bool] = []
    export_people = application.bundles.export

    def remember(*given: Any, thumbnails: bool, **named: Any) -> int:
        with_thumbnails.append(thumbnails)
        return export_people(*given, thumbnails=thumbnails, **named)

    monkeypatch.setattr(application.bundles, "export", remember)
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
    panel.write_to(tmp_path / "people.flbundle")
    qtbot.waitUntil(lambda: "exported" in read(panel))
    assert with_thumbnails == [False]


def test_failed_export_can_be_retried(page: MainWindow, application: AppHarness, qtbot: QtBot, tmp_path: Path) -> None:
    export(page, qtbot)
    panel = page.people.export_panel
    for field in (panel.passphrase.first, panel.passphrase.repeat):
        qtbot.keyClicks(field, SECRET)
    file = tmp_path / "people.flbundle"
    with failing(application.bundles, ExportFailed(path=file, reason="No space left on device"), "export"):
        panel.write_to(file)
        assert panel.busy
        assert not panel.close_panel()
        qtbot.waitUntil(lambda: "No space left" in read(panel))
    assert panel.save.isEnabled()


def bring(page: MainWindow, bundle: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(bundle), ""))
    page.people.transfer_menu.import_wanted.emit()
    qtbot.waitUntil(page.people.import_panel.passphrase.isVisible)


def test_import_with_preview_and_name_rule(
    page: MainWindow, application: AppHarness, bundle: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(page, bundle, qtbot, monkeypatch)
    panel = page.people.import_panel
    assert "4 people" in read(panel)
    qtbot.keyClicks(panel.passphrase.field, "guess")
    panel.preview.click()
    qtbot.waitUntil(lambda: "Wrong passphrase" in read(panel))
    panel.passphrase.field.clear()
    qtbot.keyClicks(panel.passphrase.field, SECRET)
    qtbot.keyClick(panel.passphrase.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Nothing has been changed yet" in read(panel))
    said = read(panel)
    assert "Grace Hopper: Name taken: skipped" in said
    assert "Hedy Lamarr: re-enrolment needed" in said
    assert "recreated from stored pictures" in said
    assert not panel.reenrol.isVisible()
    assert application.names == NAMES
    panel.rule.choose(NameConflictRule.RENAME)
    qtbot.waitUntil(lambda: "Name taken: skipped" not in read(panel) and not panel.busy)
    assert application.names == NAMES
    taken: list[bool] = []
    panel.people_imported.connect(lambda: taken.append(True))
    panel.import_button.click()
    qtbot.waitUntil(panel.reenrol.isVisible)
    imported = ["Dorothy Vaughan", "Grace Hopper (2)", "Hedy Lamarr", "Katherine Johnson"]
    assert application.names == sorted([*NAMES, *imported])
    assert taken
    assert panel.passphrase.text == ""
    page.live.reenrolment.refresh()
    qtbot.waitUntil(lambda: bool(page.live.reenrolment.queue.people))
    panel.reenrol.click()
    qtbot.waitUntil(page.live.enrolment.consent.isVisible)


def test_invalid_bundle_is_rejected(
    page: MainWindow, bundle: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle.write_bytes(b"no bundle")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(bundle), ""))
    page.people.transfer_menu.import_wanted.emit()
    panel = page.people.import_panel
    qtbot.waitUntil(lambda: "not a bundle of people" in read(panel))
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
    open_window: OpenWindow, bundle: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, look: Theme
) -> None:
    application = AppHarness(look)
    application.enrol(NAMES[0])
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
    bring(window, bundle, qtbot, monkeypatch)
    qtbot.keyClicks(window.people.import_panel.passphrase.field, SECRET)
    window.people.import_panel.preview.click()
    qtbot.waitUntil(window.people.import_panel.outcomes.isVisible)
    qtbot.wait(50)
    assert clipped_labels(window) == []
    assert overlapping_controls(window) == []


def test_operator_cannot_export_or_import(
    application: AppHarness, open_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    application.protect(signed_in=Role.OPERATOR)
    window = open_window(application)
    qtbot.waitUntil(lambda: window.access_to.state.role is Role.OPERATOR)
    window.show_page("people")
    assert not window.people.transfer_menu.isVisible()
    services = window.session.services
    assert services is not None
    with pytest.raises(NotAllowed):
        services.bundles.export([], tmp_path / "people.flbundle", SECRET)
    with pytest.raises(NotAllowed):
        services.bundles.import_people(tmp_path / "people.flbundle", SECRET)
