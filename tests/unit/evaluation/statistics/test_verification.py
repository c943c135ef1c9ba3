import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.evaluation.statistics.verification import (
    best_threshold,
    compare_all_pairs,
    equal_error_rate,
    fold_decisions,
    rank_one,
    threshold_at_fmr,
    true_accept_rate,
)

pairs = st.lists(st.tuples(st.sampled_from([i / 10 for i in range(-5, 11)]), st.booleans()), min_size=1, max_size=40)
scores = st.lists(st.sampled_from([i / 20 for i in range(20)]), min_size=1, max_size=60)


@given(pairs)
def test_best_threshold_maximises_correct_decisions(labelled: list[tuple[float, bool]]) -> None:
    similarities, genuine = np.array([s for s, _ in labelled]), np.array([g for _, g in labelled])

    def right(threshold: float) -> int:
        return int(((similarities >= threshold) == genuine).sum())

    assert right(best_threshold(similarities, genuine)) == max(map(right, np.arange(-0.65, 1.25, 0.1)))


def fold_accuracies(similarities: NDArray[np.float64], genuine: NDArray[np.bool_], folds: list[slice]) -> list[float]:
    right = fold_decisions(similarities, genuine, folds)
    return [float(right[fold].mean()) for fold in folds]


def test_each_fold_uses_the_threshold_of_the_others() -> None:
    genuine = np.array([True, False] * 4)
    similarities = np.array([0.9, 0.1] * 2 + [0.4, 0.45] + [0.9, 0.1])
    folds = [slice(0, 4), slice(4, 6), slice(6, 8)]
    assert fold_accuracies(similarities, genuine, folds) == [1.0, 0.5, 1.0]
    assert fold_accuracies(similarities, genuine, [slice(0, 8)]) == [7 / 8]


@given(scores, st.floats(0, 1))
def test_threshold_at_fmr_is_the_lowest_that_holds_the_rate(impostor: list[float], fmr: float) -> None:
    values = np.array(impostor)
    threshold = threshold_at_fmr(values, fmr)
    assert (values >= threshold).mean() <= fmr
    below = values[values < threshold]
    if len(below):
        assert (values >= below.max()).mean() > fmr


def test_true_accept_and_equal_error_rates() -> None:
    genuine, impostor = np.array([0.9, 0.8, 0.3, 0.7]), np.array([0.1, 0.2, 0.75, 0.0])
    assert true_accept_rate(genuine, impostor, 0.0) == 0.5
    assert true_accept_rate(genuine, impostor, 0.25) == 1.0
    assert equal_error_rate(genuine, impostor) == 0.25
    assert equal_error_rate(np.array([0.9]), np.array([0.1])) == 0


@given(scores, scores)
def test_equal_error_rate_is_where_both_rates_are_nearest(genuine: list[float], impostor: list[float]) -> None:
    pairs = [
        (sum(s >= t for s in impostor) / len(impostor), sum(s < t for s in genuine) / len(genuine))
        for t in sorted({*genuine, *impostor})
    ]
    nearest = min(abs(match - non_match) for match, non_match in pairs)
    middles = [(match + non_match) / 2 for match, non_match in pairs if abs(match - non_match) <= nearest + 1e-12]
    rate = equal_error_rate(np.array(genuine), np.array(impostor))
    assert min(abs(rate - middle) for middle in middles) < 1e-12


@given(scores, scores, st.sampled_from([0.0, 0.01, 0.1, 0.5]))
def test_true_accept_rate_is_the_highest_permitted(genuine: list[float], impostor: list[float], fmr: float) -> None:
    permitted = [v for v in impostor if sum(s > v for s in impostor) <= fmr * len(impostor)]
    best = max(sum(s > v for s in genuine) for v in permitted) / len(genuine)
    assert true_accept_rate(np.array(genuine), np.array(impostor), fmr) == pytest.approx(best)


labelled_folds = st.lists(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=8), min_size=2)


@given(labelled_folds.filter(lambda folds: len(folds) <= 5))
def test_fold_accuracies_equal_a_loop(folded: list[list[tuple[float, bool]]]) -> None:
    flat = [pair for fold in folded for pair in fold]
    ends = np.cumsum([len(fold) for fold in folded])
    folds = [slice(int(end) - len(fold), int(end)) for end, fold in zip(ends, folded, strict=True)]
    expected = []
    for i, fold in enumerate(folded):
        others = [pair for j, other in enumerate(folded) if j != i for pair in other]
        threshold = best_threshold(np.array([s for s, _ in others]), np.array([g for _, g in others]))
        expected.append(sum((s >= threshold) == g for s, g in fold) / len(fold))
    found = fold_accuracies(np.array([s for s, _ in flat]), np.array([g for _, g in flat]), folds)
    assert found == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([-1.0, -0.5, 0.0, 0.25, 1.0])), max_size=12))
def test_all_pairs_equal_two_loops(pictures: list[tuple[int, float]]) -> None:
    vectors = np.array([(x, np.sqrt(1 - x * x)) for _, x in pictures], np.float32).reshape(-1, 2)
    owners = np.array([owner for owner, _ in pictures], np.int64)
    genuine: list[float] = []
    impostor: list[float] = []
    for i in range(len(pictures)):
        for j in range(i + 1, len(pictures)):
            (genuine if owners[i] == owners[j] else impostor).append(float(vectors[i] @ vectors[j]))
    counts = compare_all_pairs(vectors, owners)
    for found, expected in ((counts.genuine.counts, genuine), (counts.impostor.counts, impostor)):
        centres = np.repeat(np.arange(len(found)), found) * 2 / len(found) - 1
        assert centres == pytest.approx(np.sort(expected), abs=4 / len(found))


def test_every_pair_is_counted_once_as_mated_or_non_mated() -> None:
    random = np.random.default_rng(4)
    owners = np.sort(random.integers(0, 40, 700))
    vectors = random.normal(size=(700, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    counts = compare_all_pairs(vectors, owners)
    upper = np.triu_indices(700, 1)
    similarities, same = (vectors @ vectors.T)[upper], (owners[:, None] == owners)[upper]
    assert (counts.genuine.total, counts.impostor.total) == (same.sum(), (~same).sum())
    for fmr in (0.1, 0.01, 0.001):
        threshold = counts.impostor.threshold_at(fmr)
        assert (similarities[~same] >= threshold).mean() <= fmr
        assert (similarities[~same] >= threshold - 1e-4).mean() >= fmr * 0.98 - 1e-6
        assert counts.genuine.count_reaching(threshold) == pytest.approx((similarities[same] >= threshold).sum(), abs=2)
    nothing = compare_all_pairs(np.ones((2, 1), np.float32), np.array([0, 1]))
    assert nothing.impostor.threshold_at(0.1) == 1.0


def test_rank_one_uses_the_first_picture_of_each_person() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.9, 0.1], [0.8, 0.6], [0.1, 0.9]], np.float32)
    assert rank_one(vectors, np.array([0, 1, 0, 1, 1])) == pytest.approx(2 / 3)
    assert rank_one(vectors[:2], np.array([0, 1])) == 1.0


def test_threshold_at_fmr_one_is_the_lowest_impostor() -> None:
    assert threshold_at_fmr(np.array([0.3, 0.1, 0.2]), 1.0) == 0.1
