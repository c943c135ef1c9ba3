"""Reads and writes `settings.toml` in the configuration directory.

A file that cannot be read is renamed and reported, never silently replaced.
"""

import logging
import tomllib
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_settings.exceptions import SettingsError as UnparsableValue

from app.core.atomic_file import write_atomically
from app.core.errors import SettingsError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.settings.model import SETTINGS_VERSION, Settings, settings_error

log = logging.getLogger(__name__)


class SettingsFile:
    """Loads and saves `settings.toml`.

    Args:
        path: Path of the file, which need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, now: datetime) -> tuple[Settings, SettingsError | None]:
        """Return the settings, and the error if the file was invalid and was set aside.

        Args:
            now: Time for the new name of an invalid file: `settings.toml.bad-<time>`.

        Raises:
            SettingsError: The environment contains an invalid value.
        """
        try:
            return self._read(), None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError, UnparsableValue, OSError) as error:
            problem = settings_error(error, str(self.path))
        try:
            defaults = _settings_class(None)()
        except (ValidationError, UnparsableValue) as error:
            raise settings_error(error, QT_TRANSLATE_NOOP("errors", "the environment")) from error
        return defaults, self._set_aside(problem, now)

    def stored(self) -> dict[str, Any]:
        """Return the values in the file, by section; an empty dictionary if it is missing or unreadable."""
        try:
            return self._stored()
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
            return {}

    def save(self, **changes: dict[str, Any]) -> None:
        """Store some values: `save(camera={"source": "demo"})`. All other values in the file stay unchanged.

        Values from the environment or from options of a command therefore never enter the file.

        Args:
            changes: Validated values, by section; None removes a value, as `forget` does.

        Raises:
            SettingsError: The directory cannot be written, or the file cannot be read. The file is left unchanged.
        """

        def update(stored: dict[str, Any]) -> None:
            for section, values in changes.items():
                own = stored.setdefault(section, {})
                own.update({name: to_plain(value) for name, value in values.items() if value is not None})
                for name in [name for name, value in values.items() if value is None]:
                    own.pop(name, None)

        self._rewrite(update)

    def forget(self, **names: Iterable[str]) -> None:
        """Remove values, so that their defaults apply: `forget(camera=["source"])`.

        Args:
            names: Names of the settings, by section.

        Raises:
            SettingsError: See `save`.
        """
        self.save(**{section: dict.fromkeys(forgotten) for section, forgotten in names.items()})

    def _rewrite(self, change: Callable[[dict[str, Any]], None]) -> None:
        try:
            stored = self._stored()
            change(stored)
            sections = {name: value for name, value in stored.items() if value != {}}
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # A setting may contain the password of a camera, hence the default mode of owner-only.
            write_atomically(self.path, tomli_w.dumps({"version": SETTINGS_VERSION, **sections}).encode())
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(
                QT_TRANSLATE_NOOP("errors", "The settings cannot be saved: {path} ({reason})"),
                QT_TRANSLATE_NOOP("errors", "Give this user write access to the directory, or correct the file."),
                path=self.path,
                reason=getattr(error, "strerror", None) or error,
            ) from error

    def _stored(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return {}

    def _read(self) -> Settings:
        return _settings_class(self.path)()

    def _set_aside(self, problem: SettingsError, now: datetime) -> SettingsError:
        kept = self.path.with_name(f"{self.path.name}.bad-{now:%Y%m%dT%H%M%S}")
        try:
            self.path.rename(kept)
        except OSError:
            kept = self.path
        log.warning("invalid settings file renamed to %s: %s", kept, problem)
        return SettingsError(
            problem.message_template,
            QT_TRANSLATE_NOOP("errors", "The defaults are used. Your file is kept as: {kept}"),
            **{**problem.details, "kept": kept},
        )


def to_plain(value: object) -> Any:
    """Convert a value to types that TOML and JSON support. Secrets are revealed."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, BaseModel):
        return to_plain(value.model_dump())
    if isinstance(value, dict):
        return {key: to_plain(part) for key, part in value.items() if part is not None}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_plain(part) for part in value]
    return str(value) if isinstance(value, Path) else value


def _settings_class(path: Path | None) -> type[Settings]:
    return type("Settings", (Settings,), {"toml_file": path, "__module__": __name__})
