"""Read and change settings, for the window and the commands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from app.core.audit import Detail
from app.core.errors import InvalidSetting
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.roles import Permission
from app.core.settings.file import SettingsFile
from app.core.settings.model import Settings
from app.core.settings.schema import Setting, all_settings, overriding_variable
from app.core.settings.values import apply_values, redacted_text
from app.services.access.permissions import Access, Service, open_to_all, requires


class SettingOrigin(StrEnum):
    """Origin of a setting's value."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    THIS_RUN = "this run"
    """From a command's options; the file is unchanged."""


@dataclass(frozen=True, slots=True)
class SettingState:
    """A setting with its value.

    Attributes:
        setting: The setting.
        value: The value in force.
        origin: Where the value comes from.
        variable: Environment variable that sets the value, so that it cannot be changed here; None without one.
    """

    setting: Setting
    value: Any
    origin: SettingOrigin
    variable: str | None


class RecordChange(Protocol):
    """Records the change of a setting in the audit log."""

    def __call__(self, **details: Detail) -> object:
        """Record section, name, old and new value."""
        ...


class SettingsService(Service):
    """Validates, stores and records changes of settings. The caller holds the settings in force.

    Args:
        access: Decides what the current session may do.
        file: The settings file.
        record: Records a change in the audit log.
    """

    def __init__(self, access: Access, file: SettingsFile, record: RecordChange) -> None:
        super().__init__(access)
        self._file = file
        self._record = record

    @open_to_all
    def states(self, settings: Settings, chosen: Iterable[Setting]) -> list[SettingState]:
        """Return settings with their values and origins.

        Args:
            settings: The settings in force.
            chosen: Which settings.
        """
        stored = self._file.stored()
        return [self._state(settings, setting, stored) for setting in chosen]

    @requires(Permission.CHANGE_SETTINGS)
    def changed(
        self, settings: Settings, values: Sequence[tuple[Setting, object]], *, this_run: bool = False
    ) -> Settings:
        """Return settings with new, validated values; nothing is stored.

        Args:
            settings: The settings in force.
            values: Settings with their new values.
            this_run: Accept settings that the environment sets, for a choice that is not stored.

        Raises:
            InvalidSetting: A value is not valid, or the environment sets the setting.
        """
        for setting, _ in values:
            variable = overriding_variable(setting)
            if variable is not None and not this_run:
                raise InvalidSetting(
                    QT_TRANSLATE_NOOP("errors", "{variable} in the environment sets this."),
                    QT_TRANSLATE_NOOP("errors", "Change or remove that variable, then start Facelatch again."),
                    variable=variable,
                )
        return apply_values(settings, values)

    @requires(Permission.CHANGE_SETTINGS)
    def save(self, settings: Settings, chosen: Iterable[Setting]) -> None:
        """Store values in the settings file.

        A default value is removed from the file, so that the default of a later version applies.

        Args:
            settings: The new settings, from `changed`.
            chosen: Which of them to store.

        Raises:
            SettingsError: The file cannot be written.
        """
        changes: dict[str, dict[str, Any]] = {}
        for setting in chosen:
            value = setting.of(settings)
            changes.setdefault(setting.section, {})[setting.name] = None if value == setting.default else value
        self._file.save(**changes)

    @open_to_all
    def record_changes(self, before: Settings, after: Settings) -> None:
        """Record in the audit log which settings have changed.

        Open to all: the session that made the change may have been signed out by the time it is recorded.

        Args:
            before: The settings before the change.
            after: The settings after the change.

        Raises:
            StoreError: The database cannot be written.
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
    """Return settings with their default values, without those set by the environment."""
    return [(setting, setting.default) for setting in chosen if overriding_variable(setting) is None]
