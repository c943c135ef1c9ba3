"""An application on a temporary database, and the portraits of the demo."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.paths import resources_dir
from app.wiring import Application


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    with Application(database_file=tmp_path / "people.sqlite3") as application:
        yield application


@pytest.fixture(scope="session")
def hopper() -> Path:
    return resources_dir() / "portraits" / "grace_hopper.jpg"


@pytest.fixture(scope="session")
def collins() -> Path:
    return resources_dir() / "portraits" / "eileen_collins.jpg"
