"""Ablation and search on synthetic people, with their reports."""

import itertools
import json
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from app.core.errors import InvalidRequest
from app.lab.data.augmentation import Augmentation
from app.lab.data.faces import ArrayImages, FaceSet
from app.lab.errors import DataUnusable, StudyDiffers, StudyUnreachable
from app.lab.studies.ablation import run_ablation
from app.lab.studies.ablation_report import write_ablation
from app.lab.studies.ablation_rows import VARIANTS, select_variants
from app.lab.studies.proxy_training import PROXY_CONFIG, StudyFaces
from app.lab.studies.search import run_search
from app.lab.studies.search_report import verdict, write_search
from app.lab.studies.search_space import architecture_of, input_sizes, reference_choice
from app.lab.studies.search_storage import file_url, study_unreachable
from app.lab.training.supervised import TrainConfig
from app.store.database.failures import explaining_database
from tests.unit.lab.conftest import SMALL

BASE = TrainConfig(
    architecture=SMALL.model_copy(update={"input_size": (32, 32), "width": 0.5}),
    steps=4,
    batch=8,
    margin=0.2,
    last_margin=0.1,
    average=0.5,
    augmentations=(Augmentation.FLIP,),
)


def _people(count: int, pictures: int = 3) -> FaceSet:
    """People as coarse colour patterns with noise."""
    random = np.random.default_rng(5)
    looks = np.kron(random.integers(0, 256, (count, 4, 4, 3)), np.ones((1, 12, 12, 1)))
    taken = np.repeat(looks, pictures, axis=0) + random.normal(0, 20, (count * pictures, 48, 48, 3))
    images = np.clip(taken, 0, 255).astype(np.uint8)
    labels = np.repeat(np.arange(count, dtype=np.int64), pictures)
    names = tuple(f"person{n:02d}" for n in range(count))
    return FaceSet(ArrayImages(images), np.arange(len(labels), dtype=np.int64), labels, names)


