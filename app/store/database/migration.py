"""Brings a database to the schema of this program."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from app.store import migrations
from app.store.crypto.keys.key_hierarchy import WrappedKeys
from app.store.crypto.keys.sources import KeySources

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0009"
"""The newest revision. Written down here because asking Alembic for it costs every start a tenth of a second."""

MIGRATIONS = Path(migrations.__file__).resolve().parent

_one_at_a_time = threading.Lock()
"""Alembic keeps the migration that is running in module globals."""


def is_known(revision: str) -> bool:
    """Whether this program has made, or can bring up to date, a database of that revision."""
    return revision == HEAD or revision in known_revisions()


def known_revisions() -> list[str]:
    """Every revision that this program can start from, newest first."""
    from alembic.script import ScriptDirectory

    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def migrate(connection: Connection, keys: KeySources, inherited: WrappedKeys | None = None) -> None:
    """Run whatever migrations the database lacks.

    Args:
        connection: In a transaction, to which all changes belong: done as a whole or not at all.
        keys: Where the key of a database may be kept that has none yet.
        inherited: Keys for such a database; by default new ones.

    Raises:
        NoKeyError: It cannot be kept anywhere, or does not open what is inherited.
    """
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    config.attributes["keys"] = keys
    config.attributes["inherited"] = inherited
    with _one_at_a_time:
        command.upgrade(config, "head")


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
