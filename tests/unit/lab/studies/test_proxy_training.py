import pytest

from app.lab.studies.proxy_training import compare_with_base, standard_deviation, student_quantile


@pytest.mark.parametrize(
    ("share", "freedom", "table"), [(0.975, 6, 2.447), (0.975, 30, 2.042), (0.995, 10, 3.169), (0.9975, 34, 3.002)]
)
def test_quantiles_are_those_of_the_tables(share: float, freedom: int, table: float) -> None:
    assert student_quantile(share, freedom) == pytest.approx(table, rel=0.01)


def test_what_lies_beyond_the_spread_is_told_apart() -> None:
    apart = compare_with_base([0.70, 0.71, 0.72], {"lower": [0.60, 0.61, 0.62], "same": [0.705, 0.715, 0.71]})
    assert apart["lower"].mean == pytest.approx(-0.10)
    assert apart["lower"].is_significant
    assert not apart["same"].is_significant


def test_the_bound_is_of_all_comparisons_together() -> None:
    one = compare_with_base([1.0, 2.0, 3.0], {"a": [1.0, 2.0, 3.0]})["a"].bound
    # Six degrees of freedom for three groups; 0.975 for one comparison, 0.9875 for each of two.
    two = compare_with_base([1.0, 2.0, 3.0], {"a": [1.0, 2.0, 3.0], "b": [2.0, 3.0, 4.0]})["a"].bound
    assert one == pytest.approx(2.776 * (2 / 3) ** 0.5, rel=0.02)
    assert two == pytest.approx(2.969 * (2 / 3) ** 0.5, rel=0.02)


def test_one_seed_tells_nothing_apart() -> None:
    apart = compare_with_base([0.9], {"a": [0.1]})["a"]
    assert apart.bound is None
    assert not apart.is_significant
    assert standard_deviation([0.9]) is None
