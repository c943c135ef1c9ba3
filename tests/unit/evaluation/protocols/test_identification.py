"""Identification protocols on embeddings that a fake reads from file names."""

from pathlib import Path

import numpy as np
import pytest

from app.core.errors import ImageError
from app.evaluation.protocols.identification import OpenSetPlan, evaluate_megaface, evaluate_open_set
from tests.unit.evaluation.protocols.fakes import ROOT, crowd, embed_by_name


def test_open_set_report() -> None:
    paths = [*crowd(), ROOT / "p00" / "none.jpg"]
    report = evaluate_open_set(paths, embed_by_name, {}, OpenSetPlan())
    threshold = report.facts.pop("threshold_at_fpir_1e-1")
    assert report.facts == {"enrolled": 10, "probes": 20, "strangers": 30, "not_detected": 1}
    assert np.cos(np.radians(9)) < threshold < np.cos(np.radians(8))  # one stranger is 8 degrees from a template
    assert report.figures["rank_1"].value == 1
    assert report.figures["rank_1"].low < 1
    assert report.figures["fnir_at_fpir_1e-1"].value == 0
    assert "fnir_at_fpir_1e-3" not in report.figures  # thirty non-mated probes cannot show one in a thousand
    assert (
        evaluate_open_set(paths, embed_by_name, {}, OpenSetPlan(seed=1)).trials["rank_1"].units
        != report.trials["rank_1"].units
    )
    joined = evaluate_open_set(crowd(4), embed_by_name, {"p01": "p00"}, OpenSetPlan(enrolled_share=0.5))
    assert joined.facts["enrolled"] == 2


def test_open_set_with_several_templates_and_galleries() -> None:
    paths = [*crowd(), *(ROOT / f"q{n}" / f"{200 + 9 * n}.jpg" for n in range(4))]
    plan = OpenSetPlan(people=5, templates=2, draws=3)
    facts = evaluate_open_set(paths, embed_by_name, {}, plan).facts
    assert (facts["enrolled"], facts["probes"], facts["strangers"]) == (5, 3 * 5, 3 * (64 - 15))
    everything = evaluate_open_set(paths, embed_by_name, {}, OpenSetPlan(people=22, templates=0)).facts
    # Two people with one picture are enrolled beside the twenty, who keep one picture each as a probe.
    assert (everything["enrolled"], everything["probes"], everything["strangers"]) == (22, 20, 2)
    averaged = evaluate_open_set(paths, embed_by_name, {}, OpenSetPlan(people=5, averaged=2)).facts
    assert (averaged["probes"], averaged["strangers"]) == (5, 15)  # a third picture, and people with one, are left out
    with pytest.raises(ImageError, match="none is left"):
        evaluate_open_set(paths, embed_by_name, {}, OpenSetPlan(people=24))


@pytest.mark.parametrize("paths", [[], crowd(1), [ROOT / "a" / "1.jpg", ROOT / "b" / "2.jpg"], crowd(3)])
def test_open_set_needs_enrolled_and_non_mated_people(paths: list[Path]) -> None:
    with pytest.raises(ImageError, match="No person can be enrolled"):
        evaluate_open_set(paths, embed_by_name, {}, OpenSetPlan(enrolled_share=1.0))


def test_megaface_report() -> None:
    probes = [(ROOT / "a" / name, "a") for name in ("0.jpg", "4.jpg", "none.jpg")]
    others = [ROOT / "x" / f"{angle}.jpg" for angle in (180, 190, 200, 2)]
    report = evaluate_megaface(probes, others, embed_by_name, counts=(3, 100))
    assert report.figures["rank_1_among_3"].value == 1
    assert report.figures["rank_1_among_4"].value == 0
    assert report.facts == {"people": 1, "mates": 2, "distractors": 4, "not_detected": 1}
    assert next(iter(evaluate_megaface(probes, others, embed_by_name).figures)) == "rank_1_among_4"


def test_megaface_needs_mates_and_distractors() -> None:
    alone = [(ROOT / "a" / "0.jpg", "a")]
    with pytest.raises(ImageError, match="No person has two pictures"):
        evaluate_megaface(alone, [ROOT / "x" / "9.jpg"], embed_by_name)
    with pytest.raises(ImageError, match="no distractor"):
        evaluate_megaface([*alone, (ROOT / "a" / "1.jpg", "a")], [ROOT / "x" / "none.jpg"], embed_by_name)
    with pytest.raises(ImageError, match="No person has two pictures"):
        evaluate_megaface([], [ROOT / "x" / "9.jpg"], embed_by_name)
