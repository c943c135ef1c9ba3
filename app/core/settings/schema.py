"""The settings as data, from which the settings page and the commands are generated.

All of it is derived from the declarations in `sections.py`.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from app.core.errors import InvalidSetting
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.settings.model import Settings

ENV_PREFIX = "FACELATCH_"


class SettingKind(StrEnum):
    """Type of a value, which determines its input field."""

    SWITCH = "switch"
    WHOLE = "whole number"
    NUMBER = "number"
    CHOICE = "choice"
    SEVERAL = "several choices"
    TEXT = "text"
    PATH = "path"
    FOLDER = "folder"
    SECRET = "secret"  # noqa: S105 - the name of a kind
    STRUCTURE = "structure"
    """Lists and tables, entered as JSON."""


@dataclass(frozen=True, slots=True)
class SettingChoice:
    """One value of a choice.

    Attributes:
        value: Text of the value in the file.
        words: Label, translated in the context "settings".
    """

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        section: Name of its section.
        name: Name within the section.
        title: Label, translated in the context "settings", like unit and description.
        unit: Unit of the number, in full; empty without a unit.
        description: One or two sentences.
        kind: Type of the value.
        default: Default value.
        lowest: Smallest number; None without a limit.
        highest: Largest number; None without a limit.
        choices: All values of a choice; empty for other kinds.
        optional: Whether it can be empty.
        restart: Whether a change takes effect only after a restart.
    """

    section: str
    name: str
    title: str
    unit: str
    description: str
    kind: SettingKind
    default: Any
    lowest: float | None
    highest: float | None
    choices: tuple[SettingChoice, ...]
    optional: bool
    restart: bool

    @property
    def key(self) -> str:
        """Name for commands: "camera.source"."""
        return f"{self.section}.{self.name}"

    @property
    def variable(self) -> str:
        """Environment variable that overrides it."""
        return f"{ENV_PREFIX}{self.section}__{self.name}".upper()

    def of(self, settings: Settings) -> Any:
        """Return its value in these settings."""
        return getattr(getattr(settings, self.section), self.name)


@dataclass(frozen=True, slots=True)
class SectionSchema:
    """A section of settings.

    Attributes:
        name: Name in the file.
        title: Label, translated in the context "settings", like the description.
        description: One sentence.
        settings: The settings, in order of declaration.
    """

    name: str
    title: str
    description: str
    settings: tuple[Setting, ...]


@cache
def all_sections() -> tuple[SectionSchema, ...]:
    """Return all sections, in order of declaration."""
    models = ((name, field.annotation) for name, field in Settings.model_fields.items())
    return tuple(_section(name, model) for name, model in models if isinstance(model, type) and _is_section(model))


def all_settings() -> Iterator[Setting]:
    """Iterate over the settings of all sections."""
    for section in all_sections():
        yield from section.settings


def find_setting(key: str) -> Setting:
    """Return the setting of this key.

    Raises:
        InvalidSetting: No setting has this key.
    """
    for setting in all_settings():
        if setting.key == key:
            return setting
    raise InvalidSetting(QT_TRANSLATE_NOOP("errors", "There is no setting “{key}”."), key=key)


def translatable_texts() -> list[str]:
    """Return every text of the schema that is translated in the context "settings"."""
    found: list[str] = []
    for section in all_sections():
        found += [section.title, section.description]
        for setting in section.settings:
            found += [setting.title, setting.unit, setting.description]
            found += [choice.words for choice in setting.choices]
    return [text for text in dict.fromkeys(found) if any(map(str.isalpha, text))]


def overriding_variable(setting: Setting) -> str | None:
    """Return the environment variable that sets this setting; None if there is none."""
    for name in os.environ:
        if name.upper() == setting.variable or name.upper().startswith(f"{setting.variable}__"):
            return name
    return next((name for name in os.environ if _sets(name, setting)), None)


def _sets(variable: str, setting: Setting) -> bool:
    """Whether a variable that sets a whole section, as JSON, sets this setting."""
    if variable.upper() != f"{ENV_PREFIX}{setting.section}".upper():
        return False
    try:
        return setting.name in json.loads(os.environ[variable])
    except (ValueError, TypeError):
        return False


def _is_section(model: type) -> bool:
    return issubclass(model, BaseModel)


def _section(name: str, model: type[BaseModel]) -> SectionSchema:
    title = model.model_config.get("title") or _label(name)
    settings = tuple(_setting(name, own, field) for own, field in model.model_fields.items())
    return SectionSchema(name, title, _one_line(model.__doc__), settings)


def _setting(section: str, name: str, field: FieldInfo) -> Setting:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    type_, optional = _without_none(field.annotation)
    kind = SettingKind.FOLDER if extra.get("folder") else _kind(type_)
    return Setting(
        section,
        name,
        field.title or _label(name),
        str(extra.get("unit", "")),
        _one_line(field.description),
        kind,
        field.get_default(call_default_factory=True),
        _limit(field, Ge, Gt),
        _limit(field, Le, Lt),
        _choices(type_, extra.get("words")),
        optional,
        bool(extra.get("restart")),
    )


def _without_none(annotation: Any) -> tuple[Any, bool]:
    """Split an annotation into the type of the values and whether None is allowed."""
    if get_origin(annotation) not in {Union, UnionType}:
        return annotation, False
    parts = [part for part in get_args(annotation) if part is not NoneType]
    return (parts[0] if len(parts) == 1 else annotation), NoneType in get_args(annotation)


def _kind(type_: Any) -> SettingKind:
    if get_origin(type_) is Literal:
        return SettingKind.CHOICE
    if not isinstance(type_, type) or get_args(type_):
        return SettingKind.SEVERAL if _values(type_) else SettingKind.STRUCTURE
    kinds = {
        StrEnum: SettingKind.CHOICE,
        bool: SettingKind.SWITCH,
        int: SettingKind.WHOLE,
        float: SettingKind.NUMBER,
        SecretStr: SettingKind.SECRET,
        Path: SettingKind.PATH,
        str: SettingKind.TEXT,
    }
    return next((kind for known, kind in kinds.items() if issubclass(type_, known)), SettingKind.STRUCTURE)


def _choices(type_: Any, words: object) -> tuple[SettingChoice, ...]:
    own = words if isinstance(words, dict) else {}
    return tuple(SettingChoice(str(value), own.get(value, _label(value))) for value in _values(type_))


def _values(type_: Any) -> tuple[Any, ...]:
    """All values of a choice, or of the elements of a multiple choice."""
    if get_origin(type_) is Literal:
        return get_args(type_)
    members = get_args(type_) if get_origin(type_) in {tuple, list, set, frozenset} else (type_,)
    enum = members[0] if members and isinstance(members[0], type) and issubclass(members[0], StrEnum) else ()
    return tuple(enum)


def _label(name: str) -> str:
    """Turn an identifier into a label: "high-contrast" becomes "High contrast"."""
    return name.replace("-", " ").replace("_", " ").capitalize()


def _limit(field: FieldInfo, inclusive: type, exclusive: type) -> float | None:
    for limit in field.metadata:
        if isinstance(limit, (inclusive, exclusive)):
            return float(getattr(limit, type(limit).__name__.lower()))
    return None


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
