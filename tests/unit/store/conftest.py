from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.database import Database
from tests.unit.store.helpers import Repositories


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "facelatch.sqlite3"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with Database.open(path, busy_timeout_ms=100) as database:
        yield database


@pytest.fixture
def people(database: Database) -> Repositories:
    return Repositories(database)
