"""Texts of the settings page."""

from PySide6.QtCore import QCoreApplication

from app.core.settings.schema import Setting, SettingKind
from app.core.settings.values import redacted_text
from app.ui.texts import value_texts

translate = QCoreApplication.translate


def _one_in_meaning(value: str) -> str:
    return value_texts.strictness(int(value), "") if value.isdecimal() and int(value) else ""


_MEANINGS = {
    "recognition.one_in": _one_in_meaning,
    "recognition.operating_point": value_texts.operating_point,
}
"""Functions that explain a numeric value, by settings key."""


def translated(text: str) -> str:
    """Return the translation of a title, description, unit or choice of the settings schema."""
    return translate("settings", text) if text else ""


def on_or_off(value: object) -> str:
    """Return the state of a switch."""
    return translate("SettingRow", "On") if value else translate("SettingRow", "Off")


def value_text(setting: Setting, value: object) -> str:
    """Return a value as text, with secrets masked.

    Args:
        setting: The setting.
        value: Its value.
    """
    if setting.kind is SettingKind.SWITCH:
        return on_or_off(value)
    if setting.choices:
        chosen = {value} if isinstance(value, str) else set(value or ())  # type: ignore[call-overload]
        return translate("SettingRow", ", ").join(translated(c.words) for c in setting.choices if c.value in chosen)
    return redacted_text(setting, value)


def limits_text(setting: Setting) -> str:
    """Return range, unit and default as one line."""
    parts = [_range(setting), _default(setting)]
    return " · ".join(part for part in parts if part)


def value_meaning(setting: Setting, value: object) -> str:
    """Return the explanation of a value; empty if there is none.

    Args:
        setting: The setting.
        value: Its value.
    """
    explain = _MEANINGS.get(setting.key)
    return explain(str(value)) if explain is not None else ""


def matches_search(setting: Setting, search: str) -> bool:
    """Return whether a setting contains every word of a search text.

    Args:
        setting: The setting.
        search: The search text.
    """
    words = [setting.title, setting.description, setting.unit, *(choice.words for choice in setting.choices)]
    text = " ".join([setting.key, *words, *(translated(word) for word in words)]).casefold()
    return all(part in text for part in search.casefold().split())


def _range(setting: Setting) -> str:
    unit, lowest, highest = translated(setting.unit), setting.lowest, setting.highest
    if lowest is None or highest is None:
        return unit
    limits = translate("SettingRow", "{lowest} to {highest}")
    limits = limits.format(lowest=redacted_text(setting, lowest), highest=redacted_text(setting, highest))
    return f"{limits} {unit}".strip()


def _default(setting: Setting) -> str:
    default = value_text(setting, setting.default)
    if not default:
        return translate("SettingRow", "Default: empty")
    return translate("SettingRow", "Default: {value}").format(value=default)
