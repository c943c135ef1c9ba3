"""What the screen says of settings, in the language of the window."""

from PySide6.QtCore import QCoreApplication

from app.core.settings.schema import Setting, SettingKind
from app.core.settings.values import redacted_text
from app.ui.texts import value_texts

translate = QCoreApplication.translate

_MEANINGS = {"recognition.operating_point": value_texts.operating_point}
"""What a number means to people, where the program can say."""


def translated(text: str) -> str:
    """A title, description, unit or choice of the schema."""
    return translate("settings", text) if text else ""


def on_or_off(value: object) -> str:
    """The state of a switch."""
    return translate("SettingRow", "On") if value else translate("SettingRow", "Off")


def value_text(setting: Setting, value: object) -> str:
    """A value as people read it, without secrets."""
    if setting.kind is SettingKind.SWITCH:
        return on_or_off(value)
    if setting.choices:
        chosen = {value} if isinstance(value, str) else set(value or ())  # type: ignore[call-overload]
        return translate("SettingRow", ", ").join(translated(c.words) for c in setting.choices if c.value in chosen)
    return redacted_text(setting, value)


def limits_text(setting: Setting) -> str:
    """Limits, unit and default, in one line."""
    parts = [_range(setting), _default(setting)]
    return " · ".join(part for part in parts if part)


def value_meaning(setting: Setting, value: object) -> str:
    """What a value means, where more can be said than the value itself."""
    explain = _MEANINGS.get(setting.key)
    return explain(str(value)) if explain is not None else ""


def matches_search(setting: Setting, search: str) -> bool:
    """Whether a setting is one that the user looks for: every word is somewhere in it."""
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
