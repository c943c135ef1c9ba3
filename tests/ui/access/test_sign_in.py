"""Sign-in, sign-out, permissions in the window, and passwords."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.errors import NotAllowed, StoreLocked
from app.core.roles import Role
from app.core.settings.schema import find_setting
from app.core.settings.sections import Language, Theme
from app.services.access.lockouts import AttemptOutcome, SecretAttempt
from app.ui.shell.main_window import MainWindow
from tests.ui.application import PASSWORDS, AppHarness, failing
from tests.ui.conftest import OpenWindow
from tests.ui.live.test_live_page_layout import clipped_labels, overlapping_controls

ADMIN, OPERATOR = PASSWORDS[Role.ADMIN], PASSWORDS[Role.OPERATOR]


@pytest.fixture
def guarded(application: AppHarness) -> AppHarness:
    """An admin and an operator with passwords, not signed in."""
    application.protect()
    application.enrol("Ada")
    return application


@pytest.fixture
def locked(guarded: AppHarness, open_window: OpenWindow, qtbot: QtBot) -> MainWindow:
    window = open_window(guarded)
    qtbot.waitUntil(window.lock.isVisible)
    return window


def sign_in(window: MainWindow, qtbot: QtBot, role: Role, password: str) -> None:
    window.lock.roles.choose(role)
    qtbot.keyClicks(window.lock.password, password)
    qtbot.keyClick(window.lock.password, Qt.Key.Key_Return)


def test_without_admin_password_no_sign_in(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.wait(50)
    assert window.rail.isVisible()
    assert not window.lock.isVisible()
    assert not window.offer.isVisible()


def test_without_sign_in_no_page_is_visible(
    locked: MainWindow, guarded: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not locked.rail.isVisible()
    assert locked.lock.password.echoMode() is locked.lock.password.EchoMode.Password
    sign_in(locked, qtbot, Role.OPERATOR, "guess")
    qtbot.waitUntil(lambda: "Wrong password" in locked.lock.message.text)
    assert locked.lock.password.text() == ""
    monkeypatch.setattr(guarded.roles, "sign_in", lambda *_: SecretAttempt(AttemptOutcome.LOCKED, 2 * 10**9))
    sign_in(locked, qtbot, Role.OPERATOR, OPERATOR)
    qtbot.waitUntil(lambda: "Wait 2 second" in locked.lock.message.text)
    assert not locked.lock.enter.isEnabled()
    locked.lock._count()
    locked.lock._count()
    assert locked.lock.message.text == ""


def test_operator_cannot_change_settings_through_the_session(
    locked: MainWindow, guarded: AppHarness, qtbot: QtBot
) -> None:
    sign_in(locked, qtbot, Role.OPERATOR, OPERATOR)
    qtbot.waitUntil(locked.rail.isVisible)
    session, before = locked.session, guarded.settings
    errors: list[object] = []
    session.settings_unsaved.connect(errors.append)
    assert isinstance(session.change([(find_setting("recognition.operating_point"), "1e-6")]), NotAllowed)
    assert isinstance(session.check([(find_setting("recognition.operating_point"), "1e-6")]), NotAllowed)
    assert isinstance(session.watch("1"), NotAllowed)
    session.set_one_in(100)
    assert [type(error) for error in errors] == [NotAllowed, NotAllowed]
    assert session.settings == guarded.settings == before
    assert guarded.fake_live.watched == ["0"]


def test_operator_sees_permitted_controls(locked: MainWindow, qtbot: QtBot) -> None:
    sign_in(locked, qtbot, Role.OPERATOR, OPERATOR)
    qtbot.waitUntil(locked.rail.isVisible)
    seen = {key for key in locked.pages if locked.rail.button_of(key).isVisible()}
    assert seen == {"live", "people", "access"}
    assert locked.live.toolbar.enrol.isVisible()
    assert not locked.live.toolbar.camera.isVisible()
    locked.show_page("people")
    qtbot.waitUntil(lambda: locked.people.model.rowCount() == 1)
    locked.people.table.selectRow(0)
    qtbot.waitUntil(locked.people.card.isVisible)
    assert locked.people.card.buttons.add.isVisible()
    assert not locked.people.card.buttons.edit.isVisible()
    locked.show_page("access")
    assert not any(card.isVisible() for card in locked.access.cards.values())


def test_admin_sees_everything_and_signs_out(locked: MainWindow, qtbot: QtBot) -> None:
    sign_in(locked, qtbot, Role.ADMIN, ADMIN)
    qtbot.waitUntil(locked.rail.isVisible)
    assert all(locked.rail.button_of(key).isVisible() for key in locked.pages)
    locked.show_page("access")
    qtbot.mouseClick(locked.access.sign_out, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(locked.lock.isVisible)


def test_forbidden_page_is_left_on_sign_in(locked: MainWindow, qtbot: QtBot) -> None:
    sign_in(locked, qtbot, Role.ADMIN, ADMIN)
    qtbot.waitUntil(locked.rail.isVisible)
    locked.show_page("audit")
    locked.access_to.sign_out()
    qtbot.waitUntil(locked.lock.isVisible)
    sign_in(locked, qtbot, Role.OPERATOR, OPERATOR)
    qtbot.waitUntil(locked.rail.isVisible)
    assert locked.live.isVisible()


def test_inactivity_signs_out(locked: MainWindow, qtbot: QtBot) -> None:
    sign_in(locked, qtbot, Role.ADMIN, ADMIN)
    qtbot.waitUntil(locked.rail.isVisible)
    idle = locked.access_to.idle
    assert idle.interval() == 15 * 60_000
    idle.start(1000)
    qtbot.waitUntil(lambda: idle.remainingTime() < 900)
    before = idle.remainingTime()
    qtbot.keyClick(locked, Qt.Key.Key_Shift)
    assert idle.remainingTime() > before
    idle.setInterval(1)
    qtbot.waitUntil(locked.lock.isVisible)
    assert not idle.isActive()


def test_a_closed_window_waits_for_no_activity(locked: MainWindow, qtbot: QtBot) -> None:
    sign_in(locked, qtbot, Role.ADMIN, ADMIN)
    qtbot.waitUntil(locked.access_to.idle.isActive)
    locked.close()
    assert not locked.access_to.idle.isActive()


def test_offer_is_made_once(application: AppHarness, open_window: OpenWindow, qtbot: QtBot) -> None:
    application.settings = application.settings.with_changes(access={"offer_passwords": True})
    window = open_window(application)
    qtbot.waitUntil(window.offer.isVisible)
    qtbot.mouseClick(window.offer.accept, Qt.MouseButton.LeftButton)
    assert window.access.isVisible()
    assert application.settings.access.offer_passwords is False
    card = window.access.cards[Role.ADMIN]
    qtbot.waitUntil(card.first.hasFocus)
    qtbot.keyClicks(card.first, ADMIN)
    qtbot.keyClicks(card.repeat, "other")
    assert "do not match" in card.message.text
    card.repeat.clear()
    qtbot.keyClicks(card.repeat, ADMIN)
    qtbot.keyClick(card.repeat, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: application.roles.state().in_use)
    qtbot.waitUntil(window.access.cards[Role.OPERATOR].isVisible)
    assert "is set" in card.status_message.text
    assert window.access.sign_out.isVisible()
    qtbot.mouseClick(card.remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not application.roles.state().in_use)


def test_short_password_is_rejected_while_typing(window: MainWindow, qtbot: QtBot) -> None:
    card = window.access.cards[Role.ADMIN]
    for field in (card.first, card.repeat):
        qtbot.keyClicks(field, "short")
    assert "8 to 256" in card.message.text
    assert not card.store.isEnabled()


def test_database_error_is_shown(locked: MainWindow, guarded: AppHarness, qtbot: QtBot) -> None:
    with failing(guarded.roles, StoreLocked(path="facelatch.sqlite3"), "sign_in"):
        sign_in(locked, qtbot, Role.ADMIN, ADMIN)
        qtbot.waitUntil(lambda: "locked by another program" in locked.lock.message.text)


@pytest.mark.parametrize("size", [(1280, 800), (960, 600)])
@pytest.mark.parametrize("look", [Theme.DARK, Theme.LIGHT])
@pytest.mark.parametrize("language", [Language.ENGLISH, Language.CHINESE])
def test_nothing_is_clipped_or_overlaps(
    open_window: OpenWindow, language: Language, look: Theme, size: tuple[int, int], qtbot: QtBot
) -> None:
    application = AppHarness(look, language)
    application.protect()
    window = open_window(application)
    window.resize(*size)
    qtbot.waitUntil(window.lock.isVisible)
    QApplication.processEvents()
    assert clipped_labels(window.lock) == overlapping_controls(window.lock) == []
    sign_in(window, qtbot, Role.ADMIN, ADMIN)
    qtbot.waitUntil(window.rail.isVisible)
    window.show_page("access")
    window.offer.show()
    QApplication.processEvents()
    assert clipped_labels(window.access) == overlapping_controls(window.access) == []
    assert clipped_labels(window.offer) == overlapping_controls(window.offer) == []
