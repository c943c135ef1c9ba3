"""Migration of a database to the current schema with Alembic."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from app.store import migrations
from app.store.crypto.keys.key_hierarchy import WrappedKeys
from app.store.crypto.keys.sources import KeySources

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0010"
"""The newest revision. A constant, because asking Alembic for it adds 0.1 s to every start."""

MIGRATIONS = Path(migrations.__file__).resolve().parent

_alembic_lock = threading.Lock()
"""Alembic keeps the running migration in module globals."""


def is_known(revision: str) -> bool:
    """Return whether this version can use or migrate a database of that revision."""
    return revision == HEAD or revision in known_revisions()


def known_revisions() -> list[str]:
    """Return every revision that this version can migrate, newest first."""
    from alembic.script import ScriptDirectory

    return [script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()]


def migrate(connection: Connection, keys: KeySources, inherited: WrappedKeys | None = None) -> None:
    """Run the migrations that the database lacks.

    Args:
        connection: In a transaction that holds all changes.
        keys: The sources that may hold the key of a database that has none yet.
        inherited: Keys for such a database; by default new keys.

    Raises:
        NoKeyError: No source can hold the key, or none opens the inherited keys.
    """
    from alembic import command

    config = alembic_config()
    config.attributes["connection"] = connection
    config.attributes["keys"] = keys
    config.attributes["inherited"] = inherited
    with _alembic_lock:
        command.upgrade(config, "head")


def alembic_config() -> "Config":
    """Return the Alembic configuration with the path of the migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
