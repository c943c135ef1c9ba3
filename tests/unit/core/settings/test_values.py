from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.core.errors import InvalidSetting
from app.core.liveness import Movement
from app.core.settings.file import to_plain
from app.core.settings.model import Settings
from app.core.settings.schema import Setting, SettingKind, all_settings, find_setting
from app.core.settings.sections import Theme
from app.core.settings.values import MASK, apply_values, format_value, redacted_text, redacted_value


def setting(kind: SettingKind, *, optional: bool = False) -> Setting:
    return Setting("camera", "own", "Own", "", "One.", kind, None, None, None, (), optional, False)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("camera.width", " 800 ", 800),
        ("camera.mirror", "false", False),
        ("quality.max_yaw", "12.5", 12.5),
        ("appearance.theme", "high-contrast", Theme.HIGH_CONTRAST),
        ("recognition.operating_point", "0.0001", "1e-4"),
        (
            "liveness.movements",
            "turn-left, turn-right, blink",
            (Movement.TURN_LEFT, Movement.TURN_RIGHT, Movement.BLINK),
        ),
    ],
)
def test_text_is_parsed(key: str, text: str, value: object) -> None:
    changed = apply_values(Settings(), [(find_setting(key), text)])
    assert find_setting(key).of(changed) == value
    assert type(find_setting(key).of(changed)) is type(value)


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        ("camera.width", "12", "Use a whole number from 160 to 3840."),
        ("camera.width", "many", "Use a whole number from 160 to 3840."),
        ("camera.width", "200.5", "Use a whole number from 160 to 3840."),
        ("camera.width", "", "Use a whole number from 160 to 3840."),
        ("quality.min_inside", "nan", "Use a number from 0 to 1."),
        ("camera.mirror", "perhaps", "Use true or false."),
        ("camera.source", "", "This cannot be empty."),
        ("camera.source", "x" * 501, "Use at most 500 characters."),
        ("appearance.theme", "pink", "Use one of: dark, light, high-contrast, system"),
        ("recognition.operating_point", "half", "Use a rate such as 1e-4."),
        ("recognition.operating_point", "0.5", "Use a rate from 1e-6 to 1e-2."),
        ("liveness.movements", "turn-left", "Choose at least 2."),
        ("liveness.movements", "dance, turn-left", "Use one of: "),
    ],
)
def test_invalid_text_is_rejected_with_a_reason(key: str, text: str, reason: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        apply_values(Settings(), [(find_setting(key), text)])
    assert caught.value.message.startswith(reason)


def test_values_of_a_section_are_validated_together() -> None:
    darkest, brightest = find_setting("quality.min_brightness"), find_setting("quality.max_brightness")
    with pytest.raises(InvalidSetting, match="must be below the maximum"):
        apply_values(Settings(), [(darkest, "230")])
    with pytest.raises(InvalidSetting, match="must be below the maximum"):
        apply_values(Settings(), [(brightest, "40")])
    changed = apply_values(Settings(), [(darkest, "230"), (brightest, "240")])
    assert (changed.quality.min_brightness, changed.quality.max_brightness) == (230, 240)


def test_other_values_stay_unchanged() -> None:
    before = Settings().with_changes(camera={"height": 720})
    after = apply_values(before, [(find_setting("camera.width"), 1280)])
    assert (after.camera.width, after.camera.height, before.camera.width) == (1280, 720, 640)


def test_structures_are_formatted_as_json() -> None:
    assert (
        format_value(setting(SettingKind.STRUCTURE), {"a": [1, Path("b")], "c": Theme.DARK})
        == '{"a": [1, "b"], "c": "dark"}'
    )
    with pytest.raises(InvalidSetting, match="not JSON"):
        apply_values(Settings(), [(setting(SettingKind.STRUCTURE), "{")])


def test_optional_value_can_be_empty() -> None:
    assert format_value(setting(SettingKind.WHOLE, optional=True), None) == ""
    with pytest.raises(InvalidSetting, match="cannot be used"):
        apply_values(Settings(), [(setting(SettingKind.TEXT, optional=True), " ")])  # the section has no such field


@pytest.mark.parametrize(
    ("lowest", "highest", "reason"), [(None, None, "Use a number."), (2.0, None, "Use a number from 2 up.")]
)
def test_reason_for_a_number_with_fewer_limits(lowest: float | None, highest: float | None, reason: str) -> None:
    own = Setting("camera", "width", "", "", "", SettingKind.WHOLE, 0, lowest, highest, (), False, False)
    with pytest.raises(InvalidSetting, match=reason):
        apply_values(Settings(), [(own, "x")])


def test_secrets_and_passwords_are_redacted() -> None:
    assert redacted_text(setting(SettingKind.SECRET), SecretStr("hunter2")) == MASK
    assert redacted_text(setting(SettingKind.SECRET), SecretStr("")) == ""
    assert redacted_value(setting(SettingKind.SECRET), SecretStr("hunter2")) == MASK
    address = "rtsp://admin:hunter2@cam/live"
    assert redacted_text(find_setting("camera.source"), address) == "rtsp://***@cam/live"
    assert redacted_value(find_setting("camera.source"), address) == "rtsp://***@cam/live"
    assert "hunter2" not in redacted_text(setting(SettingKind.STRUCTURE), {"url": address})
    assert to_plain(SecretStr("hunter2")) == "hunter2"


def test_json_values_keep_their_type() -> None:
    assert redacted_value(find_setting("camera.width"), 640) == 640
    assert redacted_value(find_setting("camera.mirror"), True) is True
    assert redacted_value(find_setting("appearance.theme"), Theme.DARK) == "dark"
    assert redacted_value(find_setting("liveness.movements"), (Movement.TURN_LEFT,)) == ["turn-left"]


@given(st.sampled_from([setting.key for setting in all_settings()]))
def test_formatted_defaults_can_be_parsed(key: str) -> None:
    own = find_setting(key)
    assert own.of(apply_values(Settings(), [(own, format_value(own, own.default))])) == own.default


@given(st.sampled_from([setting.key for setting in all_settings()]), st.text(max_size=30))
def test_any_text_is_accepted_or_rejected_with_a_reason(key: str, text: str) -> None:
    own = find_setting(key)
    taken = read(key, text)
    if isinstance(taken, InvalidSetting):
        assert taken.message
        assert "{" not in taken.message.replace(text, "")
    else:
        assert read(key, format_value(own, taken)) == taken


def read(key: str, text: str) -> object:
    """The value of a text, or the error."""
    own = find_setting(key)
    try:
        return own.of(apply_values(Settings(), [(own, text)]))
    except InvalidSetting as refusal:
        return refusal
