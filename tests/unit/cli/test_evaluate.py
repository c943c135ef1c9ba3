"""Commands that evaluate a model on pictures of known people."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Command


@pytest.fixture
def people(tmp_path: Path, hopper: Path, collins: Path) -> Path:
    """Two people with three copies of one picture each."""
    for name, picture in (("grace", hopper), ("eileen", collins)):
        (tmp_path / "people" / name).mkdir(parents=True)
        for number in range(3):
            shutil.copy(picture, tmp_path / "people" / name / f"{number}.jpg")
    return tmp_path / "people"


def test_all_pairs(command: Command, people: Path) -> None:
    report = command("evaluate", "all-pairs", "--images", people, "--json").json
    assert (report["genuine"], report["impostor"], report["rank1"]) == (6, 9, 1)
    assert list(report["operating_points"]) == ["1e-2", "1e-3", "1e-4", "1e-5", "1e-6"]
    point = report["operating_points"]["1e-4"]
    assert set(point) == {"threshold", "tar", "tar_low", "tar_high"}
    assert point["tar_low"] < point["tar"] == point["tar_high"] == 1
    assert "6 genuine and 9 impostor pairs" in command("evaluate", "all-pairs", "--images", people).out


def test_enrolment(command: Command, people: Path) -> None:
    study = command("evaluate", "enrolment", "--images", people, "--pictures", "2", "--fmr", "1e-3", "--json").json
    assert (study["people"], study["probes"], study["impostor"], study["fmr"]) == (2, 2, 2, 1e-3)
    assert list(study["by_pictures"]) == ["1", "2"]
    assert study["by_pictures"]["2"]["tar"] == 1
    assert study["gain"] == {"share": 0, "low": 0, "high": 0, "won": 0, "lost": 0}
    assert (
        "2 pictures instead of 1: +0.00 points"
        in command("evaluate", "enrolment", "--images", people, "--pictures", "2").out
    )


def test_too_few_pictures(command: Command, people: Path) -> None:
    outcome = command("evaluate", "enrolment", "--images", people, "--json")
    assert outcome.code == 3
    assert "more than 5 pictures" in outcome.json["error"]["message"]
    assert command("evaluate", "enrolment", "--images", people, "--fmr", "0.5").code == 2


@pytest.mark.slow
@pytest.mark.eval
def test_five_pictures_raise_the_true_accept_rate(command: Command, eval_dir: Path, tmp_path: Path) -> None:
    """On a part of the data of docs/evaluation/enrolment.md: sixty people, at most eight pictures each."""
    folders = [folder for folder in sorted((eval_dir / "lfw" / "images").iterdir()) if len(list(folder.iterdir())) > 6]
    for folder in folders[:60]:
        (tmp_path / "lfw" / folder.name).mkdir(parents=True)
        for picture in sorted(folder.iterdir())[:8]:
            (tmp_path / "lfw" / folder.name / picture.name).symlink_to(picture)
    study = command("evaluate", "enrolment", "--images", tmp_path / "lfw", "--json").json
    assert study["people"] == 60
    assert study["gain"]["share"] > 0
    assert study["gain"]["won"] > study["gain"]["lost"]
    assert study["by_pictures"]["5"]["tar"] > study["by_pictures"]["1"]["tar"] > 0.9


def test_protocols(command: Command, people: Path, tmp_path: Path) -> None:
    """Copies of two pictures are all recognised, in each form of output."""
    cache, page = tmp_path / "cache.npz", tmp_path / "page.html"
    shared = ("--keep", cache, "--report", page)
    report = command("evaluate", "open-set", "--images", people, *shared, "--json").json
    assert report["facts"] == {"enrolled": 1, "probes": 2, "strangers": 3, "not_detected": 0}
    assert report["figures"]["rank_1"]["value"] == 1
    compared = command(
        "evaluate", "open-set", "--images", people, "--keep", cache, "--against", page.with_suffix(".json")
    )
    assert "rank_1: +0.00 points" in compared.out
    templates, pairs = tmp_path / "templates.txt", tmp_path / "pairs.txt"
    templates.write_text("grace/0.jpg 1 1\ngrace/1.jpg 1 2\ngrace/2.jpg 2 1\neileen/0.jpg 3 1\n")
    pairs.write_text("1 2 1\n1 3 0\n")
    report = command(
        "evaluate", "templates", "--images", people, "--templates", templates, "--pairs", pairs, *shared, "--json"
    ).json
    assert report["facts"]["eer"] == 0
    probes, crowd = tmp_path / "probes.txt", tmp_path / "crowd.txt"
    probes.write_text("grace/0.jpg\tgrace\ngrace/1.jpg\tgrace\n")
    crowd.write_text("eileen/0.jpg\n")
    names = ("--probes", probes, "--probe-images", people, "--distractors", crowd, "--distractor-images", people)
    assert "rank_1_among_1" in command("evaluate", "megaface", *names, "--keep", cache).out
    assert command("evaluate", "megaface", *names, "--counts", "ten").code == 2
    crowd.write_text("eileen/9.jpg\n")
    missing = command("evaluate", "megaface", *names)
    assert missing.code == 3
    assert "9.jpg" in missing.err


def test_a_verification_is_reported_and_compared(command: Command, people: Path, tmp_path: Path) -> None:
    pairs, page = tmp_path / "pairs.txt", tmp_path / "page.html"
    pairs.write_text("1 grace/0.jpg grace/1.jpg\n0 grace/0.jpg eileen/1.jpg\n")
    shared = ("evaluate", "verification", "--images", people, "--pairs", pairs, "--keep", tmp_path / "cache.npz")
    first = command(*shared, "--lists", "agedb", "--report", page)
    assert first.code == 0, first.err
    assert "<svg" in page.read_text("utf-8")
    then = command(*shared, "--lists", "agedb", "--against", page.with_suffix(".json"), "--json").json
    assert then["gains"]["accuracy"]["share"] == 0
    assert then["curve"]["fmr"] == [1]
    assert command(*shared, "--flip", "--lists", "agedb").code == 2
    assert command(*shared, "--lists", "cfp-fp").code == 2


def test_a_report_without_its_packages_names_the_extra(
    command: Command, people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    monkeypatch.delitem(sys.modules, "app.evaluation.html_report", raising=False)
    page = tmp_path / "page.html"
    refused = command("evaluate", "open-set", "--images", people, "--report", page)
    assert refused.code == 3
    assert "facelatch[evaluation]" in refused.err
    assert not page.exists()
