import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.evaluation.statistics import multi_template
from app.evaluation.statistics.multi_template import NOT_ENROLLED, MultiTemplateComparison
from app.evaluation.statistics.paired_bootstrap import SEED
from app.evaluation.statistics.verification import threshold_at_fmr


def counts(
    people: int, probes: int, seed: int, fmr: float = 0.05, spread: float = 0.7, rounds: int = 1000
) -> MultiTemplateComparison:
    """People with three templates each; every other probe is non-mated."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(people, 6))
    templates = centres[:, None] + spread * random.normal(size=(people, 3, 6))
    owners = np.where(np.arange(probes) % 2 == 0, random.integers(0, people, probes), NOT_ENROLLED)
    seen = np.where(owners[:, None] == NOT_ENROLLED, random.normal(size=(probes, 6)), centres[owners])
    seen = seen + spread * random.normal(size=seen.shape)
    known, tried = unit(templates), unit(seen)
    return MultiTemplateComparison(known, tried, owners, fmr, rounds)


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    lengths: NDArray[np.float64] = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / lengths).astype(np.float32)


@given(st.integers(2, 5), st.integers(2, 12), st.integers(0, 1000), st.integers(1, 3))
def test_result_equals_a_loop_over_pairs(people: int, probes: int, seed: int, count: int) -> None:
    found = counts(people, probes, seed, rounds=2)
    own: list[float] = []
    others: list[float] = []
    for probe, owner in enumerate(found._owners):
        for person in range(people):
            similarity = found._by_count[count - 1][probe, person]
            (own if person == owner else others).append(float(similarity))
    enrolled = found.result(count)
    assert (found.genuine, found.impostor) == (len(own), len(others))
    assert enrolled.threshold == threshold_at_fmr(np.array(others), 0.05)
    assert enrolled.tar == pytest.approx(np.mean([similarity >= enrolled.threshold for similarity in own]))


def test_similarity_to_a_person_is_that_of_the_nearest_template() -> None:
    templates = np.array([[[1, 0], [0, 1]], [[-1, 0], [0, -1]]], np.float32)
    found = MultiTemplateComparison(templates, np.array([[0, 1], [1, 0]], np.float32), np.array([0, 0]), 0.1)
    assert found.result(1).tar == 0.5
    assert found.result(2).tar == 1
    gain = found.difference(1, 2)
    assert (gain.share, gain.won, gain.lost) == (0.5, 1, 0)


def test_ranges_equal_those_of_people_drawn_one_by_one() -> None:
    found, people = counts(8, 60, seed=5, rounds=30), 8
    rates = []
    for row in np.random.default_rng(SEED).integers(0, people, (30, people)):
        own: list[float] = []
        others: list[float] = []
        for person in row:
            column = found._by_count[1][:, person].astype(np.float64)
            own += list(column[found._owners == person])
            others += list(column[found._owners != person])
        rates.append(np.mean(np.array(own) >= threshold_at_fmr(np.array(others), 0.05)))
    enrolled = found.result(2)
    assert [enrolled.low, enrolled.high] == pytest.approx(np.quantile(rates, [0.025, 0.975]))


def test_resamples_need_only_the_highest_impostors(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = counts(10, 400, seed=6).result(3)
    monkeypatch.setattr(multi_template, "_FLOOR", 10)
    few = counts(10, 400, seed=6).result(3)
    assert (few.low, few.high) == (everything.low, everything.high)


def test_more_templates_help_people_with_several_looks() -> None:
    random, people, probes = np.random.default_rng(7), 60, 1200
    looks = random.normal(size=(people, 1, 40)) + random.normal(size=(people, 3, 40))
    owners = random.integers(0, people, probes)
    seen = looks[owners, random.integers(0, 3, probes)] + 0.3 * random.normal(size=(probes, 40))
    found = MultiTemplateComparison(unit(looks), unit(seen), owners, 0.01)
    gain = found.difference(1, 3)
    assert 0 < gain.low < gain.share < gain.high
    assert gain.won > 10 * gain.lost
    nothing = found.difference(2, 2)
    assert (nothing.share, nothing.low, nothing.high, nothing.won, nothing.lost) == (0, 0, 0, 0, 0)
