"""The database page, and the recovery of a database that cannot be opened."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPageSize, QPdfWriter
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.core.credentials import KeySourceKind
from app.core.errors import FacelatchError, InvalidRequest, KeyUnavailable, StoreCorrupt, StoreFull
from app.core.roles import Permission, Role
from app.core.settings.sections import Language, Theme
from app.services.database.store_service import BackupReason, Fault, FaultKind
from app.ui.shell.main_window import MainWindow
from app.ui.store.recovery_code_card import paint_code
from app.ui.store.rotation_cards import TaskStage
from tests.ui.conftest import OpenWindow, set_language
from tests.ui.fakes import FakeApplication
from tests.ui.live.test_live_page_layout import clipped_labels, overlapping_controls
from tests.ui.store_fakes import CODE, backup

DATABASE = "/home/grace/.local/share/facelatch/facelatch.sqlite3"
GONE = KeyUnavailable(path=DATABASE, reason="/home/grace/.config/facelatch-keys/1f.key cannot be read")


def read(part: QWidget) -> str:
    """Return all visible text of a widget."""
    return " | ".join(label.text() for label in part.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def page(window: MainWindow, application: FakeApplication, qtbot: QtBot) -> MainWindow:
    """The window on the database page with two backups."""
    application.store.kept = [backup(0), backup(1, BackupReason.MIGRATION)]
    window.show_page("store")
    qtbot.waitUntil(lambda: "Latest backup" in read(window.store.backups))
    return window


def test_key_source_and_its_protection_are_shown(page: MainWindow) -> None:
    assert "Stored in: A key file" in read(page.store.source)
    assert "not a stolen disk" in read(page.store.source)
    assert "No recovery code." in read(page.store.recovery)


def test_key_is_moved_behind_a_passphrase(page: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    card = page.store.source
    card.change.click()
    qtbot.waitUntil(card.source_form.isVisible)
    assert card.source_form.kind.value is KeySourceKind.KEYRING
    card.source_form.kind.choose(KeySourceKind.PASSPHRASE)
    field = card.source_form.passphrase
    qtbot.keyClicks(field.first, "aaaaaaaa")
    assert "Weak" in read(field)
    field.first.clear()
    qtbot.keyClicks(field.first, "four words apart Zebra 9")
    qtbot.keyClicks(field.repeat, "four words apart")
    assert "Strong" in read(field)
    assert not card.source_form.keep.isEnabled()
    qtbot.keyClicks(field.repeat, " Lion")
    assert "passphrases do not match" in read(field)
    field.repeat.clear()
    qtbot.keyClicks(field.repeat, "four words apart Zebra 9")
    qtbot.keyClick(field.repeat, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Stored in: A passphrase" in read(card))
    assert application.keys.moved == [(KeySourceKind.PASSPHRASE, "four words apart Zebra 9")]
    assert "required at every start" in read(card)
    assert field.text == ""


def test_failed_key_move_shows_the_reason(page: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    card = page.store.source
    card.change.click()
    qtbot.waitUntil(card.source_form.isVisible)
    application.keys.problem = KeyUnavailable(path=DATABASE, reason="the keyring does not answer")
    card.source_form.keep.click()
    qtbot.waitUntil(lambda: "does not answer" in read(card))
    assert page.store.close_topmost()
    assert card.source_form.isHidden()
    assert not page.store.close_topmost()


def test_recovery_code_is_shown_until_confirmed(
    page: MainWindow, application: FakeApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = page.store.recovery
    card.make.click()
    qtbot.waitUntil(card.code.isVisible)
    groups = CODE.split("-")
    assert all(group in read(card.code) for group in groups)
    card.code.copy.click()
    assert QApplication.clipboard().text() == CODE
    monkeypatch.setattr(QPrintDialog, "exec", lambda _: 0)
    card.code.print.click()
    qtbot.keyClicks(card.code.field, "wrong")
    assert not card.code.done.isEnabled()
    card.code.field.clear()
    first, second = card.code.asked
    qtbot.keyClicks(card.code.field, f"{groups[first]} {groups[second]}".lower())
    qtbot.keyClick(card.code.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "A recovery code exists." in read(card))
    assert card.code.isHidden()
    assert QApplication.clipboard().text() == ""
    assert groups[0] not in read(page)


def test_new_recovery_code_needs_confirmation(page: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    application.keys.said = replace(application.keys.said, recovery_code=True)
    page.store.refresh()
    card = page.store.recovery
    qtbot.waitUntil(lambda: "A recovery code exists." in read(card))
    card.make.click()
    assert "will stop working" in read(card)
    assert page.store.close_topmost()
    card.make.click()
    card.confirm.click()
    qtbot.waitUntil(card.code.isVisible)


def test_printed_page_contains_title_code_and_instructions(tmp_path: Path, themed_app: object) -> None:
    writer = QPdfWriter(str(tmp_path / "code.pdf"))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    paint_code(writer, CODE)
    assert (tmp_path / "code.pdf").stat().st_size > 2000


def test_key_rotation_runs_in_steps(page: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    card = page.store.rotate
    card.begin.click()
    assert card.stage is TaskStage.ASKING
    assert page.store.close_topmost()
    card.begin.click()
    seen: list[int] = []
    card.steps.advanced.connect(seen.append)
    card.continue_button.click()
    qtbot.waitUntil(lambda: "encrypted with the new key" in read(card))
    assert seen == list(range(1, 7))
    assert card.bar.maximum() == 6
    assert application.keys.rotations == 1
    page.store.revoke.begin.click()
    page.store.revoke.continue_button.click()
    qtbot.waitUntil(lambda: application.keys.revocations == 1)


def test_interrupted_task_can_be_continued(page: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    card = page.store.rotate
    application.keys.problem = StoreFull(path=DATABASE)
    card.begin.click()
    card.continue_button.click()
    qtbot.waitUntil(lambda: "no room left" in read(card))
    assert "interrupted" in read(card)
    application.keys.problem = None
    card.continue_button.click()
    qtbot.waitUntil(lambda: application.keys.rotations == 1)
    application.keys.said = replace(application.keys.said, revoking=True)
    page.store.refresh()
    qtbot.waitUntil(lambda: "continue to rotate the rest" in read(page.store.revoke))


def test_backup_is_made_listed_and_restored(
    page: MainWindow, application: FakeApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = page.store.backups
    card.make.click()
    qtbot.waitUntil(lambda: len(application.store.kept) == 3 and "Backed up to" in read(card))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("/media/stick/copy.sqlite3", ""))
    card.make_to_file.click()
    qtbot.waitUntil(lambda: "/media/stick/copy.sqlite3" in read(card).replace("\u200b", ""))
    qtbot.waitUntil(lambda: len(restores(card.list)) == 3)
    restores(card.list)[-1].click()
    assert card.restore_pane.isVisible()
    assert "Restore the state of" in read(card.restore_pane)
    assert not card.restore_pane.restore.isEnabled()
    assert page.store.close_topmost()
    restores(card.list)[-1].click()
    qtbot.keyClicks(card.restore_pane.field, "Restore")
    restored: list[bool] = []
    page.store.restored.connect(lambda: restored.append(True))
    qtbot.keyClick(card.restore_pane.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Restored." in read(card))
    assert application.store.restored == [backup(1, BackupReason.MIGRATION).path]
    assert restored


def test_failed_restore_can_be_retried(page: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    card = page.store.backups
    restores(card.list)[0].click()
    qtbot.keyClicks(card.restore_pane.field, "restore")
    application.store.problem = StoreFull(path=DATABASE)
    card.restore_pane.restore.click()
    qtbot.waitUntil(lambda: "no room left" in read(card))
    assert card.restore_pane.restore.isEnabled()


def test_check_lists_faults(page: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    card = page.store.check
    card.check.click()
    qtbot.waitUntil(lambda: "No problems found." in read(card))
    application.store.faults = [Fault(FaultKind.FILE, f"templates, row {number}", "changed") for number in range(25)]
    card.check.click()
    qtbot.waitUntil(lambda: "25 problem(s) found" in read(card) or "25 problems found" in read(card))
    assert "templates, row 19: changed" in read(card)
    assert "and 5 more" in read(card)


@pytest.mark.parametrize("look", [Theme.DARK, pytest.param(Theme.HIGH_CONTRAST, marks=pytest.mark.soak)])
def test_page_is_not_clipped_in_any_theme(open_window: OpenWindow, qtbot: QtBot, look: Theme) -> None:
    application = FakeApplication(look)
    application.store.kept = [backup(0), backup(1, BackupReason.RESTORE)]
    application.keys.said = replace(application.keys.said, recovery_code=False, rotating=True)
    window = open_window(application)
    window.show_page("store")
    qtbot.waitUntil(lambda: "Latest backup" in read(window.store.backups))
    window.store.recovery.make.click()
    window.store.source.change.click()
    qtbot.waitUntil(window.store.source.source_form.isVisible)
    window.store.source.source_form.kind.choose(KeySourceKind.PASSPHRASE)
    restores(window.store.backups.list)[0].click()
    window.store.revoke.begin.click()
    for size in ((1280, 800), (960, 600)):
        window.resize(*size)
        qtbot.wait(50)
        assert clipped_labels(window) == []
        assert overlapping_controls(window) == []


def test_operator_does_not_see_the_page(application: FakeApplication, open_window: OpenWindow, qtbot: QtBot) -> None:
    application.roles.passwords = {Role.ADMIN: "correct horse", Role.OPERATOR: "battery staple"}
    application.roles.role = Role.OPERATOR
    window = open_window(application)
    qtbot.waitUntil(lambda: window.access_to.state.role is Role.OPERATOR)
    assert not window.rail.button_of("store").isVisible()
    assert not window.access_to.state.may(Permission.MANAGE_STORE)


def open_gone(
    application: FakeApplication, open_window: OpenWindow, qtbot: QtBot, problem: FacelatchError = GONE
) -> MainWindow:
    """Open a window on a database that fails to open until a recovery succeeds."""

    def help_it() -> None:
        application.problem = None

    application.problem = problem
    application.recovery.helped = help_it
    window = open_window(application)
    qtbot.waitUntil(lambda: window.recovery.isVisible() and "Nothing was changed" in read(window.recovery))
    return window


def opened(window: MainWindow) -> Callable[[], bool]:
    return lambda: window.session.services is not None and window.rail.isVisible() and not window.recovery.isVisible()


def test_recovery_code_opens_a_database_without_key(
    application: FakeApplication, open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_gone(application, open_window, qtbot)
    recovery = window.recovery
    assert "The database key is missing" in read(recovery)
    assert not window.rail.isVisible()
    assert not recovery.passphrase.isVisible()
    application.recovery.problem = InvalidRequest("Group 2 of the recovery code is mistyped.", "Compare it.")
    qtbot.keyClicks(recovery.code.field, "abc")
    recovery.code.open.click()
    qtbot.waitUntil(lambda: "Group 2" in read(recovery))
    application.recovery.problem = GONE
    qtbot.keyClick(recovery.code.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "does not belong to this database" in read(recovery))
    application.recovery.problem = None
    qtbot.keyClick(recovery.code.field, Qt.Key.Key_Return)
    qtbot.waitUntil(opened(window))
    assert recovery.code.field.text() == ""


def test_passphrase_can_be_entered_or_forgotten(
    application: FakeApplication, open_window: OpenWindow, qtbot: QtBot
) -> None:
    application.problem = GONE
    application.recovery.kinds = frozenset({KeySourceKind.PASSPHRASE, KeySourceKind.RECOVERY})
    application.recovery.passphrase = "right"
    application.recovery.problem = GONE
    application.recovery.helped = lambda: setattr(application, "problem", None)
    window = open_window(application)
    recovery = window.recovery
    qtbot.waitUntil(lambda: "Enter the passphrase" in read(recovery))
    assert not recovery.code.isVisible()
    qtbot.keyClicks(recovery.passphrase.field, "wrong")
    recovery.open.click()
    qtbot.waitUntil(lambda: "Wrong passphrase." in read(recovery))
    recovery.forgotten.click()
    assert recovery.code.isVisible()
    recovery.passphrase.field.clear()
    qtbot.keyClicks(recovery.passphrase.field, "right")
    qtbot.keyClick(recovery.passphrase.field, Qt.Key.Key_Return)
    qtbot.waitUntil(opened(window))
    assert recovery.passphrase.text == ""


def test_damaged_database_restores_a_backup(
    application: FakeApplication, open_window: OpenWindow, qtbot: QtBot
) -> None:
    application.recovery.kept = (backup(0), backup(1))
    window = open_gone(application, open_window, qtbot, StoreCorrupt(path=DATABASE))
    recovery = window.recovery
    assert "The database is damaged" in read(recovery)
    assert not recovery.code.isVisible()
    restores(recovery.backups.list)[1].click()
    qtbot.keyClicks(recovery.backups.restore_pane.field, "restore")
    application.recovery.problem = StoreFull(path=DATABASE)
    recovery.backups.restore_pane.restore.click()
    qtbot.waitUntil(lambda: "no room left" in read(recovery))
    application.recovery.problem = None
    recovery.backups.restore_pane.restore.click()
    qtbot.waitUntil(opened(window))
    assert application.recovery.restored == [backup(1).path]


def test_without_a_way_to_recover_retry_remains(
    application: FakeApplication, open_window: OpenWindow, qtbot: QtBot
) -> None:
    application.recovery.kinds = frozenset({KeySourceKind.KEY_FILE})
    window = open_gone(application, open_window, qtbot)
    assert "there is no recovery code" in read(window.recovery)
    application.problem = None
    window.recovery.retry.click()
    qtbot.waitUntil(opened(window))


@pytest.mark.parametrize("size", [pytest.param((1280, 800), marks=pytest.mark.soak), (960, 600)])
def test_recovery_pane_is_translated_and_not_clipped(
    application: FakeApplication, open_window: OpenWindow, qtbot: QtBot, size: tuple[int, int]
) -> None:
    application.recovery.kept = tuple(backup(number) for number in range(3))
    window = open_gone(application, open_window, qtbot)
    window.resize(*size)
    restores(window.recovery.backups.list)[0].click()
    for language in (Language.ENGLISH, Language.CHINESE):
        set_language(window, language)
        qtbot.wait(50)
        assert clipped_labels(window) == []
        assert overlapping_controls(window) == []


def restores(part: QWidget) -> list[QAbstractButton]:
    """Return the restore buttons of the backup list."""
    return [made for made in part.findChildren(QAbstractButton) if made.isVisible()]
