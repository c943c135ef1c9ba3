import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.matching.rates import Interval, Method, confidence_interval, error_rate, wilson_interval


def test_without_errors_the_interval_is_the_rule_of_three() -> None:
    assert confidence_interval(0, 300) == Interval(0, 0.01, Method.RULE_OF_THREE)
    assert confidence_interval(300, 300) == Interval(0.99, 1, Method.RULE_OF_THREE)
    assert confidence_interval(0, 2) == Interval(0, 1, Method.RULE_OF_THREE)
    assert confidence_interval(2, 2) == Interval(0, 1, Method.RULE_OF_THREE)


def test_the_rule_of_three_is_what_chance_allows() -> None:
    """At the end of the interval, all trials succeed with a probability of about one in twenty."""
    for trials in (30, 300, 3000):
        assert (1 - confidence_interval(0, trials).high) ** trials == pytest.approx(0.05, rel=0.2)


def test_between_the_extremes_the_interval_is_wilson() -> None:
    assert confidence_interval(3, 40) == Interval(*wilson_interval(3, 40), Method.WILSON)
    assert confidence_interval(0, 0) == Interval(0, 1, Method.NOTHING)


@given(st.integers(0, 200), st.integers(1, 200), st.integers(1, 200))
def test_the_interval_by_person_is_wider(errors: int, more: int, people: int) -> None:
    trials = (errors + more) * people
    found = error_rate(errors, trials, people, None)
    assert found.low <= found.share <= found.high
    assert found.by_person.high >= found.by_comparison.high
    assert found.by_person.low <= found.by_comparison.low
    assert (found.low, found.high) == (found.by_person.low, found.by_person.high)


def test_the_bootstrap_is_used_if_there_are_errors() -> None:
    assert error_rate(5, 100, 20, (0.01, 0.2)).by_person == Interval(0.01, 0.2, Method.BOOTSTRAP)
    assert error_rate(0, 100, 20, (0.0, 0.0)).by_person == Interval(0, 0.15, Method.RULE_OF_THREE)
    assert error_rate(0, 0, 0, None).by_person == Interval(0, 1, Method.NOTHING)
    assert error_rate(0, 0, 0, None).share == 0


def test_the_wider_interval_is_reported() -> None:
    found = error_rate(5, 100, 20, (0.04, 0.06))
    assert (found.low, found.high) == wilson_interval(5, 100)


def test_wilson_intervals_match_published_values() -> None:
    low, high = wilson_interval(81, 263)
    assert [low, high] == pytest.approx([0.2553, 0.3662], abs=1e-4)
    assert wilson_interval(0, 10) == pytest.approx((0, 0.2775), abs=1e-4)
    assert wilson_interval(0, 0) == (0.0, 1.0)
    assert wilson_interval(10, 10)[0] == pytest.approx(0.7225, abs=1e-4)


@given(st.integers(0, 500), st.integers(1, 500))
@example(0, 119)
def test_wilson_interval_contains_the_share_and_is_symmetric(successes: int, more: int) -> None:
    trials = successes + more
    low, high = wilson_interval(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1
    assert wilson_interval(more, trials)[0] == pytest.approx(1 - high, abs=1e-12)
