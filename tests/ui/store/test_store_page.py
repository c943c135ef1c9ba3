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

from app.core.audit import AuditKind, AuditQuery
from app.core.credentials import KeySourceKind
from app.core.errors import KeyUnavailable, StoreFull
from app.core.paths import keys_dir
from app.core.roles import Permission, Role
from app.core.settings.sections import Language, Theme
from app.services.database.store_service import BackupReason, Fault, FaultKind
from app.store.crypto.keys.recovery_code import RecoverySource
from app.ui.shell.main_window import MainWindow
from app.ui.store.recovery_code_card import paint_code
from app.ui.store.rotation_cards import TaskStage
from tests.ui.application import AppHarness, failing
from tests.ui.conftest import OpenWindow
from tests.ui.live.test_live_page_layout import clipped_labels, overlapping_controls

DATABASE = "/home/grace/.local/share/facelatch/facelatch.sqlite3"
PASSPHRASE = "four words apart Zebra 9"


def read(part: QWidget) -> str:
    """Return all visible text of a widget."""
    return " | ".join(label.text() for label in part.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def page(window: MainWindow, application: AppHarness, qtbot: QtBot) -> MainWindow:
    """The window on the database page with two backups."""
    application.enrol("Ada")
    make_backups(application)
    window.show_page("store")
    qtbot.waitUntil(lambda: "Latest backup" in read(window.store.backups))
    return window


def make_backups(application: AppHarness) -> None:
    """Make two backups: one before a migration, one on request."""
    application.storage.backups.make(application.storage.file, BackupReason.MIGRATION)
    application.store.back_up()


def test_key_source_and_its_protection_are_shown(page: MainWindow) -> None:
    assert "Stored in: A key file" in read(page.store.source)
    assert "not a stolen disk" in read(page.store.source)
    assert "No recovery code." in read(page.store.recovery)


def test_key_is_moved_behind_a_passphrase(
    page: MainWindow, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application.keys, "usable_sources", lambda: list(KeySourceKind)[:3])
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
    assert application.keys.state().source is KeySourceKind.PASSPHRASE
    assert "required at every start" in read(card)
    assert field.text == ""


def test_failed_key_move_shows_the_reason(page: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    card = page.store.source
    card.change.click()
    qtbot.waitUntil(card.source_form.isVisible)
    unavailable = KeyUnavailable(path=DATABASE, reason="the keyring does not answer")
    card.source_form.kind.choose(KeySourceKind.KEY_FILE)
    with failing(application.keys, unavailable, "change_source"):
        card.source_form.keep.click()
        qtbot.waitUntil(lambda: "does not answer" in read(card))
    assert page.store.close_topmost()
    assert card.source_form.isHidden()
    assert not page.store.close_topmost()


def test_recovery_code_is_shown_until_confirmed(
    page: MainWindow, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = page.store.recovery
    card.make.click()
    qtbot.waitUntil(card.code.isVisible)
    card.code.copy.click()
    groups = QApplication.clipboard().text().split("-")
    assert len(groups) == 8
    assert all(group in read(card.code) for group in groups)
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


def test_new_recovery_code_needs_confirmation(page: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    application.keys.new_recovery_code()
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
    paint_code(writer, RecoverySource().code)
    assert (tmp_path / "code.pdf").stat().st_size > 2000


def test_key_rotation_runs_in_steps(page: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    card = page.store.rotate
    card.begin.click()
    assert card.stage is TaskStage.ASKING
    assert page.store.close_topmost()
    card.begin.click()
    seen: list[int] = []
    card.steps.advanced.connect(seen.append)
    card.continue_button.click()
    qtbot.waitUntil(lambda: "encrypted with the new key" in read(card))
    assert seen == sorted(set(seen))
    assert seen[-1] == card.bar.maximum() > 0
    assert key_changes(application) == ["data key"]
    page.store.revoke.begin.click()
    page.store.revoke.continue_button.click()
    qtbot.waitUntil(lambda: key_changes(application) == ["data key", "rotation of templates"])


def key_changes(application: AppHarness) -> list[object]:
    """Return the audit log's events about keys, the oldest first."""
    events = application.storage.audit_log.events(AuditQuery(kinds={AuditKind.KEYS_CHANGED}))
    return [event.entry.details["what"] for event in reversed(events)]


def test_interrupted_task_can_be_continued(
    page: MainWindow, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = page.store.rotate
    with failing(application.keys, StoreFull(path=DATABASE), "rotate"):
        card.begin.click()
        card.continue_button.click()
        qtbot.waitUntil(lambda: "no room left" in read(card))
    assert "interrupted" in read(card)
    card.continue_button.click()
    qtbot.waitUntil(lambda: key_changes(application) == ["data key"])
    begun = replace(application.keys.state(), revoking=True)
    monkeypatch.setattr(application.keys, "state", lambda: begun)
    page.store.refresh()
    qtbot.waitUntil(lambda: "continue to rotate the rest" in read(page.store.revoke))


def test_backup_is_made_listed_and_restored(
    page: MainWindow, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    card = page.store.backups
    oldest = application.store.backups()[-1]
    card.make.click()
    qtbot.waitUntil(lambda: len(application.store.backups()) == 3 and "Backed up to" in read(card))
    copy = tmp_path / "copy.sqlite3"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(copy), ""))
    card.make_to_file.click()
    qtbot.waitUntil(lambda: str(copy) in read(card).replace("\u200b", ""))
    assert copy.is_file()
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
    assert restored
    restorations = application.storage.audit_log.events(AuditQuery(kinds={AuditKind.STORE_RESTORED}))
    assert [event.entry.details["backup"] for event in restorations] == [oldest.path.name]


def test_failed_restore_can_be_retried(page: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    card = page.store.backups
    restores(card.list)[0].click()
    qtbot.keyClicks(card.restore_pane.field, "restore")
    with failing(application.store, StoreFull(path=DATABASE), "restore"):
        card.restore_pane.restore.click()
        qtbot.waitUntil(lambda: "no room left" in read(card))
    assert card.restore_pane.restore.isEnabled()


def test_check_lists_faults(
    page: MainWindow, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = page.store.check
    card.check.click()
    qtbot.waitUntil(lambda: "No problems found." in read(card))
    faults = [Fault(FaultKind.FILE, f"templates, row {number}", "changed") for number in range(25)]
    monkeypatch.setattr(application.store, "check", lambda: faults)
    card.check.click()
    qtbot.waitUntil(lambda: "25 problem(s) found" in read(card) or "25 problems found" in read(card))
    assert "templates, row 19: changed" in read(card)
    assert "and 5 more" in read(card)


@pytest.mark.parametrize("look", [Theme.DARK, pytest.param(Theme.HIGH_CONTRAST, marks=pytest.mark.soak)])
def test_page_is_not_clipped_in_any_theme(
    open_window: OpenWindow, qtbot: QtBot, look: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = AppHarness(look)
    begun = replace(application.keys.state(), rotating=True)
    monkeypatch.setattr(application.keys, "state", lambda: begun)
    make_backups(application)
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


def test_an_operator_neither_sees_it_nor_gets_anything_done(
    application: AppHarness, open_window: OpenWindow, qtbot: QtBot
) -> None:
    application.protect(signed_in=Role.OPERATOR)
    window = open_window(application)
    qtbot.waitUntil(lambda: window.access_to.state.role is Role.OPERATOR)
    assert not window.rail.button_of("store").isVisible()
    assert not window.access_to.state.may(Permission.MANAGE_STORE)


def open_closed(application: AppHarness, open_window: OpenWindow, qtbot: QtBot) -> MainWindow:
    """Open a window on a database that cannot be opened."""
    window = open_window(application, False)
    qtbot.waitUntil(lambda: "recovery" in window.__dict__ and window.recovery.isVisible())
    qtbot.waitUntil(lambda: bool(read(window.recovery)))
    return window


def lose_key() -> list[Path]:
    """Remove the key files of all databases."""
    lost = list(keys_dir().iterdir())
    for path in lost:
        path.rename(path.with_suffix(".lost"))
    return lost


def opened(window: MainWindow) -> Callable[[], bool]:
    return lambda: window.session.services is not None and window.rail.isVisible() and not window.recovery.isVisible()


def test_recovery_code_opens_a_database_without_key(
    application: AppHarness, open_window: OpenWindow, qtbot: QtBot
) -> None:
    with AppHarness() as before:
        code = before.keys.new_recovery_code()
    lose_key()
    window = open_closed(application, open_window, qtbot)
    recovery = window.recovery
    qtbot.waitUntil(lambda: "Nothing was changed" in read(recovery))
    assert "The database key is missing" in read(recovery)
    assert not window.rail.isVisible()
    assert not recovery.passphrase.isVisible()
    qtbot.keyClicks(recovery.code.field, "abc")
    recovery.code.open.click()
    qtbot.waitUntil(lambda: "A recovery code has" in read(recovery))
    recovery.code.field.setText(RecoverySource().code)
    qtbot.keyClick(recovery.code.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "does not belong to this database" in read(recovery))
    recovery.code.field.setText(code)
    qtbot.keyClick(recovery.code.field, Qt.Key.Key_Return)
    qtbot.waitUntil(opened(window))
    assert recovery.code.field.text() == ""


def test_passphrase_can_be_entered_or_forgotten(application: AppHarness, open_window: OpenWindow, qtbot: QtBot) -> None:
    with AppHarness() as before:
        before.keys.new_recovery_code()
        before.keys.change_source(KeySourceKind.PASSPHRASE, PASSPHRASE)
    window = open_closed(application, open_window, qtbot)
    recovery = window.recovery
    qtbot.waitUntil(lambda: "Enter the passphrase" in read(recovery))
    assert not recovery.code.isVisible()
    qtbot.keyClicks(recovery.passphrase.field, "wrong")
    recovery.open.click()
    qtbot.waitUntil(lambda: "Wrong passphrase." in read(recovery))
    recovery.forgotten.click()
    assert recovery.code.isVisible()
    recovery.passphrase.field.clear()
    qtbot.keyClicks(recovery.passphrase.field, PASSPHRASE)
    qtbot.keyClick(recovery.passphrase.field, Qt.Key.Key_Return)
    qtbot.waitUntil(opened(window))
    assert recovery.passphrase.text == ""


def test_damaged_database_restores_a_backup(application: AppHarness, open_window: OpenWindow, qtbot: QtBot) -> None:
    damage()
    window = open_closed(application, open_window, qtbot)
    recovery = window.recovery
    assert "The database is damaged" in read(recovery)
    assert not recovery.code.isVisible()
    qtbot.waitUntil(lambda: len(restores(recovery.backups.list)) == 2)
    restores(recovery.backups.list)[1].click()
    qtbot.keyClicks(recovery.backups.restore_pane.field, "restore")
    with failing(application.recovery, StoreFull(path=DATABASE), "restore"):
        recovery.backups.restore_pane.restore.click()
        qtbot.waitUntil(lambda: "no room left" in read(recovery))
    recovery.backups.restore_pane.restore.click()
    qtbot.waitUntil(opened(window))
    assert application.names == ["Ada"]


def damage() -> None:
    """Replace the database by an invalid file with two backups."""
    with AppHarness() as before:
        before.enrol("Ada")
        make_backups(before)
        file = before.storage.file
    file.write_bytes(b"no database " * 1000)


def test_without_a_way_to_recover_retry_remains(application: AppHarness, open_window: OpenWindow, qtbot: QtBot) -> None:
    AppHarness().storage.database.close()
    lost = lose_key()
    window = open_closed(application, open_window, qtbot)
    qtbot.waitUntil(lambda: "there is no recovery code" in read(window.recovery))
    for path in lost:
        path.with_suffix(".lost").rename(path)
    window.recovery.retry.click()
    qtbot.waitUntil(opened(window))


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.CHINESE])
@pytest.mark.parametrize("size", [pytest.param((1280, 800), marks=pytest.mark.soak), (960, 600)])
def test_recovery_pane_is_translated_and_not_clipped(
    open_window: OpenWindow, qtbot: QtBot, size: tuple[int, int], language: Language
) -> None:
    damage()
    window = open_closed(AppHarness(language=language), open_window, qtbot)
    window.resize(*size)
    qtbot.waitUntil(lambda: len(restores(window.recovery.backups.list)) == 2)
    restores(window.recovery.backups.list)[0].click()
    qtbot.wait(50)
    assert clipped_labels(window) == []
    assert overlapping_controls(window) == []


def restores(part: QWidget) -> list[QAbstractButton]:
    """Return the restore buttons of the backup list."""
    return [made for made in part.findChildren(QAbstractButton) if made.isVisible()]
