"""Parses, validates and formats values of settings."""

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
"""Replaces a secret of any length."""


def apply_values(settings: Settings, values: Iterable[tuple[Setting, object]]) -> Settings:
    """Return a copy with new values, validated one by one and together with their sections.

    Args:
        settings: Current settings.
        values: New values by setting: of the setting's type, or its text.

    Raises:
        InvalidSetting: A value is invalid; the message gives the reason.
    """
    given = [(setting, _parse(setting, value)) for setting, value in values]
    for name in dict.fromkeys(setting.section for setting, _ in given):
        section, own = getattr(settings, name), {s.name: (s, value) for s, value in given if s.section == name}
        try:
            changed = type(section)(**{**section.model_dump(), **{n: value for n, (_, value) in own.items()}})
        except ValidationError as error:
            first = error.errors()[0]
            raise _value_error(own.get(str(first["loc"][0]) if first["loc"] else "", (None,))[0], first) from error
        settings = settings.model_copy(update={name: changed})
    return settings


def format_value(setting: Setting, value: object) -> str:
    """Format a value for an input field; secrets are revealed.

    Args:
        setting: Setting of the value.
        value: Value of the setting's type.
    """
    if value is None:
        return ""
    if setting.kind is SettingKind.SEVERAL:
        return ", ".join(to_plain(value))
    if setting.kind is SettingKind.STRUCTURE:
        return json.dumps(to_plain(value), ensure_ascii=False)
    if setting.kind is SettingKind.SWITCH:
        return "true" if value else "false"
    return _format_number(value) if isinstance(value, float) else str(to_plain(value))


def redacted_text(setting: Setting, value: object) -> str:
    """Format a value for display and logs, without secrets and without passwords in addresses.

    Args:
        setting: Setting of the value.
        value: Value of the setting's type.
    """
    if setting.kind is SettingKind.SECRET:
        return MASK if value is not None and to_plain(value) else ""
    return redact_credentials(format_value(setting, value))


def redacted_value(setting: Setting, value: object) -> Any:
    """Return a value for JSON: numbers and switches unchanged, texts redacted.

    Args:
        setting: Setting of the value.
        value: Value of the setting's type.
    """
    if isinstance(value, SecretStr | Path | str) or setting.kind is SettingKind.STRUCTURE:
        return redacted_text(setting, value)
    return to_plain(value)


def _parse(setting: Setting, value: object) -> object:
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


def _value_error(setting: Setting | None, error: ErrorDetails) -> InvalidSetting:
    """Return the error for an invalid value.

    Args:
        setting: Setting of the value; None if values of a section contradict each other.
        error: Error details from pydantic.
    """
    own = error.get("ctx", {}).get("error")
    if isinstance(own, ValueError):
        return InvalidSetting(str(own))
    if setting is not None and setting.kind in {SettingKind.WHOLE, SettingKind.NUMBER}:
        return _number_error(setting)
    if (
        setting is not None
        and setting.kind in {SettingKind.CHOICE, SettingKind.SEVERAL}
        and error["type"] != "too_short"
    ):
        choices = ", ".join(choice.value for choice in setting.choices)
        return InvalidSetting(QT_TRANSLATE_NOOP("errors", "Use one of: {choices}"), choices=choices)
    return _text_error(error)


def _text_error(error: ErrorDetails) -> InvalidSetting:
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


def _number_error(setting: Setting) -> InvalidSetting:
    lowest, highest = setting.lowest, setting.highest
    whole = setting.kind is SettingKind.WHOLE
    if lowest is not None and highest is not None:
        between = QT_TRANSLATE_NOOP("errors", "Use a number from {lowest} to {highest}.")
        if whole:
            between = QT_TRANSLATE_NOOP("errors", "Use a whole number from {lowest} to {highest}.")
        return InvalidSetting(between, lowest=_format_number(lowest), highest=_format_number(highest))
    if lowest is not None:
        return InvalidSetting(
            QT_TRANSLATE_NOOP("errors", "Use a number from {lowest} up."), lowest=_format_number(lowest)
        )
    return InvalidSetting(QT_TRANSLATE_NOOP("errors", "Use a number."))


def _format_number(value: float) -> str:
    """Format a number without a trailing ".0"."""
    return str(int(value)) if value == int(value) else str(value)
