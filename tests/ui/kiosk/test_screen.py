"""The kiosk's screen in every state, size and language, with unexpected input."""

from collections.abc import Iterator
from random import Random
from time import monotonic_ns
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.core.errors import CameraDark, CameraNotFound, PolicyError, StoreLocked
from app.core.faces import QualityHint
from app.core.liveness import Movement
from app.core.settings.sections import Language
from app.flows.kiosk.types import DenialReason, KioskState
from app.flows.liveness.challenge import ChallengeState
from app.flows.liveness.light_sequence import draw_light_sequence
from app.services.kiosk.controller import LeaveStatus
from app.ui import theme
from app.ui.kiosk import screen as screen_module
from app.ui.kiosk.keypad import KEY
from app.ui.kiosk.screen import KioskScreen
from app.ui.kiosk.window_guard import KioskWindowGuard
from app.ui.shell.qt_application import Translators
from app.ui.sound import Sound
from tests.ui.kiosk.fakes import GRACE, SECOND, IdleKiosk, MakeScreen, asking, policy, view

S = KioskState
LIGHT = draw_light_sequence(Random(1), 10**9)
SAID: list[tuple[KioskState, dict[str, Any], str, str]] = [
    (S.IDLE, {}, "Look at the camera", "muted"),
    (S.LOOKING, {}, "Look at the camera", "accent"),
    (S.LOOKING, {"hints": (QualityHint.MOVE_CLOSER,)}, "Move a little closer", "caution"),
    (S.LOOKING, {"must_leave": True}, "Access granted", "muted"),
    (S.LOOKING, {"reason": DenialReason.NOT_IN_GROUP}, "No access here", "caution"),
    (S.VERIFYING, {"progress": 0.6}, "Hold still", "accent"),
    (S.CHALLENGE, {"challenge": asking(Movement.TURN_LEFT)}, "Turn your head left", "accent"),
    (S.CHALLENGE, {"challenge": asking(None, ChallengeState.RETURNING)}, "Good, look straight", "accent"),
    (S.CHALLENGE, {"challenge": asking(None, ChallengeState.RESTING)}, "Look straight at the camera", "accent"),
    (S.CHALLENGE, {"light": LIGHT}, "Hold still while the screen shines on you", "accent"),
    (S.CHALLENGE, {}, "Move your head a little", "accent"),
    (S.GRANTED, {"person": GRACE, "seconds": 3}, "Welcome, Grace Hopper", "good"),
    (S.GRANTED, {"seconds": 3}, "Welcome", "good"),
    (S.DENIED, {"reason": DenialReason.NOT_RECOGNISED}, "Not recognised", "bad"),
    (S.DENIED, {"reason": DenialReason.NOT_LIVE}, "Liveness check failed", "bad"),
    (S.DENIED, {"reason": DenialReason.NOT_FINISHED}, "The check was not finished", "bad"),
    (S.DENIED, {"reason": DenialReason.NOT_NOW}, "Closed at this time", "caution"),
    (S.LOCKED_OUT, {"seconds": 29.5}, "Wait 0:30", "bad"),
    (S.PIN, {}, "Enter the PIN", "accent"),
    (S.PIN, {"person": GRACE}, "Grace Hopper, your PIN", "accent"),
    (S.PIN, {"pin_wrong": True}, "Wrong PIN", "bad"),
    (S.FAULT, {"blind": True}, "One moment", "muted"),
    (S.FAULT, {"blind": True, "problem": CameraDark(camera="C920")}, "The camera shows no picture", "caution"),
]


@pytest.fixture
def kiosk() -> IdleKiosk:
    return IdleKiosk()


@pytest.fixture
def screen(make_screen: MakeScreen, kiosk: IdleKiosk) -> KioskScreen:
    return make_screen(kiosk)


def shown(screen: KioskScreen) -> list[str]:
    return [label.text() for label in screen.findChildren(QLabel) if label.isVisible() and label.text()]


def visible(*parts: QWidget) -> list[bool]:
    return [part.isVisible() for part in parts]


