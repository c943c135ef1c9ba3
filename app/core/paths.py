"""Where the program's files lie."""

import os
import sys
from pathlib import Path

import platformdirs

_APP = "facelatch"
_PACKAGE = Path(__file__).resolve().parent.parent


def _shipped(name: str) -> Path:
    """A directory that ships with the program: inside the wheel or bundle, or beside `app/` in a checkout."""
    bundle = getattr(sys, "_MEIPASS", None)
    for base in (Path(bundle) if bundle else _PACKAGE / "_data", _PACKAGE / "_data"):
        if (base / name).is_dir():
            return base / name
    return _PACKAGE.parent / name


def models_dir() -> Path:
    """Weights and `manifest.toml`; `FACELATCH_MODELS_DIR` points elsewhere for people with their own network."""
    override = os.environ.get("FACELATCH_MODELS_DIR")
    return Path(override) if override else _shipped("models")


def resources_dir() -> Path:
    """Icons, translations and demo portraits."""
    return _shipped("resources")


def data_dir() -> Path:
    """The database's directory; `FACELATCH_DATA_DIR` points elsewhere. Not created here."""
    override = os.environ.get("FACELATCH_DATA_DIR")
    return Path(override) if override else Path(platformdirs.user_data_dir(_APP, appauthor=False))


def config_dir() -> Path:
    """The directory of `settings.toml`; `FACELATCH_CONFIG_DIR` points elsewhere. Not created here."""
    override = os.environ.get("FACELATCH_CONFIG_DIR")
    return Path(override) if override else Path(platformdirs.user_config_dir(_APP, appauthor=False))


def keys_dir() -> Path:
    """The directory of key files, apart from the data; `FACELATCH_KEYS_DIR` points elsewhere. Not created here."""
    override = os.environ.get("FACELATCH_KEYS_DIR")
    return Path(override) if override else Path(platformdirs.user_config_dir(f"{_APP}-keys", appauthor=False))


def log_dir() -> Path:
    """The directory of log files; `FACELATCH_LOG_DIR` points elsewhere. Not created here."""
    override = os.environ.get("FACELATCH_LOG_DIR")
    return Path(override) if override else Path(platformdirs.user_log_dir(_APP, appauthor=False))


def runtime_dir() -> Path:
    """The directory of local sockets; `FACELATCH_RUNTIME_DIR` points elsewhere. Not created here."""
    override = os.environ.get("FACELATCH_RUNTIME_DIR")
    return Path(override) if override else Path(platformdirs.user_runtime_dir(_APP, appauthor=False))


def database_file() -> Path:
    """The SQLite file."""
    return data_dir() / "facelatch.sqlite3"


def cache_dir() -> Path:
    """The directory of what can be found out again; `FACELATCH_CACHE_DIR` points elsewhere. Not created here."""
    override = os.environ.get("FACELATCH_CACHE_DIR")
    return Path(override) if override else Path(platformdirs.user_cache_dir(_APP, appauthor=False))
