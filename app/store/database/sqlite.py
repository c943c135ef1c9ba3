"""The database's file: opened, checked, brought up to date, and closed."""

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
from app.store.database.schema_bootstrap import driver_connection, upgrade_database
from app.store.database.write_lock import begin_immediate, is_busy, truncate_wal

log = logging.getLogger(__name__)

_WRITES = "facelatch_writes"
_SCHEMA = text("SELECT version_num FROM alembic_version")
_CLOSE_WAIT_S = 2.0
_WAL_RETRY_S = 0.02
_LAST_TRY_S = 0.2
_PRAGMAS = ("foreign_keys = ON", "synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY")
"""Of every connection: templates go with their person, a commit survives a power cut, what is deleted is zeroed, and
nothing of it is written to temporary files."""


class Database(Closeable):
    """One SQLite file, usable from every thread at once: each session has a connection of its own.

    Use `Database.open`. Sessions are short; a writing one holds the only write lock from its first moment.

    Attributes:
        path: The file.
        ledger: The chain of its audit trail.
        vault: Opens what is sealed in it.
    """

    vault: Vault

    def __init__(self, path: Path, busy_timeout_ms: int, ledger: Ledger, keys: KeySources | None = None) -> None:
        self.path = path
        self.ledger = ledger
        self._key_sources = keys or machine_key_sources()
        self._timeout_s = busy_timeout_ms / 1000
        self._reads = self._create_engine()
        self._writes = self._reads.execution_options(**{_WRITES: True})
        self._state = threading.Condition()
        self._sessions = 0
        self._closed = False
        self._log_is_kept = False

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
        """Open the database, creating it and its directory where there is none, and bring it up to date.

        A file that is not ours, is damaged or comes from a later version is left as it is, byte for byte.

        Args:
            path: The file. A new directory is for this user only (0700), a new file too (0600).
            busy_timeout_ms: How long each access waits for another program's lock, in milliseconds; for the locks of
                many who take turns, longer.
            before_migration: Called with the file before one of an earlier version is changed; what it raises keeps
                the file as it is.
            ledger: Ties the events of its audit trail to one another; by default sealed in a file beside it.
            keys: Where its key comes from; by default from this machine's keyring, passphrase or key file.
            inherited: Keys for a database from before there were any; by default new ones.

        Returns:
            Open until `close`.

        Raises:
            StoreError: One of its classes: StoreCorrupt, StoreForeign, StoreTooNew, StoreReadOnly, StoreFull,
                StoreLocked, KeyUnavailable; itself where the place does not suit a database.
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
                database._switch_to_wal()
                database._open_vault()
                if database._log_path.exists() and database._log_path.stat().st_size:
                    database._empty_log(_LAST_TRY_S)
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def connecting(self) -> Iterator[Connection]:
        """A bare connection, for one small question: half as dear as a session.

        Raises:
            StoreError: The database cannot be read.
        """
        with self._in_use(), translate_errors(self.path), self._reads.connect() as connection:
            self._refuse_other_schema(connection)
            connection.rollback()
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session in which everything is read as of one moment, that of its first question.

        Raises:
            StoreError: The database cannot be read.
        """
        with self._session(self._reads) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are all made when the block ends, or none if it raises.

        Raises:
            StoreError: The database cannot be written; StoreLocked if another writer holds it for too long.
        """
        self.ledger.prepare()
        with self._session(self._writes) as session:
            yield session

    def checkpoint(self) -> bool:
        """Bring the log's pages into the file and empty the log, so that what was deleted is nowhere any more.

        Returns:
            False while another program reads the database. It is tried again on closing and on the next opening, and
            SQLite does it when the last program closes the database.

        Raises:
            StoreError: The database cannot be written.
        """
        with self._in_use(), translate_errors(self.path):
            return self._empty_log(self._timeout_s)

    def close(self) -> None:
        """Wait for the running sessions, then close every connection; may be called twice.

        A session that takes longer than 2 s keeps its connection, which is closed when the session ends.
        """
        with self._state:
            self._closed = True
            if not self._state.wait_for(lambda: self._sessions == 0, timeout=_CLOSE_WAIT_S):
                log.warning("%d sessions of %s are still open", self._sessions, self.path)
        self.ledger.close()
        if self._log_is_kept:
            self._try_last()
        self._reads.pool.dispose()

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        with self._in_use(), translate_errors(self.path), Session(engine) as session:
            self.ledger.begin(session)
            with session.begin():
                self._refuse_other_schema(session.connection())
                refresh_vault(session.connection(), self.vault)
                session.info["vault"] = self.vault
                yield session
            self.ledger.committed(session)

    def _refuse_other_schema(self, connection: Connection) -> None:
        """Leave the database alone once a newer version has brought it up to date while this one had it open."""
        if connection.execute(_SCHEMA).scalar() != HEAD:
            raise StoreTooNew(path=self.path)

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        with self._state:
            if self._closed:
                raise RuntimeError(f"the database is closed: {self.path}")
            self._sessions += 1
        try:
            yield
        finally:
            self._leave()

    def _leave(self) -> None:
        with self._state:
            self._sessions -= 1
            self._state.notify_all()
            if self._closed and self._sessions == 0:
                self._reads.pool.dispose()

    @property
    def _log_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}-wal")

    def _empty_log(self, wait_s: float) -> bool:
        """Try for so long, in seconds."""
        with self._reads.connect() as connection:
            raw = driver_connection(connection)
            with self._without_waiting(raw):
                is_empty = truncate_wal(raw, wait_s)
        self._log_is_kept = not is_empty
        if not is_empty:
            log.warning("%s is being read: its log is emptied later", self.path)
        return is_empty

    def _try_last(self) -> None:
        try:
            with translate_errors(self.path):
                self._empty_log(_LAST_TRY_S)
        except StoreError as error:
            log.warning("the log could not be emptied: %s", error)

    def _create_engine(self) -> Engine:
        engine = create_engine(
            "sqlite://", creator=self._connect, poolclass=QueuePool, max_overflow=-1, hide_parameters=True
        )
        event.listen(engine, "begin", self._begin)
        return engine

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=self._timeout_s,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _begin(self, connection: Connection) -> None:
        if not connection.get_execution_options().get(_WRITES):
            connection.exec_driver_sql("BEGIN")
            return
        raw = driver_connection(connection)
        with self._without_waiting(raw):
            begin_immediate(raw, self._timeout_s)

    @contextmanager
    def _without_waiting(self, raw: sqlite3.Connection) -> Iterator[None]:
        raw.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            raw.execute(f"PRAGMA busy_timeout = {round(self._timeout_s * 1000)}")

    def _open_vault(self) -> None:
        with self.connecting() as connection:
            self.vault = open_vault(connection, self._key_sources)
        self.ledger.use(self.vault)

    def _switch_to_wal(self) -> None:
        """Let readers and the writer work at once. Only after the first commit, so that no new file lacks our mark."""
        deadline = time.monotonic() + self._timeout_s
        with self.connecting() as connection:
            raw = driver_connection(connection)
            while (mode := _request_wal_mode(raw, deadline)) is None:
                time.sleep(_WAL_RETRY_S)
        if mode != "wal":
            raise unusable_database(self.path, f"journal mode {mode}")


def _request_wal_mode(connection: sqlite3.Connection, deadline: float) -> str | None:
    """The journal mode there is then; None while another connection is in the way (SQLite does not wait for it)."""
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.OperationalError as error:
        if not is_busy(error) or time.monotonic() > deadline:
            raise
        return None
    return str(mode)


@contextmanager
def translate_key_errors(path: Path) -> Iterator[None]:
    """Raise KeyUnavailable where no source gives the key of a database.

    Args:
        path: The database, which the message names.
    """
    try:
        yield
    except NoKeyError as error:
        raise KeyUnavailable(path=path, reason=str(error)) from error


def _create_file(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
