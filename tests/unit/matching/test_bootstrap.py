"""Confidence bands, compared with a bootstrap written with loops."""

import numpy as np
import pytest

from app.matching import bootstrap, cross_comparison
from app.matching.bootstrap import MIN_PEOPLE, fmr_band, fnmr_band
from app.matching.cross_comparison import cross_compare
from app.matching.histogram import Histogram
from app.matching.rates import wilson_interval
from tests.unit.matching.galleries import random_templates

SIZES = [1, 3] + [2, 4] * 12


def test_the_fnmr_band_equals_a_bootstrap_person_by_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "ROUNDS", 60)
    comparisons = cross_compare(*random_templates(SIZES))
    band = fnmr_band(comparisons)
    assert band is not None
    own = [comparisons.own[comparisons.owners == person] for person in range(1, len(SIZES))]
    for threshold in (0.25, 0.5, 0.75):
        rates = []
        for row in np.random.default_rng(bootstrap._SEED).integers(0, len(own), (60, len(own))):
            drawn = np.concatenate([own[person] for person in row])
            rates.append(float((drawn < threshold).mean()))
        edge = int((threshold + 1) * 256)
        assert [band.low[edge], band.high[edge]] == pytest.approx(np.quantile(rates, [0.025, 0.975]), abs=1e-6)


def test_false_matches_are_those_of_people_drawn_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "ROUNDS", 20)
    comparisons = cross_compare(*random_templates(SIZES))
    band, tail, people = fmr_band(comparisons), comparisons.tail, len(SIZES)
    assert band is not None
    for threshold in (0.0, 0.5):
        reached, tried = np.zeros((people, people)), np.zeros((people, people))
        np.add.at(reached, (tail.probes, tail.claimed), tail.similarities >= threshold)
        np.add.at(tried, (tail.probes, tail.claimed), 1)
        rates = []
        for row in np.random.default_rng(bootstrap._SEED).integers(0, people, (20, people)):
            pairs = [(a, b) for a in row for b in row if a != b]
            rates.append(sum(reached[pair] for pair in pairs) / sum(tried[pair] for pair in pairs))
        edge = int((threshold + 1) * 256)
        assert [band.low[edge], band.high[edge]] == pytest.approx(np.quantile(rates, [0.025, 0.975]), abs=1e-6)


def test_between_edges_a_range_covers_both_neighbours() -> None:
    band = fnmr_band(cross_compare(*random_templates(SIZES)))
    assert band is not None
    at, between, after = band.at(0.5), band.at(0.5 + 1 / 512), band.at(0.5 + 1 / 256)
    assert at is not None
    assert between is not None
    assert after is not None
    assert between[0] <= min(at[0], after[0])
    assert between[1] >= max(at[1], after[1])
    assert band.at(-2) == (0, 0)
    assert band.at(2) == (1, 1)


def test_too_few_people_have_no_band() -> None:
    few = cross_compare(*random_templates([2] * (MIN_PEOPLE - 1)))
    assert fnmr_band(few) is None
    assert fmr_band(few) is None
    single = cross_compare(*random_templates([1] * MIN_PEOPLE))
    assert fnmr_band(single) is None
    assert fmr_band(single) is not None


def test_a_band_is_unknown_below_the_floor_of_the_tail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_comparison, "TAIL", 50)
    comparisons = cross_compare(*random_templates([3] * 30))
    band = fmr_band(comparisons)
    assert band is not None
    assert band.at(comparisons.tail.floor - 0.01) is None
    assert band.at(comparisons.tail.floor + 0.01) is not None


def test_the_same_gallery_has_the_same_ranges() -> None:
    first, second = (fnmr_band(cross_compare(*random_templates(SIZES))) for _ in range(2))
    assert first is not None
    assert second is not None
    assert np.array_equal(first.high, second.high)


def test_dependent_errors_widen_the_interval() -> None:
    """One person in ten fails in every picture, so the errors are fully dependent."""
    people, pictures = 100, 10
    own = np.where(np.arange(people) % 10 == 0, 0.1, 0.9).astype(np.float32).repeat(pictures)
    owners = np.arange(people).repeat(pictures)
    empty = cross_compare(np.eye(people, dtype=np.float32)[owners], owners)
    comparisons = cross_comparison.CrossComparison(
        owners, own, Histogram.of(own), empty.impostor, empty.tail, empty.closest
    )
    band = fnmr_band(comparisons)
    assert band is not None
    found = band.at(0.5)
    assert found is not None
    assert found == pytest.approx(wilson_interval(people // 10, people), abs=0.02)
    narrow = wilson_interval(people * pictures // 10, people * pictures)
    assert found[1] - found[0] > 2 * (narrow[1] - narrow[0])