def test_every_state_has_headline_icon_and_colour(screen: KioskScreen) -> None:
    for state, more, line, role in SAID:
        screen.show_view(view(state, **more))
        assert (screen.headline.text(), screen.disc._role) == (line, role)
        assert screen.disc.accessibleName() == line


def test_colour_never_stands_alone(screen: KioskScreen) -> None:
    signs: dict[str, set[str]] = {}
    for state, more, _, role in SAID:
        screen.show_view(view(state, **more))
        signs.setdefault(screen.disc._icon, set()).add(role)
    assert {icon for icon, roles in signs.items() if {"good", "bad"} <= roles} == set()


@pytest.mark.parametrize("size", [(960, 600), (800, 1280), (1920, 1080)])
@pytest.mark.parametrize("language", [Language.ENGLISH, Language.CHINESE])
def test_no_text_is_clipped_at_any_size(
    make_screen: MakeScreen, kiosk: IdleKiosk, themed_app: QApplication, size: tuple[int, int], language: Language
) -> None:
    screen = make_screen(kiosk, size=size)
    Translators(themed_app).use(language)
    for state, more, _, _ in SAID:
        screen.show_view(view(state, **more))
        QApplication.sendPostedEvents()
        QApplication.processEvents()
        assert screen.minimumSizeHint().width() <= size[0]
        assert screen.minimumSizeHint().height() <= size[1]
        headline = screen.headline
        assert headline.fontMetrics().horizontalAdvance(headline.text()) <= headline.width()
        assert headline.points() >= 20
        if screen.advice.isVisible():
            assert screen.advice.heightForWidth(screen.advice.width()) <= screen.advice.height()


def test_headline_is_48_points_if_it_fits(screen: KioskScreen) -> None:
    screen.show_view(view(S.IDLE))
    assert screen.headline.points() == 48


def test_clock_and_site_are_shown_when_idle(screen: KioskScreen) -> None:
    screen.show_view(view(S.IDLE))
    assert visible(screen.clock, screen.site) == [True, True]
    assert "Main entrance" in shown(screen)
    screen.show_view(view(S.VERIFYING))
    assert visible(screen.clock, screen.site) == [False, False]


def test_ring_counts_down(screen: KioskScreen) -> None:
    screen.show_view(view(S.LOCKED_OUT, seconds=10))
    assert screen.disc.share == pytest.approx(0.5, abs=0.02)
    screen.show_view(view(S.VERIFYING, progress=0.4))
    assert screen.disc.share == 0.4


def test_picture_is_mirrored(screen: KioskScreen) -> None:
    shown_view = view(S.LOOKING)
    screen.show_view(shown_view)
    image = screen.disc._image
    assert image is not None
    assert shown_view.result is not None
    left, right = (shown_view.result.frame.image[240, x, 0] for x in (0, 639))
    assert left > right
    assert image.pixelColor(0, 240).red() == right


def test_stale_picture_is_removed(screen: KioskScreen) -> None:
    screen.show_view(view(S.LOOKING))
    assert screen.disc.has_picture
    screen.show_view(view(S.FAULT, blind=True))
    assert not screen.disc.has_picture


def test_without_preview_no_picture_is_shown(make_screen: MakeScreen) -> None:
    screen = make_screen(IdleKiosk(policy(screen={"preview": False, "sound": False})))
    screen.show_view(view(S.VERIFYING))
    assert not screen.disc.has_picture


def test_keys_are_large_enough_for_touch(screen: KioskScreen) -> None:
    screen.show_view(view(S.PIN))
    keys = [*screen.pad.digits.values(), screen.pad.back, screen.pad.send]
    assert {(key.width(), key.height()) for key in keys} == {(KEY, KEY)} == {(72, 72)}


