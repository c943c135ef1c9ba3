import pytest

from app.lab.studies.proxy_training import compare_with_base, standard_deviation


def test_differences_beyond_the_spread_are_significant() -> None:
    differences = compare_with_base([0.70, 0.71, 0.72], {"lower": [0.60, 0.61, 0.62], "same": [0.705, 0.715, 0.71]})
    assert differences["lower"].mean == pytest.approx(-0.10)
    assert differences["lower"].is_significant
    assert not differences["same"].is_significant


def test_the_bound_holds_for_all_comparisons_together() -> None:
    one = compare_with_base([1.0, 2.0, 3.0], {"a": [1.0, 2.0, 3.0]})["a"].bound
    # Six degrees of freedom for three groups; 0.975 for one comparison, 0.9875 for each of two.
    two = compare_with_base([1.0, 2.0, 3.0], {"a": [1.0, 2.0, 3.0], "b": [2.0, 3.0, 4.0]})["a"].bound
    assert one == pytest.approx(2.776 * (2 / 3) ** 0.5, rel=1e-3)
    assert two == pytest.approx(2.969 * (2 / 3) ** 0.5, rel=1e-3)


def test_one_seed_shows_no_significance() -> None:
    differences = compare_with_base([0.9], {"a": [0.1]})["a"]
    assert differences.bound is None
    assert not differences.is_significant
    assert standard_deviation([0.9]) is None
