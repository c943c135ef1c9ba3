"""DET curves, open-set identification, MegaFace, template averaging and paired bootstrap on known data."""

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.match_decision import TemplateFusion
from app.evaluation.protocols.verification import average_media
from app.evaluation.statistics.identification import (
    NOT_ENROLLED,
    OpenSetResult,
    fnir_range,
    identify_open_set,
    join_results,
)
from app.evaluation.statistics.megaface import run_megaface
from app.evaluation.statistics.paired_bootstrap import TrialOutcomes, paired_bootstrap
from app.evaluation.statistics.verification import det_curve
from app.matching.histogram import Histogram


def turned(*degrees: float) -> NDArray[np.float32]:
    """Directions in a plane: their cosines are known."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_det_curve_falls_and_matches_its_thresholds() -> None:
    genuine, impostor = np.linspace(0.2, 0.95, 100), np.linspace(-0.5, 0.5, 1000)
    curve = det_curve(Histogram.of(genuine), Histogram.of(impostor))
    assert curve.fmr[0] == pytest.approx(0.001)
    assert curve.fmr[-1] == 1
    assert list(curve.fmr) == sorted(curve.fmr)
    assert list(curve.fnmr) == sorted(curve.fnmr, reverse=True)
    for fmr, fnmr, threshold in zip(curve.fmr, curve.fnmr, curve.thresholds, strict=True):
        assert fmr == pytest.approx((impostor >= threshold).mean())
        assert fnmr == pytest.approx((genuine < threshold).mean())


def test_open_set_identification_counts_false_positives_and_misses() -> None:
    gallery = turned(0, 90)
    probes = turned(5, 40, 95, 50, 180, 300, 200, 235)  # the fourth is of person 0, but nearer to person 1
    owners = np.array([0, 0, 1, 0, NOT_ENROLLED, NOT_ENROLLED, NOT_ENROLLED, NOT_ENROLLED])
    found = identify_open_set(gallery, np.arange(2), probes, owners, TemplateFusion.BEST)
    assert found.rank_one == 3 / 4
    assert found.nearest[found.enrolled] == pytest.approx(np.cos(np.radians([5, 40, 5, 40])), abs=1e-6)
    # The non-mated probe at 300 degrees is the nearest, with a cosine of 0.5.
    none, one = found.at(0.0), found.at(0.25)
    assert none.threshold > 0.5 - 1e-6
    assert (none.fpir, none.fnir) == (0, 1 / 4)
    assert one.fpir == 0.25
    assert found.identified_at(0.9).tolist() == [True, False, True, False]


def test_the_score_decides_who_is_the_most_similar_person() -> None:
    templates, owners = turned(0, 80, 30), np.array([0, 0, 1])
    probes, people = turned(10, 180), np.array([0, NOT_ENROLLED])
    best, fused = (identify_open_set(templates, owners, probes, people, fusion) for fusion in TemplateFusion)
    assert best.nearest[0] == pytest.approx(np.cos(np.radians(10)))
    assert fused.nearest[0] == pytest.approx(np.cos(np.radians(20)))  # of the other person, with one template
    assert (best.right[0], fused.right[0]) == (True, False)
    assert join_results([best, fused]).nearest.tolist() == [*best.nearest, *fused.nearest]


def test_the_range_of_the_fnir_is_over_people_who_are_drawn_with_all_their_probes() -> None:
    random = np.random.default_rng(3)
    people = np.repeat(np.arange(60), 10)
    enrolled = people < 30
    misses = (people < 6) & enrolled  # six of thirty people are never found, in any of their probes
    nearest = np.where(misses, 0.0, np.where(enrolled, 0.9, random.uniform(0, 0.5, len(people))))
    result = OpenSetResult(nearest, np.ones(len(people), np.bool_), enrolled)
    assert result.at(0.01).fnir == pytest.approx(0.2)
    low, high = fnir_range(result, people, 0.01)
    assert 0.03 < low < 0.12  # a binomial range over the 300 probes would begin at 0.157
    assert 0.3 < high < 0.4
    assert fnir_range(result, people, 0.01) == (low, high)


def test_similar_distractors_displace_mates_from_rank_one() -> None:
    probes, people = turned(0, 20, 90), np.array([7, 7, 8])
    distractors = turned(180, 200, 15, 270)
    found = run_megaface(probes, people, distractors, [4, 2])
    assert found.counts == (2, 4)
    assert found.people.tolist() == [7, 7]  # each is the other's mate; a person with one picture has none
    # The distractor at 15 degrees is nearer to both probes than they are to each other.
    assert found.rank_one() == {2: 1.0, 4: 0.0}
    assert found.genuine.total == 2
    assert found.impostor.total == 12
    # Two of twelve pairs with a distractor are more similar than mates are.
    assert found.verified_at(1 / 12) == 0
    assert found.verified_at(2 / 12) == 1


def test_media_have_equal_weight_regardless_of_picture_count() -> None:
    vectors = turned(0, 0, 0, 90, 30)
    names, averaged = average_media(vectors, np.array([3, 3, 3, 3, 1]), np.array([0, 0, 0, 1, 0]))
    assert names.tolist() == [1, 3]
    assert averaged == pytest.approx(turned(30, 45), abs=1e-6)


def test_paired_bootstrap_resamples_people() -> None:
    units = tuple(f"person{number // 4}" for number in range(400))
    earlier = TrialOutcomes(units, tuple(int(number % 10 > 1) for number in range(400)))
    now = TrialOutcomes(units, tuple(int(number % 10 > 0) for number in range(400)))
    gain = paired_bootstrap(earlier, now)
    assert gain is not None
    assert gain.share == pytest.approx(0.1)
    assert (gain.won, gain.lost) == (40, 0)
    assert 0.05 < gain.low < 0.1 < gain.high < 0.15
    assert now.share == pytest.approx(0.9)
    same = paired_bootstrap(now, now)
    assert same is not None
    assert (same.share, same.low, same.high) == (0, 0, 0)
    assert paired_bootstrap(TrialOutcomes(units[1:], earlier.right[1:]), now) is None
    assert paired_bootstrap(TrialOutcomes((), ()), TrialOutcomes((), ())) is None
