"""What the live page says in every state."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.core.errors import (
    CameraBusy,
    CameraDark,
    CameraDenied,
    CameraError,
    CameraFrozen,
    CameraLost,
    CameraNotFound,
    ModelTampered,
    SettingsError,
)
from app.core.faces import QualityHint
from app.core.liveness import LivenessPolicy, LivenessVerdict
from app.core.settings.profiles import ComputeBudget
from app.core.settings.sections import Language, Theme
from app.flows.pacing import Pace, PaceReason, Saving, SavingKind
from app.flows.verification import TrackState
from app.pipeline.capture_thread import CameraState
from app.pipeline.results import EngineState
from app.ui import theme
from app.ui.live.situation import Step
from app.ui.shell.bridge import Wake, image_from
from app.ui.shell.main_window import MainWindow
from tests.fakes.pipeline import live_status, result, seen
from tests.ui.application import AppHarness, failing
from tests.ui.conftest import OpenWindow, set_language, set_live_status, show_result


def visible_text(part: QWidget) -> str:
    """Return the visible text of a widget."""
    labels = [label.text() for label in part.findChildren(QLabel) if label.isVisible()]
    buttons = [button.text() for button in part.findChildren(QAbstractButton) if button.isVisible()]
    return " | ".join([*labels, *buttons])


@pytest.mark.parametrize("error", [CameraNotFound, CameraBusy, CameraDenied, CameraLost, CameraFrozen])
def test_camera_error_offers_next_steps(window: MainWindow, application: AppHarness, error: type[CameraError]) -> None:
    show_result(window, application, result(seen()))
    set_live_status(window, application, live_status(CameraState.WAITING, error(camera="Front door"), attempts=3))
    text = visible_text(window.live)
    assert error(camera="Front door").message in text
    assert error.HINT in text
    for way_out in ("Try again", "Use the demo", "Choose another"):
        assert way_out in text
    assert not window.live.picture.has_picture
    assert not window.live.toolbar.enrol.isEnabled()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (live_status(CameraState.OPENING), "Opening"),
        (live_status(engine=EngineState.LOADING), "Loading the models"),
        (live_status(CameraState.ENDED), "The video has ended"),
        (live_status(engine=EngineState.FAULT, engine_error=ModelTampered(model="mobilefacenet")), "mobilefacenet"),
        (live_status(paused=True), "Paused"),
    ],
)
def test_every_waiting_state_shows_a_message(
    window: MainWindow, application: AppHarness, status: object, expected: str
) -> None:
    set_live_status(window, application, status)  # type: ignore[arg-type]
    assert expected in visible_text(window.live)


def test_dark_camera_keeps_its_picture(window: MainWindow, application: AppHarness) -> None:
    set_live_status(window, application, live_status(CameraState.DARK, CameraDark(camera="Logitech C920")))
    show_result(window, application, result(seen()))
    assert window.live.picture.has_picture
    assert "shows only black" in visible_text(window.live)


@pytest.mark.parametrize(
    ("state", "hints", "expected"),
    [
        (TrackState.MATCHED, (), ("Grace Hopper", "Verified", "Similarity 0.71, needs 0.53", "About 1 in 80,000")),
        (TrackState.UNKNOWN, (), ("A stranger", "Not recognised", "Not similar enough", "If you are enrolled")),
        (TrackState.AMBIGUOUS, (), ("More than one fits", "Two people fit", "Look straight at the camera")),
        (TrackState.GALLERY_EMPTY, (), ("No people enrolled",)),
        (
            TrackState.NOT_JUDGED,
            (QualityHint.TOO_DARK,),
            ("Too dark: 31, needs 40.", "Turn on a light or face the window."),
        ),
        (
            TrackState.NOT_JUDGED,
            (QualityHint.MOVE_CLOSER,),
            ("18 pixels between the eyes, needs 24", "Move a little closer"),
        ),
        (TrackState.NOT_JUDGED, (QualityHint.LOOK_AT_CAMERA,), ("Look at the camera",)),
    ],
)
def test_verdict_card_shows_one_verdict(
    window: MainWindow,
    application: AppHarness,
    state: TrackState,
    hints: tuple[QualityHint, ...],
    expected: tuple[str, ...],
) -> None:
    show_result(window, application, result(seen(state, hints=hints)))
    text = visible_text(window.live.verdict)
    assert all(part in text for part in expected), text


def test_verdict_with_several_faces_and_none(window: MainWindow, application: AppHarness) -> None:
    show_result(window, application, result(seen(track=1), seen(track=2), seen(track=3)))
    assert "and 2 more" in visible_text(window.live.verdict)
    show_result(window, application, result())
    assert "No face in view" in visible_text(window.live.verdict)


def test_latency_and_status_line(window: MainWindow, application: AppHarness) -> None:
    set_live_status(window, application, live_status())
    assert window.live.latency.isVisible()
    text = visible_text(window.status_line)
    assert "Logitech C920" in text
    assert "30 fps" in text
    assert "0 dropped" in text
    assert "CPU" in text


def test_latency_card_lists_reduced_work(window: MainWindow, application: AppHarness) -> None:
    savings = (
        Saving(SavingKind.MIRRORED, ComputeBudget(4, flip=False)),
        Saving(SavingKind.PICTURE, ComputeBudget(4, flip=False, longest_side=480)),
        Saving(SavingKind.PICTURE, ComputeBudget(4, flip=False, longest_side=320)),
    )
    set_live_status(window, application, replace(live_status(), pace=Pace(20, PaceReason.BUDGET, savings)))
    said = visible_text(window.live.latency)
    assert "To save time: no averaging with the mirrored face, face detection at 320 pixels." in said
    assert "20 analysed per second" in said
    set_live_status(window, application, live_status())
    assert "To save time" not in visible_text(window.live.latency)


def test_strictness_is_applied_and_saved(window: MainWindow, application: AppHarness) -> None:
    window.live.toolbar.strictness_chosen.emit(10_000)
    assert application.matches_at(10_000)
    assert application.stored_settings == {"recognition": {"one_in": 10_000}}


def test_source_is_changed_and_an_invalid_one_rejected(window: MainWindow, application: AppHarness) -> None:
    window.live.toolbar.source_chosen.emit("demo")
    assert application.fake_live.watched[-1] == "demo"
    assert application.stored_settings == {"camera": {"source": "demo"}}
    application.fake_live.refusal = CameraNotFound(camera="/no/film.mp4")
    window.live.address.entered.emit("/no/film.mp4")
    assert "/no/film.mp4" in visible_text(window.live.address)
    assert application.stored_settings == {"camera": {"source": "demo"}}


def test_pausing(window: MainWindow, application: AppHarness) -> None:
    window.live.toolbar.pause_wanted.emit(True)
    assert application.pipeline.asked[-1] == "pause"
    assert "Continue" in visible_text(window.live)


def test_unsaved_settings_show_a_notice(window: MainWindow, application: AppHarness) -> None:
    with failing(application.settings_file, SettingsError("No room.", "Make some."), "save"):
        window.live.toolbar.strictness_chosen.emit(100)
    assert "No room." in visible_text(window.notice)
    window.notice.clear()
    assert not window.notice.isVisible()


def test_shortcuts(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(window.people.isVisible)
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(window.live.isVisible)
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isFullScreen()


def test_notifications_are_coalesced(qtbot: QtBot) -> None:
    wake, heard = Wake(), []
    wake.woken.connect(lambda: heard.append(1))
    for _ in range(1000):
        wake.call()
    qtbot.waitUntil(lambda: bool(heard))
    qtbot.wait(20)
    assert len(heard) == 1


def test_image_owns_its_pixels() -> None:
    array = np.full((48, 64, 3), [200, 100, 50], np.uint8)
    image = image_from(array)
    array[:] = 0
    del array
    assert image.pixelColor(10, 10).name() == "#c86432"


@pytest.mark.parametrize("colours", [theme.DARK, theme.LIGHT, theme.HIGH_CONTRAST])
def test_palettes_have_enough_contrast(colours: theme.Colours) -> None:
    for ground in (colours.surface, colours.raised):
        for ink in (colours.text, colours.muted, colours.accent, colours.good, colours.caution, colours.bad):
            assert theme.contrast(ink, ground) >= 4.5
        assert theme.contrast(colours.focus, ground) >= 3
    assert theme.contrast(colours.on_accent, colours.accent) >= 4.5
    assert theme.contrast(colours.on_bad, colours.bad) >= 4.5
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.CHINESE])
@pytest.mark.parametrize("look", [Theme.DARK, Theme.LIGHT])
@pytest.mark.parametrize("size", [pytest.param((1280, 800), marks=pytest.mark.soak), (960, 600)])
def test_nothing_is_clipped_or_unnamed(
    open_window: OpenWindow, qtbot: QtBot, language: Language, look: Theme, size: tuple[int, int], tmp_path: Path
) -> None:
    application = AppHarness(look, language)
    application.enrol("Grace Hopper", 3)
    window = open_window(application)
    window.resize(*size)
    set_live_status(window, application, live_status())
    show_result(window, application, result(seen(), decided=True))
    for page in window.pages:
        window.show_page(page)
        qtbot.wait(150)
        assert window.grab().save(str(tmp_path / f"{page}.png"))
        for part in window.findChildren(QLabel):
            if part.isVisible() and part.text() and type(part) is QLabel and not part.wordWrap():
                assert part.fontMetrics().horizontalAdvance(part.text()) <= part.width() + 1, part.text()
        for control in window.findChildren(QAbstractButton):
            if control.isVisible() and control.focusPolicy() != Qt.FocusPolicy.NoFocus:
                assert control.text() or control.accessibleName(), control


def test_language_changes_while_the_window_is_open(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    show_result(window, application, result(seen()))
    set_language(window, Language.CHINESE)
    qtbot.waitUntil(lambda: "已验证" in visible_text(window.live.verdict))
    assert "实时" in visible_text(window.rail)
    set_language(window, Language.ENGLISH)
    qtbot.waitUntil(lambda: "Verified" in visible_text(window.live.verdict))
    assert "Live" in visible_text(window.rail)


def test_closing_stops_the_pipeline(window: MainWindow, application: AppHarness) -> None:
    window.close()
    assert application.pipeline.asked[-1] == "stop"


def test_focus_stays_after_a_step(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    """Another press of Enter must not set off whatever has come into the place of the button."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    set_live_status(window, application, live_status(CameraState.ENDED))
    again = window.live.message.buttons[Step.REPLAY]
    again.setFocus()
    qtbot.keyClick(again, Qt.Key.Key_Return)
    set_live_status(window, application, live_status(CameraState.OPENING))
    assert window.live.message.hasFocus()
    set_live_status(window, application, live_status())
    assert window.live.hasFocus()


@pytest.mark.parametrize(
    ("living", "policy", "expected"),
    [
        (LivenessVerdict.PASSED, LivenessPolicy.PASSIVE, ("Verified", "good")),
        (LivenessVerdict.NOT_ENOUGH, LivenessPolicy.PASSIVE, ("Recognised, not verified", "caution")),
        (LivenessVerdict.NOT_RUN, LivenessPolicy.OFF, ("Recognised, not verified", "caution")),
        (LivenessVerdict.FAILED, LivenessPolicy.PASSIVE, ("Denied", "bad")),
    ],
)
def test_only_a_verified_face_is_green(
    window: MainWindow,
    application: AppHarness,
    living: LivenessVerdict,
    policy: LivenessPolicy,
    expected: tuple[str, str],
) -> None:
    one = seen(living=living, policy=policy)
    show_result(window, application, result(one, decided=True))
    look = window.live.picture.mark_of(one).look
    assert (look.text, look.role) == expected
    assert expected[0] in visible_text(window.live.verdict)
    recent = window.live.events.model
    assert expected[0] in str(recent.data(recent.index(0)))
    assert (look.role == "good") is (living is LivenessVerdict.PASSED)
