"""The database on a PostgreSQL server, which several machines share."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, func, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from app.core.errors import StoreError, StoreForeign, StoreTooNew, StoreUnreachable
from app.core.i18n import QT_TRANSLATE_NOOP
from app.store.audit.ledger import Ledger
from app.store.crypto.keys.sources import KeySources
from app.store.database.migration import HEAD, is_known
from app.store.database.schema_bootstrap import migrate_and_chain
from app.store.database.sqlite import Database, translate_key_errors
from app.store.database.tables import GalleryRevisionRow
from app.store.fleet.vector_search import update_search_vectors

log = logging.getLogger(__name__)

CHANNEL = "facelatch_gallery"
"""The NOTIFY channel for changes to people; the payload is the revision."""

_DRIVER = "postgresql+psycopg"
_WRITE_LOCK = 0x464C_4348
"""The advisory lock that serialises writing transactions, as in SQLite, so that revisions and audit events are in the
order of their commits."""

_WRITES = "facelatch_writes"
_REVISION = select(GalleryRevisionRow.revision)


class Listener:
    """Waits for notifications of changes.

    Args:
        connection: A connection that listens.
    """

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection

    def wait(self, seconds: float) -> bool:
        """Wait for a change, and return whether one occurred within the timeout, in seconds."""
        return next(self._connection.notifies(timeout=seconds, stop_after=1), None) is not None


class ServerDatabase(Database):
    """A database on a server. Thread-safe and shared by machines. Create instances with `ServerDatabase.connect`."""

    def __init__(self, url: URL, timeout_s: int, ledger: Ledger, keys: KeySources | None = None) -> None:
        self.url = url.set(drivername=_DRIVER)
        self._connect_timeout_s = timeout_s
        path = Path(f"{url.host or url.query.get('host', '')}/{url.database}")
        super().__init__(path, timeout_s * 1000, ledger, keys)

    @classmethod
    def connect(cls, url: str, ledger: Ledger, *, timeout_s: int = 5, keys: KeySources | None = None) -> Self:
        """Connect, create the tables if there are none, and migrate them.

        Args:
            url: Such as "postgresql://user@host/facelatch". The server must provide the extension pgvector.
            ledger: The hash chain of its audit log.
            timeout_s: How long connecting, and waiting for another writer, may take, in whole seconds.
            keys: The sources of its key; by default this machine's keyring, passphrase or key file.

        Returns:
            The connected database. The caller closes it.

        Raises:
            StoreError: A subclass: StoreUnreachable, StoreForeign, StoreTooNew, StoreLocked, KeyUnavailable;
                StoreError itself for an invalid address.
        """
        database = cls(_parse(url), timeout_s, ledger, keys)
        try:
            with translate_key_errors(database.path):
                migrated = database._upgrade_server()
                database._open_vault()
            if migrated:
                with database.writing() as session:
                    update_search_vectors(session, -1)
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a write session as `Database.writing`; also updates the search table and notifies listeners."""
        with super().writing() as session:
            before = session.execute(_REVISION).scalar_one()
            yield session
            session.flush()
            revision = session.execute(_REVISION).scalar_one()
            if revision != before:
                update_search_vectors(session, before)
                session.execute(select(func.pg_notify(CHANNEL, str(revision))))

    @contextmanager
    def listening(self) -> Iterator["Listener"]:
        """Yield a listener for changes, on a separate connection.

        Raises:
            StoreUnreachable: Connecting fails, or the connection breaks.
        """
        with self._in_use(), self._listening.connect() as connection:
            connection.exec_driver_sql(f"LISTEN {CHANNEL}")
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            try:
                yield Listener(driver)
            except psycopg.OperationalError as error:
                connection.invalidate()
                raise StoreUnreachable(path=self.path) from error

    def checkpoint(self) -> bool:
        """Return True: deleted content remains in the server's files until it vacuums them."""
        return True

    @property
    def _listening(self) -> Engine:
        return self._reads.execution_options(isolation_level="AUTOCOMMIT")

    def _create_engine(self) -> Engine:
        engine = create_engine(
            self.url,
            pool_pre_ping=True,
            max_overflow=-1,
            hide_parameters=True,
            connect_args={
                "connect_timeout": self._connect_timeout_s,
                "options": f"-c lock_timeout={self._connect_timeout_s}s -c timezone=UTC",
            },
        )
        event.listen(engine, "begin", _begin)
        return engine

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        with super()._in_use():
            try:
                yield
            except DBAPIError as error:
                translated = self._translated(error)
                if translated is None:
                    raise
                raise translated from error

    def _translated(self, error: DBAPIError) -> StoreError | None:
        if getattr(error.orig, "sqlstate", None) == "55P03":  # lock_not_available
            return StoreError(
                QT_TRANSLATE_NOOP("errors", "The server is busy with another change: {path}"),
                QT_TRANSLATE_NOOP("errors", "Try again in a moment."),
                path=self.path,
            )
        if isinstance(error, OperationalError) or error.connection_invalidated:
            return StoreUnreachable(path=self.path)
        return None

    def _upgrade_server(self) -> bool:
        """Migrate the schema, and return whether that was necessary."""
        head = None
        with self._in_use(), self._writes.connect() as connection, connection.begin():
            revision = self._revision_of(connection)
            if revision != HEAD:
                head = migrate_and_chain(connection, self._key_sources, self.ledger)
        if head is not None:
            self.ledger.seal(head)
        return revision != HEAD

    def _revision_of(self, connection: Connection) -> str | None:
        """Return the schema revision; None for an empty database."""
        tables = inspect(connection).get_table_names()
        if not tables:
            return None
        if "alembic_version" not in tables or "gallery_revision" not in tables:
            raise StoreForeign(path=self.path)
        revision = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
        if not is_known(revision):
            raise StoreTooNew(path=self.path)
        return revision


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            return parsed
    except (ArgumentError, NoSuchModuleError) as error:
        raise _invalid_address(url) from error
    raise _invalid_address(url)


def _invalid_address(url: str) -> StoreError:
    return StoreError(
        QT_TRANSLATE_NOOP("errors", "Not an address of a PostgreSQL database: {url}"),
        QT_TRANSLATE_NOOP("errors", "Use the form postgresql://user@host/database"),
        url=url.partition("@")[2] or url,  # the part before may contain a password
    )


def _begin(connection: Connection) -> None:
    if connection.get_isolation_level() == "AUTOCOMMIT":
        return
    if connection.get_execution_options().get(_WRITES):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
