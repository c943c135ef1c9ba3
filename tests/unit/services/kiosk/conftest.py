from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.unit.services.kiosk.bench import Bench

MakeBench = Callable[..., Bench]


@pytest.fixture
def make_bench(tmp_path: Path) -> Iterator[MakeBench]:
    with ExitStack() as closing:

        def make(**policy: Any) -> Bench:
            bench = Bench(tmp_path / "kiosk.sqlite3", **policy)
            closing.callback(bench.database.close)
            return bench

        yield make


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    """Return a kiosk where Ada is enrolled, without liveness check."""
    made = make_bench()
    made.enrol("Ada", 0, badge="K-77")
    made.controller.open()
    return made
