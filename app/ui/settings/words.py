"""What the screen says of settings, in the language of the window."""

from PySide6.QtCore import QCoreApplication

from app.core.settings_schema import Kind, Setting
from app.core.settings_values import public_text
from app.ui import texts

translate = QCoreApplication.translate

_MEANINGS = {"recognition.operating_point": texts.operating_point}
"""What a number means to people, where the program can say."""


def said(text: str) -> str:
    """A title, description, unit or choice of the schema."""
    return translate("settings", text) if text else ""


def on_or_off(value: object) -> str:
    """The state of a switch."""
    return translate("SettingRow", "On") if value else translate("SettingRow", "Off")


def shown(setting: Setting, value: object) -> str:
    """A value as people read it, without secrets."""
    if setting.kind is Kind.SWITCH:
        return on_or_off(value)
    if setting.choices:
        chosen = {value} if isinstance(value, str) else set(value or ())  # type: ignore[call-overload]
        return translate("SettingRow", ", ").join(said(c.words) for c in setting.choices if c.value in chosen)
    return public_text(setting, value)


def facts(setting: Setting) -> str:
    """Limits, unit and default, in one line."""
    parts = [_range(setting), _default(setting)]
    return " · ".join(part for part in parts if part)


def meaning(setting: Setting, value: object) -> str:
    """What a value means, where more can be said than the value itself."""
    explain = _MEANINGS.get(setting.key)
    return explain(str(value)) if explain is not None else ""


def matches(setting: Setting, search: str) -> bool:
    """Whether a setting is one that the user looks for: every word is somewhere in it."""
    words = [setting.title, setting.description, setting.unit, *(choice.words for choice in setting.choices)]
    text = " ".join([setting.key, *words, *(said(word) for word in words)]).casefold()
    return all(part in text for part in search.casefold().split())


def _range(setting: Setting) -> str:
    unit, lowest, highest = said(setting.unit), setting.lowest, setting.highest
    if lowest is None or highest is None:
        return unit
    limits = translate("SettingRow", "{lowest} to {highest}")
    limits = limits.format(lowest=public_text(setting, lowest), highest=public_text(setting, highest))
    return f"{limits} {unit}".strip()


def _default(setting: Setting) -> str:
    default = shown(setting, setting.default)
    if not default:
        return translate("SettingRow", "Default: empty")
    return translate("SettingRow", "Default: {value}").format(value=default)