def test_pin_is_entered_by_touch_and_never_shown(screen: KioskScreen, kiosk: IdleKiosk) -> None:
    screen.show_view(view(S.IDLE))
    screen.pin.click()
    screen.show_view(view(S.PIN))
    for digit in "40712":
        screen.pad.digits[digit].click()
    screen.pad.back.click()
    assert not any(digit in text for text in shown(screen) for digit in "4071" if ":" not in text)
    screen.pad.send.click()
    assert kiosk.calls == ["open_pin", *["touch_pin"] * 6, "enter_pin 4071"]


def test_pin_is_entered_by_keyboard(screen: KioskScreen, kiosk: IdleKiosk) -> None:
    screen.show_view(view(S.PIN))
    QTest.keyClicks(screen, "12x9")
    QTest.keyClick(screen, Qt.Key.Key_Backspace)
    QTest.keyClick(screen, Qt.Key.Key_Return)
    assert kiosk.calls[-1] == "enter_pin 12"
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert kiosk.calls[-1] == "close_pin"


def test_locked_keypad_is_disabled_and_counts_down(screen: KioskScreen, kiosk: IdleKiosk) -> None:
    screen.show_view(view(S.PIN, pin_until_ns=monotonic_ns() + 59 * SECOND))
    assert screen.headline.text() == "Wait 0:59"
    QTest.keyClicks(screen, "4071")
    QTest.keyClick(screen, Qt.Key.Key_Return)
    assert kiosk.calls == []


def test_badge_scanner_input_is_read(screen: KioskScreen, kiosk: IdleKiosk) -> None:
    screen.show_view(view(S.IDLE))
    QTest.keyClicks(screen, "AB-00123")
    QTest.keyClick(screen, Qt.Key.Key_Return)
    assert kiosk.calls == ["badge AB-00123"]
    QTest.keyClick(screen, Qt.Key.Key_Return)
    assert len(kiosk.calls) == 1


