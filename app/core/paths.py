"""Directories and files of the program."""

import os
import sys
from pathlib import Path

import platformdirs

_APP = "facelatch"
_PACKAGE = Path(__file__).resolve().parent.parent


def _shipped(name: str) -> Path:
    """Return a shipped directory: inside the wheel or bundle, or beside `app/` in a checkout."""
    bundle = getattr(sys, "_MEIPASS", None)
    for base in (Path(bundle) if bundle else _PACKAGE / "_data", _PACKAGE / "_data"):
        if (base / name).is_dir():
            return base / name
    return _PACKAGE.parent / name


def models_dir() -> Path:
    """Directory of weights and `manifest.toml`; `FACELATCH_MODELS_DIR` overrides it."""
    override = os.environ.get("FACELATCH_MODELS_DIR")
    return Path(override) if override else _shipped("models")


def resources_dir() -> Path:
    """Directory of icons, translations and demo portraits."""
    return _shipped("resources")


def data_dir() -> Path:
    """Directory of the database; `FACELATCH_DATA_DIR` overrides it. Not created here."""
    override = os.environ.get("FACELATCH_DATA_DIR")
    return Path(override) if override else Path(platformdirs.user_data_dir(_APP, appauthor=False))


def config_dir() -> Path:
    """Directory of `settings.toml`; `FACELATCH_CONFIG_DIR` overrides it. Not created here."""
    override = os.environ.get("FACELATCH_CONFIG_DIR")
    return Path(override) if override else Path(platformdirs.user_config_dir(_APP, appauthor=False))


def keys_dir() -> Path:
    """Directory of key files, separate from the data; `FACELATCH_KEYS_DIR` overrides it. Not created here."""
    override = os.environ.get("FACELATCH_KEYS_DIR")
    return Path(override) if override else Path(platformdirs.user_config_dir(f"{_APP}-keys", appauthor=False))


def log_dir() -> Path:
    """Directory of log files; `FACELATCH_LOG_DIR` overrides it. Not created here."""
    override = os.environ.get("FACELATCH_LOG_DIR")
    return Path(override) if override else Path(platformdirs.user_log_dir(_APP, appauthor=False))


def runtime_dir() -> Path:
    """Directory of local sockets; `FACELATCH_RUNTIME_DIR` overrides it. Not created here."""
    override = os.environ.get("FACELATCH_RUNTIME_DIR")
    return Path(override) if override else Path(platformdirs.user_runtime_dir(_APP, appauthor=False))


def database_file() -> Path:
    """Path of the SQLite file."""
    return data_dir() / "facelatch.sqlite3"


def cache_dir() -> Path:
    """Directory of caches; `FACELATCH_CACHE_DIR` overrides it. Not created here."""
    override = os.environ.get("FACELATCH_CACHE_DIR")
    return Path(override) if override else Path(platformdirs.user_cache_dir(_APP, appauthor=False))
