"""`facelatch bench search`: the tests check that everything is measured, not how long it takes."""

from pathlib import Path

import pytest

from app.matching import gallery_builder, indexed_shard
from tests.unit.cli.conftest import Command


def test_sizes_are_measured_on_a_stored_gallery(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (gallery_builder, indexed_shard):
        monkeypatch.setattr(module, "EXACT_UP_TO", 300)
    report = command("bench", "search", "--sizes", "800,100", "--each", "4", "--probes", "20", "--json").json
    assert list(report["sizes"]) == ["100", "800"]
    for size, times in report["sizes"].items():
        assert times["people"] == int(size) // 4
        assert times["recall_at_1"] == 1
        assert times["error"] < 2e-4
        assert 0 < times["load_s"] < 60
        assert min(times[name] for name in ("exact_p50_ms", "index_p50_ms", "build_s", "store_mb")) > 0
    assert "synthetic" in report["faces"]


def test_a_table_is_printed(command: Command) -> None:
    out = command("bench", "search", "--sizes", "100", "--probes", "10").out
    assert "recall" in out
    assert "synthetic" in out


@pytest.mark.parametrize("sizes", ["", "10", "1e5", "-100", "100,"])
def test_invalid_sizes_are_refused(command: Command, sizes: str) -> None:
    assert command("bench", "search", "--sizes", sizes).code == 2


def test_a_file_without_embeddings_is_refused(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "people.npy"
    path.write_bytes(b"")
    assert command("bench", "search", "--centres", str(path)).code == 2
