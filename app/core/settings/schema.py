"""The settings as data: what a screen or a command needs to show each of them and to take a new value.

All of it is read from the declaration in `settings.py`; a setting added there appears here by itself.
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
    """What a value is, and so how it is asked for."""

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
    """Lists and tables, written as JSON."""


@dataclass(frozen=True, slots=True)
class SettingChoice:
    """One of the values that a setting can have.

    Attributes:
        value: As it is written.
        words: For people, to be translated under "settings".
    """

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        section: Its section's name.
        name: Its own.
        title: A few words, to be translated under "settings", as are unit and description.
        unit: Of the number, in full; empty where it has none.
        description: A sentence or two.
        kind: What its value is.
        default: Of the type of its values.
        lowest: Smallest number; None where there is none.
        highest: Largest number; None where there is none.
        choices: All values, where it is a choice or several.
        optional: Whether it can be left empty.
        restart: Whether the program has to be started again before a change takes effect.
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
        """By which commands know it: "camera.source"."""
        return f"{self.section}.{self.name}"

    @property
    def variable(self) -> str:
        """What overrides it in the environment."""
        return f"{ENV_PREFIX}{self.section}__{self.name}".upper()

    def of(self, settings: Settings) -> Any:
        """Its value."""
        return getattr(getattr(settings, self.section), self.name)


@dataclass(frozen=True, slots=True)
class SectionSchema:
    """Settings that belong together.

    Attributes:
        name: As in the file.
        title: To be translated under "settings", as is the description.
        description: A sentence.
        settings: In the order of their declaration.
    """

    name: str
    title: str
    description: str
    settings: tuple[Setting, ...]


@cache
def all_sections() -> tuple[SectionSchema, ...]:
    """All sections, in the order of their declaration."""
    models = ((name, field.annotation) for name, field in Settings.model_fields.items())
    return tuple(_section(name, model) for name, model in models if isinstance(model, type) and _is_section(model))


def all_settings() -> Iterator[Setting]:
    """All settings of all sections."""
    for section in all_sections():
        yield from section.settings


def find_setting(key: str) -> Setting:
    """The setting of this key.

    Raises:
        InvalidSetting: There is none.
    """
    for setting in all_settings():
        if setting.key == key:
            return setting
    raise InvalidSetting(QT_TRANSLATE_NOOP("errors", "There is no setting “{key}”."), key=key)


def translatable_texts() -> list[str]:
    """Every text of the schema that people read, to be translated under "settings"."""
    found: list[str] = []
    for section in all_sections():
        found += [section.title, section.description]
        for setting in section.settings:
            found += [setting.title, setting.unit, setting.description]
            found += [choice.words for choice in setting.choices]
    return [text for text in dict.fromkeys(found) if any(map(str.isalpha, text))]


def overriding_variable(setting: Setting) -> str | None:
    """The variable of the environment that sets this one, if any does."""
    for name in os.environ:
        if name.upper() == setting.variable or name.upper().startswith(f"{setting.variable}__"):
            return name
    return next((name for name in os.environ if _holds(name, setting)), None)


def _holds(variable: str, setting: Setting) -> bool:
    """Whether a variable that sets a whole section, as JSON, sets this one."""
    if variable.upper() != f"{ENV_PREFIX}{setting.section}".upper():
        return False
    try:
        return setting.name in json.loads(os.environ[variable])
    except (ValueError, TypeError):
        return False


def _is_section(model: type) -> bool:
    return issubclass(model, BaseModel)


def _section(name: str, model: type[BaseModel]) -> SectionSchema:
    title = model.model_config.get("title") or _spoken(name)
    settings = tuple(_setting(name, own, field) for own, field in model.model_fields.items())
    return SectionSchema(name, title, _one_line(model.__doc__), settings)


def _setting(section: str, name: str, field: FieldInfo) -> Setting:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    type_, optional = _without_none(field.annotation)
    kind = SettingKind.FOLDER if extra.get("folder") else _kind(type_)
    return Setting(
        section,
        name,
        field.title or _spoken(name),
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
    """The type of the values, and whether there may be none."""
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
    return tuple(SettingChoice(str(value), own.get(value, _spoken(value))) for value in _values(type_))


def _values(type_: Any) -> tuple[Any, ...]:
    """All values of a choice, or of each member of several choices."""
    if get_origin(type_) is Literal:
        return get_args(type_)
    members = get_args(type_) if get_origin(type_) in {tuple, list, set, frozenset} else (type_,)
    enum = members[0] if members and isinstance(members[0], type) and issubclass(members[0], StrEnum) else ()
    return tuple(enum)


def _spoken(name: str) -> str:
    """A name of the program's as people write: "high-contrast" is "High contrast"."""
    return name.replace("-", " ").replace("_", " ").capitalize()


def _limit(field: FieldInfo, inclusive: type, exclusive: type) -> float | None:
    for limit in field.metadata:
        if isinstance(limit, (inclusive, exclusive)):
            return float(getattr(limit, type(limit).__name__.lower()))
    return None


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
