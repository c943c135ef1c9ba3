"""The settings page: display, validation and effect of changes."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app.core.errors import CameraNotFound, SettingsError
from app.core.settings.schema import Setting, SettingKind, all_settings, find_setting
from app.core.settings.sections import Language, Theme
from app.services.system.settings_service import SettingOrigin, SettingState
from app.ui import theme
from app.ui.settings.fields import ChoiceField, MultiChoiceField, PathField, SwitchField, TextField, make_field
from app.ui.settings.setting_row import SettingRow
from app.ui.settings.settings_page import SettingsPage
from app.ui.shell.main_window import MainWindow
from tests.fakes.pipeline import live_status
from tests.ui.application import AppHarness, failing
from tests.ui.conftest import OpenWindow
from tests.ui.live.test_live_page import visible_text

NOT_SAVED = SettingsError("The settings cannot be saved: {path}", "", path="/x")


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> SettingsPage:
    """The settings page, visible."""
    window.show_page("settings")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window.settings


def line(row: SettingRow) -> QLineEdit:
    assert isinstance(row.field, TextField)
    return row.field.line


def enter(qtbot: QtBot, row: SettingRow, text: str) -> None:
    """Replace the text of a field and press Enter."""
    type_in(qtbot, row, text)
    qtbot.keyClick(line(row), Qt.Key.Key_Return)


def type_in(qtbot: QtBot, row: SettingRow, text: str) -> None:
    line(row).setFocus()
    line(row).selectAll()
    qtbot.keyClicks(line(row), text)


def test_every_setting_has_a_row(page: SettingsPage) -> None:
    assert list(page.rows) == [setting.key for setting in all_settings()]
    for key, row in page.rows.items():
        setting = find_setting(key)
        assert setting.title in visible_text(row)
        assert setting.description in visible_text(row)
        assert "Default: " in visible_text(row)
    assert "5 to 90 degrees · Default: 40" in visible_text(page.rows["quality.max_yaw"])
    assert "Normal: 1 stranger in 1,000" in visible_text(page.rows["recognition.one_in"])
    assert "For each person: 1 stranger in 10,000" in visible_text(page.rows["recognition.operating_point"])


def test_entered_value_is_applied_and_saved(
    page: SettingsPage, window: MainWindow, application: AppHarness, qtbot: QtBot
) -> None:
    enter(qtbot, page.rows["quality.max_yaw"], "30")
    assert window.session.settings.quality.max_yaw == application.settings.quality.max_yaw == 30
    assert application.stored_settings == {"quality": {"max_yaw": 30.0}}
    assert "Saved." in visible_text(page.rows["quality.max_yaw"])
    qtbot.waitUntil(lambda: len(application.settings_changes) == 1)
    assert application.settings_changes[0] == {"section": "quality", "name": "max_yaw", "old": "40", "new": "30"}


def test_invalid_value_shows_an_error_and_is_not_saved(
    page: SettingsPage, application: AppHarness, qtbot: QtBot
) -> None:
    row = page.rows["quality.max_yaw"]
    type_in(qtbot, row, "4")
    assert "Not saved. Use a number from 5 to 90." in visible_text(row)
    assert "Use a number from 5 to 90." in line(row).accessibleDescription()
    assert line(row).property("wrong")
    qtbot.keyClicks(line(row), "5")
    assert "Not saved" not in visible_text(row)
    assert application.stored_settings == {}
    qtbot.keyClicks(line(row), "0")
    qtbot.keyClick(line(row), Qt.Key.Key_Tab)
    assert "Not saved" in visible_text(row)
    assert line(row).text() == "450"
    assert application.stored_settings == {}


def test_escape_discards_an_invalid_value(page: SettingsPage, qtbot: QtBot, window: MainWindow) -> None:
    row = page.rows["camera.width"]
    type_in(qtbot, row, "7")
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert line(row).text() == "640"
    assert "Not saved" not in visible_text(row)


def test_leaving_the_page_discards_an_invalid_value(page: SettingsPage, qtbot: QtBot, window: MainWindow) -> None:
    type_in(qtbot, page.rows["camera.width"], "7")
    window.show_page("live")
    window.show_page("settings")
    assert line(page.rows["camera.width"]).text() == "640"


def test_conflicting_values_are_rejected(page: SettingsPage, qtbot: QtBot) -> None:
    darkest, brightest = page.rows["quality.min_brightness"], page.rows["quality.max_brightness"]
    enter(qtbot, brightest, "60")
    type_in(qtbot, darkest, "70")
    assert "must be below the maximum" in visible_text(darkest)
    page._session.change([(brightest.setting, 80)])
    assert "must be below the maximum" not in visible_text(darkest)


def test_reset_of_one_and_of_all_settings(page: SettingsPage, application: AppHarness, qtbot: QtBot) -> None:
    width, yaw = page.rows["camera.width"], page.rows["quality.max_yaw"]
    assert not width.reset.isVisible()
    enter(qtbot, width, "800")
    enter(qtbot, yaw, "30")
    width.reset.click()
    assert line(width).text() == "640"
    assert not width.reset.isVisible()
    page.reset_all.click()
    assert page.reset_bar.isVisible()
    page.reset_bar.keep.click()
    assert application.settings.quality.max_yaw == 30
    page.reset_all.click()
    page.reset_bar.reset.click()
    assert application.settings.quality.max_yaw == 40
    assert application.settings.appearance.language is Language.SYSTEM
    assert not page.reset_all.isEnabled()
    assert not page.reset_bar.isVisible()


def test_environment_value_is_read_only(
    page: SettingsPage, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, application: AppHarness
) -> None:
    for name in ("CAMERA__WIDTH", "CAMERA__MIRROR", "APPEARANCE__THEME"):
        monkeypatch.setenv(f"FACELATCH_{name}", "1")
    page.refresh()
    width, mirror = page.rows["camera.width"], page.rows["camera.mirror"]
    assert "Set by FACELATCH_CAMERA__WIDTH in the environment." in visible_text(width)
    enter(qtbot, width, "800")
    assert line(width).text() == "640"
    assert not mirror.field.isEnabled()
    assert not page.rows["appearance.theme"].field.isEnabled()
    assert not width.reset.isVisible()
    page.reset_all.click()
    page.reset_bar.reset.click()
    assert application.settings.camera.width == 640


def test_value_of_this_run_is_labelled(page: SettingsPage, window: MainWindow) -> None:
    window.session.settings = window.session.settings.with_changes(camera={"source": "demo"})
    page.refresh()
    assert "For this run only" in visible_text(page.rows["camera.source"])
    assert page.rows["camera.source"].reset.isVisible()


def test_theme_and_language_apply_immediately(
    page: SettingsPage, qtbot: QtBot, application: AppHarness, qapp: QApplication
) -> None:
    choose(page.rows["appearance.theme"], Theme.HIGH_CONTRAST)
    assert theme.active() is theme.HIGH_CONTRAST
    choose(page.rows["appearance.theme"], Theme.LIGHT)
    assert theme.active() is theme.LIGHT
    choose(page.rows["appearance.language"], Language.CHINESE)
    qapp.processEvents()
    assert application.settings.appearance.language is Language.CHINESE
    assert "Lighter" not in visible_text(page)


def choose(row: SettingRow, value: str) -> None:
    """Choose a value in the menu."""
    assert isinstance(row.field, ChoiceField)
    menu = row.field.picker.menu()
    menu.aboutToShow.emit()
    number = [choice.value for choice in row.setting.choices].index(value)
    menu.actions()[number].trigger()


def test_switch_shows_its_state_as_text(page: SettingsPage, application: AppHarness, qtbot: QtBot) -> None:
    field = page.rows["camera.mirror"].field
    assert isinstance(field, SwitchField)
    assert field.switch.text() == "On"
    field.switch.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(field.switch, Qt.Key.Key_Space)
    assert field.switch.text() == "Off"
    assert not application.settings.camera.mirror


def test_multiple_choice_has_a_switch_per_value(page: SettingsPage, application: AppHarness, qtbot: QtBot) -> None:
    enter(qtbot, page.rows["liveness.steps"], "2")
    row = page.rows["liveness.movements"]
    assert isinstance(row.field, MultiChoiceField)
    switches = list(row.field.switches.values())
    assert all(switch.accessibleName().startswith("Movements that may be asked for: ") for switch in switches)
    for switch in switches[:-2]:
        switch.click()
    assert len(application.settings.liveness.movements) == 2
    switches[-1].click()
    assert "Choose at least 2." in visible_text(row)
    assert switches[-1].isChecked()


def test_vision_settings_rebuild_vision_only(page: SettingsPage, application: AppHarness, qtbot: QtBot) -> None:
    def asked() -> int:
        return application.pipeline.asked.count("renew vision")

    enter(qtbot, page.rows["recognition.min_margin"], "0.1")
    assert application.matcher.rule.min_margin == 0.1
    enter(qtbot, page.rows["enrolment.streak"], "5")
    assert asked() == 0
    enter(qtbot, page.rows["quality.max_yaw"], "30")
    enter(qtbot, page.rows["recognition.threads"], "1")
    assert asked() == 2
    enter(qtbot, page.rows["liveness.steps"], "4")
    assert application.pipeline.asked[-1] == "forget faces"
    assert asked() == 2
    assert application.fake_live.watched == ["0"]


def test_camera_reopens_and_stays_paused(
    page: SettingsPage, application: AppHarness, window: MainWindow, qtbot: QtBot
) -> None:
    enter(qtbot, page.rows["camera.width"], "800")
    assert application.fake_live.watched == ["0", "0"]
    application.pipeline.said = live_status(paused=True)
    enter(qtbot, page.rows["camera.height"], "600")
    assert application.pipeline.asked[-1] == "pause"
    page.rows["camera.mirror"].field.entered.emit("false")
    assert len(application.fake_live.watched) == 3


def test_invalid_camera_shows_an_error(page: SettingsPage, application: AppHarness, qtbot: QtBot) -> None:
    application.fake_live.refusal = CameraNotFound(camera="film.mp4")
    enter(qtbot, page.rows["camera.source"], "film.mp4")
    assert "No camera found at “film.mp4”." in visible_text(page.rows["camera.source"])
    assert application.settings.camera.source == "0"
    assert application.stored_settings == {}


def test_failed_save_shows_an_error(page: SettingsPage, application: AppHarness, qtbot: QtBot) -> None:
    with failing(application.settings_file, NOT_SAVED, "save"):
        enter(qtbot, page.rows["quality.max_yaw"], "30")
    assert "Not saved. The settings cannot be saved: /x" in visible_text(page.rows["quality.max_yaw"])
    assert application.settings.quality.max_yaw == 30


def test_address_password_is_visible_only_while_editing(
    page: SettingsPage, application: AppHarness, qtbot: QtBot
) -> None:
    row = page.rows["camera.source"]
    enter(qtbot, row, "rtsp://admin:hunter2@cam/live")
    page.search.setFocus()
    assert line(row).text() == "rtsp://***@cam/live"
    line(row).setFocus()
    assert line(row).text() == "rtsp://admin:hunter2@cam/live"
    page.search.setFocus()
    assert application.settings.camera.source == "rtsp://admin:hunter2@cam/live"
    qtbot.waitUntil(lambda: len(application.settings_changes) == 1)
    assert "hunter2" not in str(application.settings_changes)


def test_restart_settings_are_labelled(page: SettingsPage, qtbot: QtBot) -> None:
    needing = [setting.key for setting in all_settings() if setting.restart]
    assert "appearance.scale" in needing
    assert all("Needs a restart" in visible_text(page.rows[key]) for key in needing)
    enter(qtbot, page.rows["appearance.scale"], "150")
    assert "Restart Facelatch" in visible_text(page.rows["appearance.scale"])


def test_search_needs_every_word(page: SettingsPage, qtbot: QtBot) -> None:
    qtbot.keyClick(page.window(), Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.search.hasFocus()
    page.search.setText("FACE turn")
    assert [key for key, row in page.rows.items() if row.isVisible()] == []
    assert page.nothing.isVisible()
    page.search.setText("side turn maximum")
    assert [key for key, row in page.rows.items() if row.isVisible()] == ["quality.max_yaw"]
    page.search.setText("high contrast")
    assert [key for key, row in page.rows.items() if row.isVisible()] == ["appearance.theme"]
    page.search.setText("Camera")
    assert page.rows["camera.height"].isVisible()
    assert page.close_topmost()
    assert page.search.text() == ""
    assert not page.close_topmost()


def test_section_list_scrolls_and_follows(page: SettingsPage, qtbot: QtBot) -> None:
    assert page.list.currentRow() == 0
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    card = page.cards["camera"]
    assert page.area.verticalScrollBar().value() == card.y()
    page.area.verticalScrollBar().setValue(page.cards["quality"].y())
    assert page.list.currentRow() == list(page.cards).index("quality")


def test_narrow_window_hides_the_section_list(open_window: OpenWindow, application: AppHarness) -> None:
    window = open_window(application)
    window.show_page("settings")
    window.setMinimumSize(600, 400)
    window.resize(768, 480)
    QApplication.processEvents()
    assert not window.settings.list.isVisible()


@pytest.mark.parametrize(
    ("kind", "dialog"), [(SettingKind.PATH, "getOpenFileName"), (SettingKind.FOLDER, "getExistingDirectory")]
)
def test_path_can_be_browsed(
    themed_app: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, kind: SettingKind, dialog: str
) -> None:
    chosen = ("/somewhere", "") if kind is SettingKind.PATH else "/somewhere"
    monkeypatch.setattr(QFileDialog, dialog, lambda *_: chosen)
    field = make_field(of_kind(kind))
    qtbot.addWidget(field)
    assert isinstance(field, PathField)
    field.show_value(Path("/before"))
    field.describe("Folder", "Where it is.")
    with qtbot.waitSignal(field.entered) as entered:
        field.choose.click()
    assert entered.args == ["/somewhere"]
    assert field.choose.accessibleName() == "Choose a file or folder: Folder"
    field.lock(locked=True)
    assert not field.choose.isEnabled()


def test_secret_is_masked(themed_app: QApplication, qtbot: QtBot) -> None:
    field = make_field(of_kind(SettingKind.SECRET))
    qtbot.addWidget(field)
    field.show_value(SecretStr("hunter2"))
    assert isinstance(field, TextField)
    assert field.line.displayText() != "hunter2"


def test_origin_of_a_value_is_preserved(page: SettingsPage) -> None:
    row = page.rows["camera.width"]
    row.show_state(SettingState(row.setting, 800, SettingOrigin.FILE, None))
    assert row.reset.isVisible()
    assert "800" in line(row).text()


def of_kind(kind: SettingKind) -> Setting:
    return Setting("own", "own", "Own", "", "One.", kind, "", None, None, (), False, False)
