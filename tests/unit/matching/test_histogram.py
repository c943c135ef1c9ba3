import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.histogram import BINS, Histogram, edges

STEPS = st.integers(-(2**20), 2**20).map(lambda step: step / 2**20)
SIMILARITIES = st.lists(STEPS, min_size=1, max_size=50)


@given(SIMILARITIES, st.integers(0, BINS - 1))
def test_at_an_edge_counting_is_exact(similarities: list[float], edge: int) -> None:
    threshold = float(edges()[edge])
    # A similarity of 1 has no bin of its own: it is counted in the last one.
    expected = sum(min(similarity, float(edges()[-1])) >= threshold for similarity in similarities)
    histogram = Histogram.of(np.array(similarities, np.float32))
    assert histogram.count_reaching(threshold) == histogram.reaching_edges()[edge] == expected
    assert histogram.total == len(similarities)


@given(SIMILARITIES, STEPS)
def test_between_edges_it_is_off_by_less_than_a_bin(similarities: list[float], threshold: float) -> None:
    reaching = Histogram.of(np.array(similarities, np.float32)).count_reaching(threshold)
    assert reaching <= sum(similarity >= threshold for similarity in similarities)
    assert reaching >= sum(similarity >= threshold + 2 / BINS for similarity in similarities)


@given(SIMILARITIES, st.floats(0, 1))
def test_the_threshold_of_a_share_is_the_lowest_that_keeps_it(similarities: list[float], share: float) -> None:
    histogram = Histogram.of(np.array(similarities, np.float32))
    threshold = histogram.threshold_at(share)
    if threshold < 1:
        assert histogram.count_reaching(threshold) <= share * len(similarities)
    if threshold > -1:
        assert histogram.count_reaching(threshold - 2 / BINS) > share * len(similarities)


def test_similarities_outside_by_rounding_are_counted() -> None:
    assert Histogram.of(np.array([1.0000001, -1.0000001])).total == 2


@pytest.mark.parametrize(("threshold", "reaching"), [(-5, 1), (-1, 1), (1.0001, 0), (5, 0)])
def test_thresholds_beyond_the_measured_points_are_extrapolated(threshold: float, reaching: int) -> None:
    assert Histogram.of(np.array([0.5])).count_reaching(threshold) == reaching
