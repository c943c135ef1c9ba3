"""Reads and writes `settings.toml` in the configuration directory.

Values that cannot be used are reported at every start, and the file is never silently replaced.
"""

import logging
import tomllib
from collections.abc import Callable, Iterable
from copy import deepcopy
from enum import Enum
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_settings.exceptions import SettingsError as UnparsableValue

from app.core.atomic_file import write_atomically
from app.core.errors import SettingsError, SettingsIgnored
from app.core.file_lock import file_lock
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

    def load(self) -> tuple[Settings, SettingsIgnored | None]:
        """Return the settings, and an error that names the values in the file that cannot be used.

        The file is not changed, so that every load names them until they are corrected. All other values apply.

        Raises:
            SettingsError: The environment contains an invalid value.
        """
        try:
            _validated({})
        except (ValidationError, UnparsableValue) as error:
            raise settings_error(error, QT_TRANSLATE_NOOP("errors", "the environment")) from error
        try:
            stored = self._stored()
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            settings, reasons = _validated({}), {"": str(error)}
        else:
            settings, reasons = _valid_part(stored)
        if not reasons:
            return settings, None
        listed = "; ".join(f"{name}: {reason}" if name else reason for name, reason in reasons.items())
        problem = SettingsIgnored(path=self.path, reasons=listed, names=list(reasons))
        log.warning("%s", problem)
        return settings, problem

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
            with file_lock(self.path.with_name(f".{self.path.name}.lock")):
                stored = self._stored()
                change(stored)
                sections = {name: value for name, value in stored.items() if value != {}}
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


def _validated(stored: dict[str, Any]) -> Settings:
    settings: type[Settings] = type("Settings", (Settings,), {"stored": stored, "__module__": __name__})
    return settings()


def _valid_part(stored: dict[str, Any]) -> tuple[Settings, dict[str, str]]:
    """Return the settings without the values that cannot be used, and the reasons by the names of those."""
    kept, reasons = deepcopy(stored), dict[str, str]()
    while True:
        try:
            return _validated(kept), reasons
        except ValidationError as error:
            first = error.errors()[0]
            for name in _remove(kept, [str(part) for part in first["loc"]]):
                reasons[name] = first["msg"].removeprefix("Value error, ")


def _remove(kept: dict[str, Any], place: list[str]) -> list[str]:
    """Remove the value at a place of an error, and return what was removed.

    If values of a section contradict each other, none of them is known to be the wrong one: all of it is removed.
    """
    section = kept.get(place[0])
    if len(place) > 1 and isinstance(section, dict) and place[1] in section:
        del section[place[1]]
        return [f"{place[0]}.{place[1]}"]
    kept.pop(place[0], None)
    return [f"{place[0]}.{name}" for name in section] if isinstance(section, dict) and section else [place[0]]
