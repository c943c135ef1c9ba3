"""Looking at settings and changing them, for the window and for commands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from app.core.audit import Detail
from app.core.errors import InvalidSetting
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.settings.model import Settings
from app.core.settings.schema import Setting, all_settings, overriding_variable
from app.core.settings.values import apply_values, redacted_text


class SettingOrigin(StrEnum):
    """Where a value comes from."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    THIS_RUN = "this run"
    """From a command's options; the file is left as it is."""


@dataclass(frozen=True, slots=True)
class SettingState:
    """A setting with its value.

    Attributes:
        setting: Which.
        value: That holds now.
        origin: Where it comes from.
        variable: Of the environment, which sets it; None where none does. Then it cannot be changed here.
    """

    setting: Setting
    value: Any
    origin: SettingOrigin
    variable: str | None


class SettingsStorage(Protocol):
    """See `app.core.settings.file.SettingsFile`."""

    def stored(self) -> dict[str, Any]:
        """What is kept, by section."""
        ...

    def save(self, **changes: dict[str, Any]) -> None:
        """Keep some values, by section."""
        ...


class RecordChange(Protocol):
    """Writes a change of a setting into the audit trail."""

    def __call__(self, **details: Detail) -> object:
        """Write it: section, name, old, new."""
        ...


class SettingsService:
    """Checks, keeps and writes down changes of settings. What holds now is the caller's to know.

    Args:
        file: Where they are kept.
        record: Writes into the audit trail.
    """

    def __init__(self, file: SettingsStorage, record: RecordChange) -> None:
        self._file = file
        self._record = record

    def states(self, settings: Settings, chosen: Iterable[Setting]) -> list[SettingState]:
        """These settings with their values."""
        stored = self._file.stored()
        return [self._state(settings, setting, stored) for setting in chosen]

    def changed(self, settings: Settings, values: Sequence[tuple[Setting, object]]) -> Settings:
        """A copy with other values, checked; nothing is kept yet.

        Raises:
            InvalidSetting: One of them cannot be that, or the environment sets it.
        """
        for setting, _ in values:
            variable = overriding_variable(setting)
            if variable is not None:
                raise InvalidSetting(
                    QT_TRANSLATE_NOOP("errors", "{variable} in the environment sets this."),
                    QT_TRANSLATE_NOOP("errors", "Change or remove that variable, then start Facelatch again."),
                    variable=variable,
                )
        return apply_values(settings, values)

    def save(self, settings: Settings, chosen: Iterable[Setting]) -> None:
        """Keep some values. One that is the default is taken out of the file, so that a later version's default holds.

        Args:
            settings: With the new values, as `changed` gave them.
            chosen: What is to be kept.

        Raises:
            SettingsError: They cannot be saved.
        """
        changes: dict[str, dict[str, Any]] = {}
        for setting in chosen:
            value = setting.of(settings)
            changes.setdefault(setting.section, {})[setting.name] = None if value == setting.default else value
        self._file.save(**changes)

    def record_changes(self, before: Settings, after: Settings) -> None:
        """Record in the audit trail which settings have changed.

        Raises:
            StoreError: It cannot be written.
        """
        for setting in all_settings():
            if setting.of(before) != setting.of(after):
                old, new = (redacted_text(setting, setting.of(settings)) for settings in (before, after))
                self._record(section=setting.section, name=setting.name, old=old, new=new)

    @staticmethod
    def _state(settings: Settings, setting: Setting, stored: dict[str, Any]) -> SettingState:
        value, variable = setting.of(settings), overriding_variable(setting)
        if variable is not None:
            origin = SettingOrigin.ENVIRONMENT
        elif setting.name in stored.get(setting.section, {}):
            origin = SettingOrigin.FILE
        else:
            origin = SettingOrigin.DEFAULT if value == setting.default else SettingOrigin.THIS_RUN
        return SettingState(setting, value, origin, variable)


def default_values(chosen: Iterable[Setting]) -> list[tuple[Setting, object]]:
    """The values that resetting gives: those set by the environment stay as they are."""
    return [(setting, setting.default) for setting in chosen if overriding_variable(setting) is None]
