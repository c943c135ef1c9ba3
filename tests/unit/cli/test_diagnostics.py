"""`facelatch self-test`, whose output users attach to problem reports."""

from pathlib import Path

import pytest

from app.core import paths
from tests.unit.cli.conftest import Command


def test_self_test_passes_and_leaves_user_data_untouched(command: Command) -> None:
    outcome = command("self-test", "--no-window", "--json")
    assert outcome.code == 0, outcome.out
    assert outcome.json["passed"]
    steps = {step["name"]: step for step in outcome.json["steps"]}
    assert list(steps) == ["models", "face", "enrolment", "matching", "store", "audit", "kiosk", "network"]
    assert all(step["passed"] for step in steps.values())
    assert "478 landmarks" in steps["face"]["finding"]
    assert "verifying → granted → " in steps["kiosk"]["finding"]
    assert steps["network"]["finding"] == "Nothing asked for it."
    for directory in (paths.data_dir(), paths.config_dir(), paths.keys_dir(), paths.cache_dir()):
        assert not [file for file in directory.rglob("*") if file.is_file()]


def test_self_test_reports_a_damaged_model(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = tmp_path / "models"
    models.mkdir()
    for file in filter(Path.is_file, paths.models_dir().iterdir()):
        (models / file.name).write_bytes(file.read_bytes())
    with (models / "mobilefacenet.onnx").open("r+b") as network:
        network.seek(1000)
        network.write(b"?")
    monkeypatch.setenv("FACELATCH_MODELS_DIR", str(models))
    outcome = command("self-test", "--no-window")
    assert outcome.code == 3
    assert "Some steps failed." in outcome.out
    assert "mobilefacenet" in outcome.out
    assert "Without an enrolled person" in outcome.out
