"""Ablation and search by command."""

import json
from pathlib import Path

import pytest
import tomli_w

from tests.unit.cli.conftest import Command
from tests.unit.cli.lab.conftest import RECIPE
from tests.unit.cli.synthetic_people import write_people
from tests.unit.cli.test_bad_input import assert_clear

SMALLEST = RECIPE | {"steps": 2, "batch": 4}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Arguments of a study, and a recipe; without pictures."""
    monkeypatch.setattr("app.lab.studies.ablation._ROUNDS", 1)
    (tmp_path / "people").mkdir()
    (tmp_path / "recipe.toml").write_text(tomli_w.dumps(SMALLEST))
    paths = ["--images", tmp_path / "people", "--recipe", tmp_path / "recipe.toml", "--output", tmp_path / "study"]
    return [*paths, "--seeds", 1, "--threads", 1, "--device", "cpu", "--json"]


def test_studies_from_pictures_to_reports(study: list[object], tmp_path: Path, command: Command) -> None:
    write_people(tmp_path / "people", people=8, pictures=2)
    ablated = command("lab", "ablate", *study, "--rows", "loss-softmax")
    assert ablated.code == 0, ablated.err
    rows = json.loads((tmp_path / "study" / "ablation.json").read_text())["rows"]
    assert [row["name"] for row in rows] == ["mobilefacenet", "loss-softmax"]
    searched = command("lab", "search", *study, "--trials", 1)
    assert searched.code == 0, searched.err
    assert searched.json["verdict"].startswith("No trial")
    assert {Path(name).name for name in searched.json["files"]} == {"search.md", "search.json", "search.svg"}
    nowhere = f"sqlite:///{tmp_path}/no/folder/search.db"
    refused = command("lab", "search", *study, "--storage", nowhere)
    assert_clear(refused, 3, "StudyUnreachable", "no/folder")


def test_an_unknown_row_is_refused(study: list[object], command: Command) -> None:
    assert_clear(command("lab", "ablate", *study, "--rows", "head-none"), 2, "InvalidRequest", "head-none")


def test_two_people_are_too_few(study: list[object], tmp_path: Path, command: Command) -> None:
    write_people(tmp_path / "people", people=2, pictures=2)
    assert_clear(command("lab", "ablate", *study), 3, "DataUnusable", "to learn from")
