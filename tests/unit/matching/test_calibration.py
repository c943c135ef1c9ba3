import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.calibration import (
    FEW_TEMPLATES,
    LOW_QUALITY,
    GalleryCalibration,
    PairAdvice,
    PersonAdvice,
    Weakness,
    calibrate,
)
from app.matching.cross_comparison import cross_compare
from app.matching.rates import Method, confidence_interval
from tests.unit.matching.galleries import TemplateSet, random_templates, small_galleries


def measured(gallery: TemplateSet, quality: float = 0.8) -> GalleryCalibration:
    return calibrate(*gallery, np.full(len(gallery[1]), quality))


@given(small_galleries(), st.integers(-64, 64))
def test_rates_are_those_of_counting(gallery: TemplateSet, step: int) -> None:
    threshold = step / 64
    found, comparisons = measured(gallery), cross_compare(*gallery)
    own = comparisons.own[~np.isnan(comparisons.own)]
    fnmr, fmr = found.fnmr(threshold), found.fmr(threshold)
    assert (fnmr.errors, fnmr.trials) == (int((own < threshold).sum()), len(own))
    reached = int((comparisons.tail.similarities >= threshold).sum())
    assert (fmr.errors, fmr.trials) == (reached, len(comparisons.tail.similarities))
    for rate in (fnmr, fmr):
        assert 0 <= rate.low <= rate.high <= 1


@given(small_galleries())
def test_the_curve_has_every_trade_off(gallery: TemplateSet) -> None:
    found = measured(gallery)
    curve = found.curve()
    assert np.all(np.diff(curve.fmr) <= 0)
    assert np.all(np.diff(curve.fnmr) >= 0)
    for threshold, fmr, fnmr in zip(curve.thresholds, curve.fmr, curve.fnmr, strict=True):
        assert fmr == pytest.approx(found.fmr(threshold).share)
        assert fnmr == pytest.approx(found.fnmr(threshold).share)
    genuine, impostor = found.comparisons.genuine.total, found.comparisons.impostor.total
    assert (len(curve.fmr) > 0) == (genuine > 0 and impostor > 0)
    if len(curve.fmr):
        assert (curve.fmr[0], curve.fnmr[0]) == (1, 0)
        assert (curve.fmr[-1], curve.fnmr[-1]) == (0, 1)


def test_many_people_get_bootstrap_intervals_and_few_get_wilson_intervals() -> None:
    many, few = (
        measured(random_templates([3] * 40, size=4, spread=1)),
        measured(random_templates([3] * 6, size=4, spread=1)),
    )
    assert many.fnmr(0.5).by_person.method is Method.BOOTSTRAP
    assert many.fmr(0.5).by_person.method is Method.BOOTSTRAP
    assert few.fnmr(0.5).by_person.method is Method.WILSON
    assert few.fmr(0.5).by_person.method is Method.WILSON
    assert many.comparable == 40


def test_people_who_are_hard_to_recognise_are_reported_with_advice() -> None:
    eye = np.eye(8, dtype=np.float32)

    def near(axis: int, *similarities: float) -> list[np.ndarray]:
        """Templates around a first one along an axis."""
        return [s * eye[axis] + np.sqrt(1 - s * s) * eye[7] for s in (1.0, *similarities)]

    people = [near(0, 0.99, 0.98), near(1, 0.95, 0.94, 0.1), [eye[2], eye[5], eye[6]], near(3), near(4, 0.97, 0.96)]
    vectors = np.array([template for person in people for template in person], np.float32)
    owners = np.repeat(np.arange(5), [len(person) for person in people])
    qualities = np.where(owners == 4, 0.2, 0.9)
    found = calibrate(vectors, owners, qualities).weakest(0.5, 10)
    assert [(p.person, p.weaknesses, p.advice) for p in found] == [
        (2, (Weakness.UNLIKE_TEMPLATES,), PersonAdvice.ENROL_AGAIN),
        (1, (Weakness.ODD_TEMPLATE,), PersonAdvice.CHECK_TEMPLATES),
        (3, (Weakness.FEW_TEMPLATES,), PersonAdvice.ADD_TEMPLATES),
        (4, (Weakness.LOW_QUALITY,), PersonAdvice.ADD_BETTER_TEMPLATES),
    ]
    assert (found[1].missed, found[1].templates) == (1, 4)
    assert found[2].lowest is None
    assert found[3].quality == pytest.approx(0.2)
    assert calibrate(vectors, owners, qualities).weakest(0.5, 1) == found[:1]


