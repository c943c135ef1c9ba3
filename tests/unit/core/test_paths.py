from collections.abc import Callable
from pathlib import Path

import pytest

from app.core import paths

PLACES = [
    ("DATA", paths.data_dir),
    ("CONFIG", paths.config_dir),
    ("LOG", paths.log_dir),
    ("CACHE", paths.cache_dir),
    ("MODELS", paths.models_dir),
]


@pytest.mark.parametrize(("name", "place"), PLACES)
def test_directories_follow_the_environment(
    name: str, place: Callable[[], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(f"FACELATCH_{name}_DIR", str(tmp_path / name))
    assert place() == tmp_path / name
    assert not place().exists()


@pytest.mark.parametrize("name", ["data", "config", "log"])
def test_default_directories_belong_to_the_user(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(f"FACELATCH_{name.upper()}_DIR")
    monkeypatch.setattr(f"platformdirs.user_{name}_dir", lambda app, appauthor: f"/home/ada/{name}/{app}")
    assert getattr(paths, f"{name}_dir")() == Path(f"/home/ada/{name}/facelatch")


def test_database_is_in_the_data_directory() -> None:
    assert paths.database_file() == paths.data_dir() / "facelatch.sqlite3"


def test_shipped_directories_in_a_checkout() -> None:
    assert (paths.models_dir() / "manifest.toml").is_file()
    assert (paths.resources_dir() / "portraits").is_dir()


def test_shipped_directories_in_a_wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "_data" / "resources").mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path)
    assert paths.resources_dir() == tmp_path / "_data" / "resources"


def test_shipped_directories_in_a_bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert paths.resources_dir() == tmp_path / "resources"
