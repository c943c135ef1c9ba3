"""New values for settings: read from what people type, and refused with a reason they can act on."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from app.core.errors import InvalidSetting
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.logging import redact_credentials
from app.core.settings.file import to_plain
from app.core.settings.model import Settings
from app.core.settings.schema import Setting, SettingKind

MASK = "********"
"""Stands for a secret, whatever its length."""


def apply_values(settings: Settings, values: Iterable[tuple[Setting, object]]) -> Settings:
    """A copy in which some settings are others, each checked alone and together with its section.

    Args:
        settings: As they are.
        values: Of the setting's type, or a text that stands for it.

    Raises:
        InvalidSetting: One cannot be that; the message is the reason.
    """
    given = [(setting, _read(setting, value)) for setting, value in values]
    for name in dict.fromkeys(setting.section for setting, _ in given):
        section, own = getattr(settings, name), {s.name: (s, value) for s, value in given if s.section == name}
        try:
            changed = type(section)(**{**section.model_dump(), **{n: value for n, (_, value) in own.items()}})
        except ValidationError as error:
            first = error.errors()[0]
            raise _refusal(own.get(str(first["loc"][0]) if first["loc"] else "", (None,))[0], first) from error
        settings = settings.model_copy(update={name: changed})
    return settings


def format_value(setting: Setting, value: object) -> str:
    """A value as it is typed in; secrets are not hidden."""
    if value is None:
        return ""
    if setting.kind is SettingKind.SEVERAL:
        return ", ".join(to_plain(value))
    if setting.kind is SettingKind.STRUCTURE:
        return json.dumps(to_plain(value), ensure_ascii=False)
    if setting.kind is SettingKind.SWITCH:
        return "true" if value else "false"
    return _figure(value) if isinstance(value, float) else str(to_plain(value))


def redacted_text(setting: Setting, value: object) -> str:
    """A value as it may be shown to anybody and written down: without secrets, and passwords in addresses."""
    if setting.kind is SettingKind.SECRET:
        return MASK if value is not None and to_plain(value) else ""
    return redact_credentials(format_value(setting, value))


def redacted_value(setting: Setting, value: object) -> Any:
    """The same for programs: numbers and switches as they are."""
    if isinstance(value, SecretStr | Path | str) or setting.kind is SettingKind.STRUCTURE:
        return redacted_text(setting, value)
    return to_plain(value)


def _read(setting: Setting, value: object) -> object:
    if not isinstance(value, str):
        return value
    if setting.optional and not value.strip():
        return None
    if setting.kind is SettingKind.STRUCTURE:
        try:
            return json.loads(value)
        except ValueError as error:
            raise InvalidSetting(QT_TRANSLATE_NOOP("errors", "This is not JSON: {reason}"), reason=error) from error
    if setting.kind is SettingKind.SEVERAL:
        return [part.strip() for part in value.split(",") if part.strip()]
    return value.strip() if setting.kind in {SettingKind.WHOLE, SettingKind.NUMBER, SettingKind.SWITCH} else value


def _refusal(setting: Setting | None, error: ErrorDetails) -> InvalidSetting:
    """Why, in words.

    Args:
        setting: Whose value it is; None where values do not go together.
        error: What pydantic says.
    """
    own = error.get("ctx", {}).get("error")
    if isinstance(own, ValueError):
        return InvalidSetting(str(own))
    if setting is not None and setting.kind in {SettingKind.WHOLE, SettingKind.NUMBER}:
        return _of_number(setting)
    if (
        setting is not None
        and setting.kind in {SettingKind.CHOICE, SettingKind.SEVERAL}
        and error["type"] != "too_short"
    ):
        choices = ", ".join(choice.value for choice in setting.choices)
        return InvalidSetting(QT_TRANSLATE_NOOP("errors", "Use one of: {choices}"), choices=choices)
    return _of_text(error)


def _of_text(error: ErrorDetails) -> InvalidSetting:
    match error["type"]:
        case "bool_parsing" | "bool_type":
            return InvalidSetting(QT_TRANSLATE_NOOP("errors", "Use true or false."))
        case "string_too_short":
            return InvalidSetting(QT_TRANSLATE_NOOP("errors", "This cannot be empty."))
        case "too_short":
            text = QT_TRANSLATE_NOOP("errors", "Choose at least {least}.")
            return InvalidSetting(text, least=error["ctx"]["min_length"])
        case "string_too_long":
            text = QT_TRANSLATE_NOOP("errors", "Use at most {limit} characters.")
            return InvalidSetting(text, limit=error["ctx"]["max_length"])
        case _:
            return InvalidSetting(QT_TRANSLATE_NOOP("errors", "This cannot be used: {reason}"), reason=error["msg"])


def _of_number(setting: Setting) -> InvalidSetting:
    lowest, highest = setting.lowest, setting.highest
    whole = setting.kind is SettingKind.WHOLE
    if lowest is not None and highest is not None:
        between = QT_TRANSLATE_NOOP("errors", "Use a number from {lowest} to {highest}.")
        if whole:
            between = QT_TRANSLATE_NOOP("errors", "Use a whole number from {lowest} to {highest}.")
        return InvalidSetting(between, lowest=_figure(lowest), highest=_figure(highest))
    if lowest is not None:
        return InvalidSetting(QT_TRANSLATE_NOOP("errors", "Use a number from {lowest} up."), lowest=_figure(lowest))
    return InvalidSetting(QT_TRANSLATE_NOOP("errors", "Use a number."))


def _figure(value: float) -> str:
    """Without a point that says nothing."""
    return str(int(value)) if value == int(value) else str(value)
