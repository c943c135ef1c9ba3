"""The SQLite database: opening, validation, schema upgrade, sessions, and closing."""

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from app.core.closeable import Closeable
from app.core.errors import KeyUnavailable, StoreError, StoreTooNew
from app.store.audit.ledger import Ledger
from app.store.crypto.keys.key_hierarchy import WrappedKeys, open_vault, refresh_vault
from app.store.crypto.keys.source import NoKeyError
from app.store.crypto.keys.sources import KeySources, machine_key_sources
from app.store.crypto.vault import Vault
from app.store.database.failures import translate_errors, unusable_database
from app.store.database.inspection import validate_file
from app.store.database.migration import HEAD
from app.store.database.raw_connection import beside, connect_read_write, driver_connection
from app.store.database.schema_bootstrap import upgrade_database
from app.store.database.write_lock import begin_immediate, is_busy, truncate_wal

log = logging.getLogger(__name__)

_WRITES = "facelatch_writes"
_SCHEMA = text("SELECT version_num FROM alembic_version")
_CLOSE_WAIT_S = 2.0
_WAL_RETRY_S = 0.02
_BRIEF_WAIT_S = 0.2


class Database(Closeable):
    """One SQLite file. Thread-safe: each session uses a connection of its own.

    Create instances with `Database.open`. Keep sessions short; a writing session holds the write lock from its start.

    Attributes:
        path: The file.
        ledger: The hash chain of its audit log.
        vault: The keys that encrypt and decrypt its records.
    """

    vault: Vault

    def __init__(self, path: Path, busy_timeout_ms: int, ledger: Ledger, keys: KeySources | None = None) -> None:
        self.path = path
        self.ledger = ledger
        self._key_sources = keys or machine_key_sources()
        self._timeout_s = busy_timeout_ms / 1000
        self._reads = self._create_engine()
        self._writes = self._reads.execution_options(**{_WRITES: True})
        self._condition = threading.Condition()
        self._sessions = 0
        self._closed = False
        self._has_pending_wal = False

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        busy_timeout_ms: int = 5000,
        before_migration: Callable[[Path], object] | None = None,
        ledger: Ledger | None = None,
        keys: KeySources | None = None,
        inherited: WrappedKeys | None = None,
    ) -> Self:
        """Open the database, create it if it does not exist, and upgrade its schema.

        A file that is foreign, damaged or of a later version is not modified.

        Args:
            path: The file. A new directory gets mode 0700, a new file 0600.
            busy_timeout_ms: How long to wait for one lock holder, in milliseconds. A writer that queues behind
                several others may wait longer.
            before_migration: Called with the path before a database of an earlier version is migrated. If it raises,
                the file stays unchanged.
            ledger: The hash chain of the audit log; by default one whose head is sealed in a file beside the database.
            keys: The sources of its key; by default this machine's keyring, passphrase or key file.
            inherited: Keys for a database of a version without encryption; by default new keys.

        Returns:
            The open database. The caller closes it.

        Raises:
            StoreError: A subclass: StoreCorrupt, StoreForeign, StoreTooNew, StoreReadOnly, StoreFull, StoreLocked,
                KeyUnavailable; StoreError itself where the location cannot hold a database.
        """
        database = cls(path, busy_timeout_ms, ledger or Ledger.beside(path), keys)
        try:
            with translate_errors(path), translate_key_errors(path):
                validate_file(path, busy_timeout_ms / 1000)
                _create_file(path)
                upgrade_database(
                    database._writes,
                    path,
                    database._key_sources,
                    database.ledger,
                    before=before_migration,
                    inherited=inherited,
                )
                database._enable_wal()
                database._open_vault()
                if database._wal_path.exists() and database._wal_path.stat().st_size:
                    database._truncate_wal(_BRIEF_WAIT_S)
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Yield a read connection for one small query, at half the cost of a session.

        Raises:
            StoreError: The database cannot be read.
        """
        with self._in_use(), translate_errors(self.path), self._reads.connect() as connection:
            self._require_current_schema(connection)
            connection.rollback()
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a read session. All queries see the snapshot of the first one.

        Raises:
            StoreError: The database cannot be read.
        """
        with self._session(self._reads) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a write session. It commits when the block ends and rolls back if the block raises.

        Raises:
            StoreError: The database cannot be written; StoreLocked if another writer holds the lock for too long.
        """
        self.ledger.prepare()
        with self._session(self._writes) as session:
            yield session

    def checkpoint(self) -> bool:
        """Copy the write-ahead log into the file and truncate it, so that no deleted content remains on the disk.

        Returns:
            False while another program reads the database. `close` and the next `open` try again, and SQLite
            truncates the log when the last program closes the database.

        Raises:
            StoreError: The database cannot be written.
        """
        with self._in_use(), translate_errors(self.path):
            return self._truncate_wal(self._timeout_s)

    def close(self) -> None:
        """Wait up to 2 s for running sessions, then close all connections. May be called twice.

        The connection of a session that takes longer is closed when that session ends.
        """
        with self._condition:
            self._closed = True
            if not self._condition.wait_for(lambda: self._sessions == 0, timeout=_CLOSE_WAIT_S):
                log.warning("%d sessions of %s are still open", self._sessions, self.path)
        self.ledger.close()
        if self._has_pending_wal:
            self._truncate_wal_if_possible()
        self._reads.pool.dispose()

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        with self._in_use(), translate_errors(self.path), Session(engine) as session:
            self.ledger.begin(session)
            with session.begin():
                self._require_current_schema(session.connection())
                refresh_vault(session.connection(), self.vault)
                session.info["vault"] = self.vault
                yield session
            self.ledger.committed(session)

    def _require_current_schema(self, connection: Connection) -> None:
        """Refuse a database that a newer version has migrated while this process had it open."""
        if connection.execute(_SCHEMA).scalar() != HEAD:
            raise StoreTooNew(path=self.path)

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        with self._condition:
            if self._closed:
                raise RuntimeError(f"the database is closed: {self.path}")
            self._sessions += 1
        try:
            yield
        finally:
            self._end_use()

    def _end_use(self) -> None:
        with self._condition:
            self._sessions -= 1
            self._condition.notify_all()
            if self._closed and self._sessions == 0:
                self._reads.pool.dispose()

    @property
    def _wal_path(self) -> Path:
        return beside(self.path, "-wal")

    def _truncate_wal(self, wait_s: float) -> bool:
        """Truncate the write-ahead log, retrying for up to `wait_s` seconds."""
        with self._reads.connect() as connection:
            raw = driver_connection(connection)
            with self._zero_busy_timeout(raw):
                is_truncated = truncate_wal(raw, wait_s)
        self._has_pending_wal = not is_truncated
        if not is_truncated:
            log.warning("%s is being read: its write-ahead log is truncated later", self.path)
        return is_truncated

    def _truncate_wal_if_possible(self) -> None:
        try:
            with translate_errors(self.path):
                self._truncate_wal(_BRIEF_WAIT_S)
        except StoreError as error:
            log.warning("the write-ahead log could not be truncated: %s", error)

    def _create_engine(self) -> Engine:
        engine = create_engine(
            "sqlite://", creator=self._connect, poolclass=QueuePool, max_overflow=-1, hide_parameters=True
        )
        event.listen(engine, "begin", self._begin)
        return engine

    def _connect(self) -> sqlite3.Connection:
        return connect_read_write(self.path, self._timeout_s, check_same_thread=False)

    def _begin(self, connection: Connection) -> None:
        if not connection.get_execution_options().get(_WRITES):
            connection.exec_driver_sql("BEGIN")
            return
        raw = driver_connection(connection)
        with self._zero_busy_timeout(raw):
            begin_immediate(raw, self._timeout_s)

    @contextmanager
    def _zero_busy_timeout(self, raw: sqlite3.Connection) -> Iterator[None]:
        raw.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            raw.execute(f"PRAGMA busy_timeout = {round(self._timeout_s * 1000)}")

    def _open_vault(self) -> None:
        with self.connection() as connection:
            self.vault = open_vault(connection, self._key_sources)
        self.ledger.use(self.vault)

    def _enable_wal(self) -> None:
        """Switch to WAL mode, after the first commit so that a new file has our application id before a log exists."""
        deadline = time.monotonic() + self._timeout_s
        with self.connection() as connection:
            raw = driver_connection(connection)
            while (mode := _request_wal_mode(raw, deadline)) is None:
                time.sleep(_WAL_RETRY_S)
        if mode != "wal":
            raise unusable_database(self.path, f"journal mode {mode}")


def _request_wal_mode(connection: sqlite3.Connection, deadline: float) -> str | None:
    """Return the resulting journal mode; None while another connection blocks the switch (SQLite does not wait)."""
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.OperationalError as error:
        if not is_busy(error) or time.monotonic() > deadline:
            raise
        return None
    return str(mode)


@contextmanager
def translate_key_errors(path: Path) -> Iterator[None]:
    """Convert NoKeyError into KeyUnavailable.

    Args:
        path: The database that the message names.
    """
    try:
        yield
    except NoKeyError as error:
        raise KeyUnavailable(path=path, reason=str(error)) from error


def _create_file(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
