"""Multi-task training and comparison by command."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Command
from tests.unit.cli.synthetic_people import write_people


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab") / "people"
    write_people(folder, people=4, pictures=2)
    return folder


def test_two_heads_are_trained_and_compared(people: Path, tmp_path: Path, command: Command) -> None:
    recipe, run, table = tmp_path / "recipe.toml", tmp_path / "run", tmp_path / "table.md"
    recipe.write_text("steps = 2\nbatch = 4\nmixed = false\n")
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("person00/0.png\tperson00/1.png\t1\nperson01/0.png\tperson00/1.png\t0\n")
    shared = ("--images", people, "--backgrounds", people, "--held-out", pairs, "--json")
    train = ("lab", "multitask", "train", "--output", run, "--recipe", recipe, "--threads", 1, *shared)
    trained = command(*train)
    assert trained.code == 0, trained.err
    assert trained.json["steps"] == 2
    assert set(trained.json["two_heads"]) == {"presence", "pixels", "cosine"}
    resumed = command(*train)
    assert resumed.json["two_heads"] == {}
    compared = command("lab", "multitask", "compare", "--output", run, "--markdown", table, *shared)
    assert compared.code == 0, compared.err
    ways = compared.json["ways"]
    given, two, once, twice = ways.values()
    assert (compared.json["faces"], compared.json["people"]) == (4, 2)
    assert given["faces"]["agreement"] == pytest.approx(1, abs=1e-5)
    assert two["multiply_adds"] > once["multiply_adds"]
    assert twice["multiply_adds"] == 2 * once["multiply_adds"]
    assert twice["milliseconds"] == pytest.approx(2 * once["milliseconds"])
    assert table.read_text().count("\n") == 6
    assert "two heads, one look" in table.read_text()


def test_missing_runs_and_folders_are_refused(people: Path, tmp_path: Path, command: Command) -> None:
    unfinished = command("lab", "multitask", "compare", "--images", people, "--output", tmp_path / "run")
    assert unfinished.code == 2
    assert "two_heads.onnx is missing" in unfinished.err
    nowhere = ("--images", people, "--output", tmp_path / "run", "--backgrounds", tmp_path / "nowhere")
    assert command("lab", "multitask", "train", *nowhere).code == 2
    (tmp_path / "empty").mkdir()
    empty = ("--images", people, "--output", tmp_path / "run", "--backgrounds", tmp_path / "empty")
    assert command("lab", "multitask", "train", *empty).code == 3
