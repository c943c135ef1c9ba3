from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from app.core.errors import InvalidSetting
from app.core.settings.model import Settings
from app.core.settings.schema import (
    Setting,
    SettingKind,
    all_sections,
    all_settings,
    find_setting,
    overriding_variable,
    translatable_texts,
)
from app.core.settings.schema import _section as read_section
from app.core.settings.sections import Theme


class Everything(BaseModel):
    """A section with a field of every kind."""

    model_config = ConfigDict(title="All kinds", use_attribute_docstrings=True)

    switch: bool = False
    whole: int = Field(3, ge=1, le=5, json_schema_extra={"unit": "things"})
    number: float = Field(1.5, gt=0)
    perhaps: int | None = None
    choice: Theme = Theme.DARK
    word: Literal["one", "other"] = "one"
    several: tuple[Theme, ...] = (Theme.DARK,)
    path: Path = Path("here")
    secret: SecretStr = SecretStr("")
    table: dict[str, int] = Field(default_factory=dict)
    mixed: int | str = 1
    text: str = ""
    """Two lines
    of words."""


def kinds() -> dict[str, Setting]:
    return {setting.name: setting for setting in read_section("all", Everything).settings}


def test_kind_follows_from_the_annotation() -> None:
    assert {name: setting.kind for name, setting in kinds().items()} == {
        "switch": SettingKind.SWITCH,
        "whole": SettingKind.WHOLE,
        "number": SettingKind.NUMBER,
        "perhaps": SettingKind.WHOLE,
        "choice": SettingKind.CHOICE,
        "word": SettingKind.CHOICE,
        "several": SettingKind.SEVERAL,
        "path": SettingKind.PATH,
        "secret": SettingKind.SECRET,
        "table": SettingKind.STRUCTURE,
        "mixed": SettingKind.STRUCTURE,
        "text": SettingKind.TEXT,
    }


def test_metadata_of_fields() -> None:
    known = kinds()
    assert (known["whole"].lowest, known["whole"].highest, known["whole"].unit) == (1, 5, "things")
    assert (known["number"].lowest, known["number"].highest) == (0, None)
    assert [choice.words for choice in known["choice"].choices] == ["Dark", "Light", "High contrast", "System"]
    assert [choice.value for choice in known["word"].choices] == ["one", "other"]
    assert [name for name, setting in known.items() if setting.optional] == ["perhaps"]
    assert known["text"].description == "Two lines of words."
    assert read_section("all", Everything).title == "All kinds"
    assert known["text"].title == "Text"


def test_sections_in_order_of_declaration() -> None:
    assert [section.name for section in all_sections()] == [name for name in Settings.model_fields if name != "version"]
    assert find_setting("quality.max_yaw").variable == "FACELATCH_QUALITY__MAX_YAW"
    assert find_setting("camera.width").of(Settings()) == 640
    with pytest.raises(InvalidSetting, match=r"camera\.colour"):
        find_setting("camera.colour")


def test_every_setting_has_title_description_and_storable_default() -> None:
    for setting in all_settings():
        assert setting.title, setting.key
        assert setting.description.endswith((".", '"demo".')), setting.key
        # TOML has no null: an empty value is removed from the file, so it must be the default.
        assert not setting.optional or setting.default is None, setting.key
        assert "(" not in setting.title, f"{setting.key}: a unit belongs into meta()"


def test_every_text_is_collected_once_for_translation() -> None:
    collected = translatable_texts()
    for text in ("Quality", "The camera and its picture.", "Theme", "degrees", "High contrast", "Same as the system"):
        assert collected.count(text) == 1
    assert "%" not in collected


@pytest.mark.parametrize(
    ("name", "value", "overridden"),
    [
        ("FACELATCH_CAMERA__WIDTH", "800", True),
        ("facelatch_camera__width", "800", True),
        ("FACELATCH_CAMERA", '{"width": 800}', True),
        ("FACELATCH_CAMERA", '{"height": 800}', False),
        ("FACELATCH_CAMERA", "800", False),
        ("FACELATCH_CAMERA__WIDTH__X", "800", True),
        ("FACELATCH_CAMERA__WIDTHS", "800", False),
    ],
)
def test_overriding_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str, overridden: bool) -> None:
    monkeypatch.setenv(name, value)
    assert overriding_variable(find_setting("camera.width")) == (name if overridden else None)