@pytest.mark.parametrize(
    ("axes", "missed", "weaknesses"),
    [
        ((0, 0, 1, 2), 2, (Weakness.UNLIKE_TEMPLATES,)),  # exactly half
        ((0, 0, 0, 1), 1, (Weakness.ODD_TEMPLATE,)),
        ((0, 0, 0, 0), 0, ()),
        ((0, 0), 0, (Weakness.FEW_TEMPLATES,)),
        ((0, 1), 2, (Weakness.UNLIKE_TEMPLATES, Weakness.FEW_TEMPLATES)),
    ],
)
def test_a_person_is_unlike_themselves_from_half_of_the_templates_on(
    axes: tuple[int, ...], missed: int, weaknesses: tuple[Weakness, ...]
) -> None:
    vectors = np.eye(4, dtype=np.float32)[list(axes)]
    found = calibrate(vectors, np.zeros(len(axes), np.int64), np.ones(len(axes))).weakest(0.5, 1)
    assert [(person.missed, person.weaknesses) for person in found] == ([(missed, weaknesses)] if weaknesses else [])


def test_the_limits_of_templates_and_quality_are_good_enough() -> None:
    vectors = np.tile(np.eye(1, 4, dtype=np.float32), (FEW_TEMPLATES, 1))
    owners, qualities = np.zeros(FEW_TEMPLATES, np.int64), np.full(FEW_TEMPLATES, LOW_QUALITY)
    assert calibrate(vectors, owners, qualities).weakest(1.0, 1) == []
    (worse,) = calibrate(vectors, owners, qualities - 0.01).weakest(1.0, 1)
    assert worse.weaknesses == (Weakness.LOW_QUALITY,)


def test_the_least_similar_of_the_same_weakness_comes_first() -> None:
    found = measured(random_templates([FEW_TEMPLATES - 1] * 5, spread=0.3)).weakest(-1.0, 5)
    lowest = [person.lowest for person in found]
    assert None not in lowest
    assert lowest == sorted(lowest, key=lambda value: value or 0)


@pytest.mark.parametrize(
    ("similarity", "advice"),
    [
        (0.9, PairAdvice.CHECK_WHETHER_ONE),
        (0.55, PairAdvice.BE_STRICTER),
        (0.48, PairAdvice.ADD_TEMPLATES),
        (0.3, PairAdvice.NOTHING),
        (0.75, PairAdvice.CHECK_WHETHER_ONE),  # each at its limit
        (0.5, PairAdvice.BE_STRICTER),
    ],
)
def test_similar_people_are_reported_with_advice(similarity: float, advice: PairAdvice) -> None:
    vectors = np.array([[1, 0], [similarity, np.sqrt(1 - similarity**2)]], np.float32)
    (pair,) = calibrate(vectors, np.arange(2), np.ones(2)).closest(0.5, 0.75, 5)
    assert (pair.first, pair.second, pair.advice) == (0, 1, advice)
    assert pair.similarity == pytest.approx(similarity, abs=1e-6)


def test_few_people_count_as_pairs_for_false_matches_and_as_people_for_misses() -> None:
    gallery = random_templates([2] * 5, size=3, spread=1)
    few = measured(gallery)
    false_matches, misses = few.fmr(0.5), few.fnmr(0.5)
    assert 0 < false_matches.errors < false_matches.trials
    assert 0 < misses.errors < misses.trials
    assert false_matches.by_person == confidence_interval(false_matches.share * 10, 10)
    assert misses.by_person == confidence_interval(misses.share * 5, 5)


def test_an_empty_gallery_has_no_rates() -> None:
    empty = measured((np.empty((0, 0), np.float32), np.empty(0, np.int64)))
    assert empty.fmr(0.5).trials == empty.fnmr(0.5).trials == 0
    assert not empty.weakest(0.5, 5)
    assert not empty.closest(0.5, 0.6, 5)
    assert len(empty.curve().fmr) == 0
