import json
from pathlib import Path

import pytest

from app.vision.engine import tuning_cache as module
from app.vision.engine.engines import OPENVINO, Engine
from app.vision.engine.tuning_cache import TunedEngines, TuningCache, fingerprint

CHOICES = TunedEngines({"mobilefacenet": Engine(OPENVINO, 2, exact=False), "face_mesh": Engine()}, direct=True)
MODELS = ("ab", "cd")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "engines.json"


def test_tuning_results_are_stored(path: Path) -> None:
    kept = TuningCache(path, MODELS)
    assert kept.load() is None
    kept.save(CHOICES)
    assert TuningCache(path, tuple(reversed(MODELS))).load() == CHOICES
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_another_model_invalidates_the_cache(path: Path) -> None:
    TuningCache(path, MODELS).save(CHOICES)
    assert TuningCache(path, ("ab", "ef")).load() is None


@pytest.mark.parametrize("what", ["_processor", "_version"])
def test_another_machine_or_package_invalidates_the_cache(
    path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    TuningCache(path, MODELS).save(CHOICES)
    monkeypatch.setattr(module, what, lambda *_: "another")
    assert TuningCache(path, MODELS).load() is None


@pytest.mark.parametrize(
    "content",
    ["", "no json", "[]", "{}", '{"version": 1}', '{"version": 1, "fingerprint": "F", "engines": [], "direct": 1}'],
)
def test_an_unreadable_cache_file_is_ignored(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content.replace('"F"', json.dumps(fingerprint(MODELS))), "utf-8")
    assert TuningCache(path, MODELS).load() is None


def test_an_unwritable_cache_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    kept = TuningCache(tmp_path / "cache" / "engines.json", MODELS)
    kept.save(CHOICES)
    assert kept.load() is None
