"""Training, quantisation and data preparation by command, up to verification in the application."""

import json
import shutil
import sys
from pathlib import Path

import onnx
import pytest
import tomli_w
from PIL import Image

import app.lab
from app.core.paths import models_dir
from tests.unit.cli.conftest import Command
from tests.unit.cli.lab.conftest import RECIPE
from tests.unit.cli.synthetic_people import write_people


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab") / "people"
    write_people(folder)
    return folder


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "recipe.toml"
    path.write_text(tomli_w.dumps(RECIPE))
    return path


def _pairs(people: Path, path: Path) -> Path:
    names = sorted(folder.name for folder in people.iterdir())
    lines = [f"{name}/{i}.png\t{name}/{j}.png\t1" for name in names for i in (1, 2) for j in range(i)]
    lines += [
        f"{a}/0.png\t{names[(i + step) % len(names)]}/1.png\t0" for i, a in enumerate(names) for step in (1, 2, 3)
    ]
    path.write_text("\n".join(lines))
    return path


def _install(model: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a model as its card says: a copy of the models, the file, and the card's row."""
    shutil.copytree(models_dir(), folder)
    shutil.copy(model, folder / "model.onnx")
    row = model.with_suffix(".md").read_text().split("```toml")[1].split("```")[0].replace("NAME", "own")
    row += '[models.own.thresholds]\nmeasured_on = "made-up people"\ncomparisons = 190\ncommand = "-"\n'
    row += "points = [{ fmr = 1e-2, threshold = 0.5 }, { fmr = 1e-4, threshold = 0.8 }]\n"
    with (folder / "manifest.toml").open("a") as manifest:
        manifest.write(row)
    monkeypatch.setenv("FACELATCH_MODELS_DIR", str(folder))


@pytest.mark.slow
def test_a_network_trained_from_scratch_verifies_people_in_the_application(
    people: Path, recipe: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = command(
        "lab", "train", "--images", people, "--output", tmp_path / "run", "--recipe", recipe, "--threads", 1, "--json"
    )
    assert trained.code == 0, trained.err
    assert trained.json["steps"] == 60
    assert trained.json["validation"]["rank1"] > 0.8
    _install(Path(trained.json["file"]), tmp_path / "models", monkeypatch)
    assert command("models", "verify").code == 0
    pairs = _pairs(people, tmp_path / "pairs.tsv")
    measured = command("evaluate", "verification", "--images", people, "--pairs", pairs, "--model", "own", "--json")
    assert measured.code == 0, measured.err
    # Half of the pairs are of one person. All twenty people come from two portraits, so errors are expected.
    assert measured.json["accuracy_mean"] > 0.85


def test_a_missing_package_names_the_extra(
    people: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(
        app, "lab", app.lab
    )  # the import without PyTorch binds another module until the end of the test
    for name in [name for name in sys.modules if name.startswith("app.lab")]:
        monkeypatch.delitem(sys.modules, name)
    refused = command("lab", "train", "--images", people, "--output", tmp_path / "run")
    assert refused.code == 3
    assert "facelatch[lab]" in refused.err


@pytest.mark.parametrize("content", ["steps = ", "steps = -1", "colour = 1", "[architecture]\ninput_size = [100, 100]"])
def test_invalid_recipes_are_refused(people: Path, tmp_path: Path, command: Command, content: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(content)
    refused = command("lab", "distil", "--images", people, "--output", tmp_path / "run", "--recipe", path)
    assert refused.code == 2
    assert "wrong.toml" in refused.err


def test_unusable_pictures_are_listed(people: Path, tmp_path: Path, command: Command) -> None:
    folder = tmp_path / "mixed"
    shutil.copytree(people / "person00", folder / "ann")
    shutil.copytree(people / "person01", folder / "bob")
    (folder / "bob" / "0.png").write_bytes(b"no picture")
    Image.new("RGB", (200, 200), "grey").save(folder / "bob" / "1.png")
    result = command("lab", "prepare", "--images", folder, "--json")
    assert result.code == 0, result.err
    assert (result.json["faces"], result.json["people"]) == (4, 2)
    assert result.json["unreadable"] == ["bob/0.png"]
    assert result.json["faceless"] == ["bob/1.png"]


def test_the_contact_sheet_is_drawn(tmp_path: Path, command: Command) -> None:
    assert command("lab", "augmentations", "--output", tmp_path / "sheet.png").code == 0
    assert (tmp_path / "sheet.png").stat().st_size > 50_000
    refused = command("lab", "augmentations", "--output", tmp_path / "missing" / "sheet.png")
    assert refused.code == 3


def test_a_missing_folder_is_refused(tmp_path: Path, command: Command) -> None:
    assert command("lab", "prepare", "--images", tmp_path / "nowhere").code == 2
    (tmp_path / "empty").mkdir()
    assert command("lab", "prepare", "--images", tmp_path / "empty").code == 3


def test_a_run_of_other_people_is_refused(people: Path, recipe: Path, tmp_path: Path, command: Command) -> None:
    few = tmp_path / "few"
    for name in ("person00", "person01"):
        shutil.copytree(people / name, few / name)
    train = ("lab", "train", "--output", tmp_path / "run", "--recipe", recipe, "--steps", 2, "--threads", 1, "--images")
    assert command(*train, few).code == 0
    shutil.copytree(people / "person02", few / "person02")
    refused = command(*train, few)
    assert refused.code == 3
    assert "identities" in refused.err
    assert json.loads((tmp_path / "run" / "model.json").read_text())["people"] == 2


def test_the_shipped_network_is_quantised_and_measured(tmp_path: Path, command: Command) -> None:
    people, model = tmp_path / "people", tmp_path / "rounded.onnx"
    write_people(people, people=3, pictures=2)
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("person00/0.png\tperson00/1.png\t1\nperson01/0.png\tperson00/1.png\t0\n")
    result = command(
        "lab", "quantise", "--images", people, "--output", model, "--held-out", pairs, "--faces", 2, "--json"
    )
    assert result.code == 0, result.err
    assert result.json["bytes"] == model.stat().st_size < 0.4 * result.json["bytes_before"]
    assert 0.8 < result.json["least_cosine"] <= result.json["rounded"]["agreement"] < 1
    assert result.json["before"]["genuine"] == result.json["rounded"]["genuine"] == 2
    kinds = {node.op_type for node in onnx.load(str(model)).graph.node}
    assert {"QuantizeLinear", "DequantizeLinear"} <= kinds
    refused = command("lab", "quantise", "--images", people, "--output", tmp_path / "nowhere" / "model.onnx")
    assert refused.code == 3
