"""Fixtures of the evaluation's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.vision.analysis import FaceAnalyzer
from app.wiring import Application
from tests.unit.evaluation.protocols.fakes import colour_analyzer


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    with Application(database_file=tmp_path / "people.sqlite3") as application:
        yield application


@pytest.fixture
def analyzer() -> FaceAnalyzer:
    return colour_analyzer()