@pytest.fixture(autouse=True)
def timed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time each network once: exact latency does not matter here."""
    monkeypatch.setattr("app.lab.studies.ablation._ROUNDS", 1)
    monkeypatch.setattr("app.lab.studies.search._ROUNDS", 1)


@pytest.fixture
def faces() -> StudyFaces:
    return StudyFaces.split(_people(15), None, 100, 48)


def test_training_and_evaluation_people_are_disjoint() -> None:
    people = _people(10, pictures=8)
    chosen = StudyFaces.split(people, frozenset({"person03", "person07", "unknown"}), 5, 32)
    assert chosen.judged.identities == ("person03", "person07")
    assert not set(chosen.learnt.identities) & set(chosen.judged.identities)
    assert chosen.counts() == {"people_learnt": 5, "faces_learnt": 40, "people_judged": 2, "faces_judged": 12}
    assert chosen.learnt.batch(np.array([0])).shape == (1, 3, 32, 32)


@pytest.mark.parametrize(("people", "purpose"), [(5, "to judge by"), (2, "to learn from")])
def test_too_few_people_are_refused(people: int, purpose: str) -> None:
    with pytest.raises(DataUnusable, match=purpose):
        StudyFaces.split(_people(people), None, 100, 32)


def test_an_unknown_row_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="head-none") as refused:
        select_variants(["head-gap", "head-none"])
    assert "mobilenetv2" in refused.value.hint


def test_every_variant_differs_from_the_base_in_one_thing() -> None:
    first = VARIANTS[0].config(PROXY_CONFIG, 0)
    assert first == PROXY_CONFIG
    for row in VARIANTS[1:]:
        config = row.config(PROXY_CONFIG, 0)
        other = config.architecture != first.architecture
        assert other is bool(row.network)
        assert (config.model_copy(update={"architecture": first.architecture}) != first) is not other


def test_an_ablation_compares_reports_and_resumes(faces: StudyFaces, tmp_path: Path) -> None:
    rows = select_variants(["mobilenetv2", "loss-softmax"])
    trained: list[str] = []
    study = run_ablation(BASE, rows, faces, 2, tmp_path, done=lambda run: trained.append(f"{run.name}{run.seed}"))
    assert [row.row.name for row in study.rows] == ["mobilefacenet", "mobilenetv2", "loss-softmax"]
    assert trained[:3] == [f"{row.row.name}0" for row in study.rows]
    assert all(len(row.accuracies) == 2 and 0.4 < row.mean <= 1 for row in study.rows)
    own, baseline = study.rows[0].cost, study.rows[1].cost
    assert round(own.multiply_adds / 1e6) == 221
    assert baseline.multiply_adds > own.multiply_adds
    assert own.ms > 0
    page, data, plot = (path.read_text("utf-8") for path in write_ablation(study, tmp_path))
    assert "Limits of a study" in page
    for row, row_data in zip(study.rows[1:], json.loads(data)["rows"][1:], strict=True):
        assert row.difference is not None
        assert row_data["difference"]["beyond_spread"] is row.difference.is_significant
        line = next(line for line in page.splitlines() if line.startswith(f"| `{row.row.name}`"))
        assert ("not significant" in line) is not row.difference.is_significant
    assert ElementTree.fromstring(plot).tag.endswith("svg")
    kept = {path: path.read_bytes() for path in (tmp_path / "runs").iterdir()}
    assert len(kept) == 6
    again = run_ablation(BASE, rows, faces, 2, tmp_path)
    assert [row.accuracies for row in again.rows] == [row.accuracies for row in study.rows]
    assert {path: path.read_bytes() for path in (tmp_path / "runs").iterdir()} == kept


def test_an_interrupted_ablation_resumes_with_its_row(faces: StudyFaces, tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    rows = select_variants(["loss-softmax"])
    whole = run_ablation(BASE, rows, faces, 1, tmp_path / "whole")

    def kill(_: object) -> None:
        raise Killed

    with pytest.raises(Killed):
        run_ablation(BASE, rows, faces, 1, tmp_path / "cut", done=kill)
    left = [path.name for path in (tmp_path / "cut" / "runs").iterdir()]
    assert left == ["mobilefacenet-seed0.json"]
    resumed = run_ablation(BASE, rows, faces, 1, tmp_path / "cut")
    assert [row.accuracies for row in resumed.rows] == [row.accuracies for row in whole.rows]
    assert resumed.rows[1].difference is not None
    assert resumed.rows[1].difference.bound is None
    assert "one seed" in write_ablation(resumed, tmp_path)[0].read_text("utf-8")


def test_results_of_another_study_are_refused(faces: StudyFaces, tmp_path: Path) -> None:
    run_ablation(BASE, VARIANTS[:1], faces, 1, tmp_path)
    with pytest.raises(StudyDiffers, match="batch"):
        run_ablation(BASE.model_copy(update={"batch": 6}), VARIANTS[:1], faces, 1, tmp_path)
    for content in ("", "{}", '{"result": {}, "made_with": {}}', '{"result": 1, "made_with": {}}'):
        (tmp_path / "runs" / "mobilefacenet-seed0.json").write_text(content)
        with pytest.raises(StudyDiffers, match="damaged"):
            run_ablation(BASE, VARIANTS[:1], faces, 1, tmp_path)


def test_the_reference_is_among_the_choices() -> None:
    choice = reference_choice(PROXY_CONFIG.architecture)
    assert architecture_of(choice, PROXY_CONFIG.architecture) == PROXY_CONFIG.architecture
    assert input_sizes(SMALL) == {"64x64": (64, 64), "64x48": (64, 48), "48x48": (48, 48), "80x80": (80, 80)}
    half = architecture_of(choice | {"depth": 0.5, "width": 0.5, "kernel": 5}, PROXY_CONFIG.architecture)
    assert [stage.repeats for stage in half.stages] == [3, 1, 3, 1, 1]
    assert (half.width, half.kernel) == (0.125, 5)


def test_a_search_tries_prunes_confirms_and_resumes(faces: StudyFaces, tmp_path: Path) -> None:
    url = file_url(tmp_path)
    counts: list[int] = []
    first = run_search(BASE, faces, url, "test", 2, 2, tmp_path, done=counts.append)
    assert first.trials[0].choice == first.reference
    assert first.trials[0].accuracy is not None
    assert first.trials[0].multiply_adds == 1
    found = run_search(BASE, faces, url, "test", 6, 2, tmp_path, done=counts.append)
    assert counts == list(range(1, 7))
    assert [trial.choice for trial in found.trials[:2]] == [trial.choice for trial in first.trials]
    for trial in found.trials:
        assert (trial.accuracy is None) is bool(trial.ended)
        assert trial.accuracy is None or trial.multiply_adds <= 1
    assert all(a.latency <= b.latency for a, b in itertools.pairwise(found.front))
    page, data, plot = (path.read_text("utf-8") for path in write_search(found, tmp_path))
    assert verdict(found) in page
    assert len(json.loads(data)["trials"]) == 6
    assert ElementTree.fromstring(plot).tag.endswith("svg")
    if found.confirmed is not None:
        chosen = next(trial for trial in found.trials if trial.number == found.confirmed.number)
        assert chosen.multiply_adds <= 0.8
        assert f"trial {chosen.number}" in verdict(found)
    with pytest.raises(StudyDiffers, match="steps"):
        run_search(BASE.model_copy(update={"steps": 5}), faces, url, "test", 6, 2, tmp_path)


@pytest.mark.parametrize(
    "url", ["nothing", "sqlite:////no/such/folder/search.db", "postgresql://me:secret@127.0.0.1:9/none", "oracle://x"]
)
def test_an_unreachable_database_is_reported(faces: StudyFaces, tmp_path: Path, url: str) -> None:
    with pytest.raises(StudyUnreachable) as refused, explaining_database(partial(study_unreachable, url)):
        run_search(BASE, faces, url, "test", 1, 1, tmp_path)
    assert "secret" not in refused.value.message
