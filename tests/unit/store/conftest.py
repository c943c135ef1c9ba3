from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from app.store.database.sqlite import Database
from tests.fakes.keyrings import FakeKeyring
from tests.unit.store.builders import Repositories


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


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeKeyring]:
    before, made_up = keyring.get_keyring(), FakeKeyring()
    monkeypatch.setenv("DISPLAY", ":0")
    keyring.set_keyring(made_up)
    yield made_up
    made_up.answers.set()
    keyring.set_keyring(before)