def test_incomplete_scan_is_discarded(screen: KioskScreen, kiosk: IdleKiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    screen.show_view(view(S.IDLE))
    QTest.keyClicks(screen, "99")
    later = monotonic_ns() + 3 * SECOND
    monkeypatch.setattr(screen_module, "monotonic_ns", lambda: later)
    QTest.keyClicks(screen, "123")
    QTest.keyClick(screen, Qt.Key.Key_Return)
    assert kiosk.calls == ["badge 123"]


def test_badge_number_is_entered_on_the_keypad(screen: KioskScreen, kiosk: IdleKiosk) -> None:
    screen.show_view(view(S.IDLE))
    screen.badge.click()
    QTest.keyClicks(screen, "K77")
    assert "K77" in shown(screen)
    QTest.keyClick(screen, Qt.Key.Key_Return)
    assert kiosk.calls == ["badge K77"]
    assert screen.pad.isHidden()


def test_pin_button_is_shown_in_every_waiting_state(screen: KioskScreen) -> None:
    for state in (S.IDLE, S.LOOKING, S.VERIFYING, S.CHALLENGE, S.DENIED, S.LOCKED_OUT, S.FAULT):
        screen.show_view(view(state))
        assert screen.pin.isVisible(), state


def test_no_pin_button_if_the_pin_is_a_second_factor(make_screen: MakeScreen) -> None:
    screen = make_screen(IdleKiosk(policy(pin={"use": "as-well"})))
    screen.show_view(view(S.IDLE))
    assert not screen.pin.isVisible()


def test_leaving_needs_the_admin_pin(screen: KioskScreen, kiosk: IdleKiosk, qtbot: QtBot) -> None:
    screen.show_view(view(S.IDLE))
    screen.leave.click()
    assert screen.headline.text() == "Admin PIN"
    QTest.keyClicks(screen, "1111")
    QTest.keyClick(screen, Qt.Key.Key_Return)
    assert kiosk.calls == ["leave 1111"]
    screen.show_view(view(S.IDLE, leave=LeaveStatus(wrong=1)))
    assert screen.headline.text() == "Wrong PIN"
    with qtbot.waitSignal(screen.left):
        screen.show_view(view(S.IDLE, leave=LeaveStatus(allowed=True)))


def test_without_an_admin_pin_the_command_is_shown(screen: KioskScreen) -> None:
    screen.show_view(view(S.IDLE, leave=LeaveStatus(possible=False)))
    screen.leave.click()
    assert "facelatch pin set --admin" in screen.advice.text()


def test_invalid_policy_shows_only_the_reason(make_screen: MakeScreen) -> None:
    screen = make_screen(None, PolicyError(problems="kiosk.toml: line 3: when: wrong"))
    assert screen.headline.text() == "This terminal is out of service"
    assert "line 3" in screen.advice.text()
    assert visible(screen.pin, screen.badge, screen.leave, screen.pad) == [False] * 4
    QTest.keyClicks(screen, "123")
    QTest.keyClick(screen, Qt.Key.Key_Return)


def test_stopped_kiosk_is_out_of_service(make_screen: MakeScreen) -> None:
    screen = make_screen(IdleKiosk(problem=StoreLocked(path="people.sqlite3")))
    assert screen.headline.text() == "This terminal is out of service"
    assert not screen.pin.isVisible()


def test_kiosk_that_cannot_start_is_out_of_service(screen: KioskScreen) -> None:
    screen.show_view(view(S.IDLE))
    screen.show_problem(CameraNotFound(camera="C920"))
    assert screen.headline.text() == "This terminal is out of service"
    assert visible(screen.pin, screen.badge, screen.pad) == [False] * 3


def test_each_state_change_plays_one_sound(make_screen: MakeScreen, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Sound] = []
    monkeypatch.setattr(screen_module, "play_sound", heard.append)
    screen = make_screen(IdleKiosk(policy(screen={"sound": True})))
    for state in (S.IDLE, S.VERIFYING, S.GRANTED, S.GRANTED, S.IDLE, S.DENIED, S.LOCKED_OUT):
        screen.show_view(view(state))
    assert heard == [Sound.GRANTED, Sound.DENIED, Sound.DENIED]


def test_notification_shows_the_newest_view(screen: KioskScreen, kiosk: IdleKiosk) -> None:
    kiosk.give(view(S.GRANTED, person=GRACE))
    screen.wake.woken.emit()
    assert screen.headline.text() == "Welcome, Grace Hopper"


def test_every_control_has_an_accessible_name(screen: KioskScreen) -> None:
    parts = [*screen.pad.digits.values(), screen.pad.back, screen.pad.send]
    parts += [screen.pin, screen.badge, screen.back, screen.leave]
    assert all(part.accessibleName() for part in parts)
    assert screen.accessibleName() == "Kiosk"


def test_text_has_enough_contrast() -> None:
    for role in ("text", "muted", "good", "caution", "bad", "accent"):
        assert theme.contrast(getattr(theme.DARK, role), theme.DARK.surface) >= 4.5


SCREENLESS = pytest.mark.qt_log_ignore("does not support", extend=True)


@pytest.fixture
def guarded(themed_app: QApplication, qtbot: QtBot) -> Iterator[tuple[QWidget, KioskWindowGuard]]:
    window = QWidget()
    guard = KioskWindowGuard(window, 7)
    guard.show()
    yield window, guard
    guard.close_window()
    window.deleteLater()
    QApplication.sendPostedEvents()


@SCREENLESS
def test_guarded_window_does_not_close(guarded: tuple[QWidget, KioskWindowGuard]) -> None:
    window, guard = guarded
    assert window.isFullScreen()
    assert not window.close()
    event = QCloseEvent()
    QApplication.sendEvent(window, event)
    assert not event.isAccepted()
    assert window.isVisible()
    guard.close_window()
    assert not window.isVisible()


@SCREENLESS
def test_guarded_window_is_restored(guarded: tuple[QWidget, KioskWindowGuard], qtbot: QtBot) -> None:
    window, _ = guarded
    window.showMinimized()
    qtbot.waitUntil(window.isFullScreen)
    window.hide()
    qtbot.waitUntil(window.isVisible)
    window.releaseKeyboard()
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowDeactivate))
    qtbot.waitUntil(lambda: QWidget.keyboardGrabber() is window)
