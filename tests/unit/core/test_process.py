import sys
import time

import pytest

from app.core.process import age_s, program


def test_a_process_grows_older() -> None:
    first = age_s()
    time.sleep(0.05)
    second = age_s()
    assert first is not None
    assert second is not None
    assert 0 < first < second < first + 60


def test_a_bundle_is_started_by_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert program() == [sys.executable, "-m", "app"]
    monkeypatch.setattr(sys, "_MEIPASS", "/somewhere/_internal", raising=False)
    assert program() == [sys.executable]
