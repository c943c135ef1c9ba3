from pathlib import Path

import pytest

from app.core.audit import Detail
from app.core.errors import InvalidSetting, SettingsError
from app.core.settings.file import SettingsFile
from app.core.settings.model import Settings
from app.core.settings.schema import all_settings, find_setting
from app.core.settings.sections import Theme
from app.services.access.permissions import ADMINISTRATOR
from app.services.system.settings_service import SettingOrigin, SettingsService, default_values


@pytest.fixture
def written() -> list[dict[str, Detail]]:
    """Details of the recorded changes."""
    return []


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "config" / "settings.toml")


@pytest.fixture
def service(file: SettingsFile, written: list[dict[str, Detail]]) -> SettingsService:
    return SettingsService(ADMINISTRATOR, file, lambda **details: written.append(details))


def change(service: SettingsService, before: Settings, **values: str) -> Settings:
    """Change settings given as `section__name=value`, as a command or the window does."""
    pairs = [(find_setting(key.replace("__", ".")), value) for key, value in values.items()]
    after = service.changed(before, pairs)
    service.save(after, [setting for setting, _ in pairs])
    service.record_changes(before, after)
    return after


def test_a_change_is_stored_and_recorded(
    service: SettingsService, file: SettingsFile, written: list[dict[str, Detail]]
) -> None:
    after = change(service, Settings(), quality__max_yaw="30", appearance__theme="light")
    assert after.quality.max_yaw == 30
    assert file.stored() == {"version": 1, "quality": {"max_yaw": 30.0}, "appearance": {"theme": "light"}}
    assert written == [
        {"section": "appearance", "name": "theme", "old": "dark", "new": "light"},
        {"section": "quality", "name": "max_yaw", "old": "40", "new": "30"},
    ]


def test_an_unchanged_value_is_not_recorded(service: SettingsService, written: list[dict[str, Detail]]) -> None:
    change(service, Settings(), quality__max_yaw="40.0")
    assert written == []


def test_a_default_is_removed_from_the_file(service: SettingsService, file: SettingsFile) -> None:
    changed = change(service, Settings(), quality__max_yaw="30")
    change(service, changed, quality__max_yaw="40")
    assert file.stored() == {"version": 1}


def test_passwords_are_not_recorded(service: SettingsService, written: list[dict[str, Detail]]) -> None:
    before = change(service, Settings(), camera__source="rtsp://admin:hunter2@cam/live")
    change(service, before, camera__source="demo")
    assert "hunter2" not in str(written)
    assert written[0]["new"] == written[1]["old"] == "rtsp://***@cam/live"


def test_an_invalid_value_is_neither_stored_nor_recorded(
    service: SettingsService, file: SettingsFile, written: list[dict[str, Detail]]
) -> None:
    with pytest.raises(InvalidSetting):
        change(service, Settings(), quality__max_yaw="300")
    assert not file.path.exists()
    assert written == []


def test_an_unsaved_change_is_not_recorded(tmp_path: Path, written: list[dict[str, Detail]]) -> None:
    (tmp_path / "config").write_text("a file, not a directory")
    service = SettingsService(
        ADMINISTRATOR, SettingsFile(tmp_path / "config" / "x.toml"), lambda **details: written.append(details)
    )
    with pytest.raises(SettingsError):
        change(service, Settings(), quality__max_yaw="30")
    assert written == []


def test_a_setting_of_the_environment_cannot_be_changed(
    service: SettingsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACELATCH_QUALITY__MAX_YAW", "20")
    with pytest.raises(InvalidSetting, match="FACELATCH_QUALITY__MAX_YAW in the environment") as caught:
        change(service, Settings(), quality__max_yaw="30")
    assert "start Facelatch again" in caught.value.hint
    assert find_setting("quality.max_yaw") not in [
        setting for setting, _ in default_values([find_setting("quality.max_yaw")])
    ]


def test_states_give_the_origin_of_each_value(
    service: SettingsService, file: SettingsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.save(camera={"height": 720}, appearance={"theme": Theme.LIGHT})
    monkeypatch.setenv("FACELATCH_CAMERA__WIDTH", "800")
    settings = Settings().with_changes(camera={"height": 720, "source": "demo"}, appearance={"theme": Theme.LIGHT})
    states = {state.setting.key: state for state in service.states(settings, all_settings())}
    assert states["camera.width"].origin is SettingOrigin.ENVIRONMENT
    assert states["camera.width"].variable == "FACELATCH_CAMERA__WIDTH"
    assert states["camera.height"].origin is SettingOrigin.FILE
    assert states["appearance.theme"].origin is SettingOrigin.FILE
    assert states["camera.source"].origin is SettingOrigin.THIS_RUN
    assert states["camera.mirror"].origin is SettingOrigin.DEFAULT
    assert states["camera.source"].value == "demo"
