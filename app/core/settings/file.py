"""Where settings are kept: `settings.toml` in the configuration directory.

A file that cannot be read is set aside and reported, never silently replaced.
"""

import logging
import os
import tomllib
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_settings.exceptions import SettingsError as UnparsableValue

from app.core.errors import SettingsError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.settings.model import SETTINGS_VERSION, Settings, settings_error

log = logging.getLogger(__name__)


class SettingsFile:
    """Loads and saves `settings.toml`.

    Args:
        path: The file; need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, now: datetime) -> tuple[Settings, SettingsError | None]:
        """The settings, and what was wrong with the file if it had to be set aside.

        Args:
            now: For the name under which a bad file is kept: `settings.toml.bad-<time>`.

        Raises:
            SettingsError: The environment holds a bad value.
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
        """What the file holds, by section; nothing where it is not there or cannot be read."""
        try:
            return self._stored()
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
            return {}

    def save(self, **changes: dict[str, Any]) -> None:
        """Keep some values: `save(camera={"source": "demo"})`. All others stay as the file has them.

        So what holds for one run alone, from the environment or a command's options, never gets into the file. It is
        written in one step: the old file or the new one, never half of one.

        Args:
            changes: Values that fit their limits, by section; None takes a value out, as `forget` does.

        Raises:
            SettingsError: The directory cannot be written, or the file cannot be read: it is left as it is.
        """

        def update(stored: dict[str, Any]) -> None:
            for section, values in changes.items():
                kept = stored.setdefault(section, {})
                kept.update({name: to_plain(value) for name, value in values.items() if value is not None})
                for name in [name for name, value in values.items() if value is None]:
                    kept.pop(name, None)

        self._rewrite(update)

    def forget(self, **names: Iterable[str]) -> None:
        """Take some values out, so that their defaults hold: `forget(camera=["source"])`.

        Args:
            names: By section.

        Raises:
            SettingsError: As `save`.
        """
        self.save(**{section: dict.fromkeys(forgotten) for section, forgotten in names.items()})

    def _rewrite(self, change: Callable[[dict[str, Any]], None]) -> None:
        try:
            stored = self._stored()
            change(stored)
            held = {name: value for name, value in stored.items() if value != {}}
            self._write(tomli_w.dumps({"version": SETTINGS_VERSION, **held}).encode())
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

    def _write(self, content: bytes) -> None:
        partial = self.path.with_suffix(".toml.new")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            # Before anything is in it: a setting may hold the password of a camera.
            partial.chmod(0o600)
            file.write(content)
            file.flush()
            # Else a power cut after the renaming could leave an empty file, which would pass for one of defaults.
            os.fsync(file.fileno())
        partial.replace(self.path)

    def _read(self) -> Settings:
        return _settings_class(self.path)()

    def _set_aside(self, problem: SettingsError, now: datetime) -> SettingsError:
        kept = self.path.with_name(f"{self.path.name}.bad-{now:%Y%m%dT%H%M%S}")
        try:
            self.path.rename(kept)
        except OSError:
            kept = self.path
        log.warning("bad settings file kept as %s: %s", kept, problem)
        return SettingsError(
            problem.message_template,
            QT_TRANSLATE_NOOP("errors", "The defaults are used. Your file is kept as: {kept}"),
            **{**problem.details, "kept": kept},
        )


def to_plain(value: object) -> Any:
    """A value as TOML and JSON can write it, secrets included."""
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
