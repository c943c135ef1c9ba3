"""The promise per visitor: thresholds by people, templates, attempts and strictness."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.match_decision import TemplateFusion
from app.matching.promise import PromiseModel, Transaction
from app.matching.threshold import FmrCurve

CURVE = FmrCurve([(1e-2, 0.35), (1e-3, 0.45), (1e-4, 0.53), (1e-5, 0.59), (1e-6, 0.64)])
MODEL = PromiseModel(CURVE, 20_000_000, ((0.45, 0.01), (0.53, 0.03), (0.64, 0.1)))

TRANSACTIONS = st.builds(
    Transaction,
    st.dictionaries(st.integers(1, 40), st.integers(1, 3000), min_size=1, max_size=5),
    st.integers(1, 50),
    st.sampled_from(TemplateFusion),
)
ONE_IN = st.integers(10, 1_000_000)


def test_one_person_and_one_attempt_is_one_comparison() -> None:
    promise = MODEL.keep(10_000, Transaction({1: 1}))
    assert promise.threshold == pytest.approx(0.53, abs=1e-6)
    assert promise.is_held
    assert promise.fnir == pytest.approx(0.03, abs=1e-6)


def test_people_and_attempts_multiply_the_comparisons() -> None:
    by_people = MODEL.keep(1000, Transaction({1: 10})).threshold
    by_attempts = MODEL.keep(1000, Transaction({1: 1}, attempts=10)).threshold
    assert by_people == pytest.approx(by_attempts)
    assert by_people == pytest.approx(CURVE.threshold_for(1 - 0.999**0.1))


def test_more_templates_raise_the_threshold_and_the_nearest_template_alone_raises_it_more() -> None:
    one, five, nearest = (
        MODEL.keep(1000, Transaction({templates: 100}, fusion=fusion)).threshold
        for templates, fusion in (
            (1, TemplateFusion.BEST_AND_MEAN),
            (5, TemplateFusion.BEST_AND_MEAN),
            (5, TemplateFusion.BEST),
        )
    )
    assert one + 0.02 < five < nearest - 0.01


def test_what_the_data_do_not_allow_is_not_promised() -> None:
    promise = MODEL.keep(10_000, Transaction({1: 3000}))
    assert not promise.is_held
    assert promise.held == pytest.approx(2222, rel=0.01)  # 20 million comparisons / 3 / 3000 people
    assert promise.threshold > 0.64


def test_an_empty_gallery_has_the_threshold_of_one_person() -> None:
    promise = MODEL.keep(1000, Transaction({}))
    assert promise.threshold == MODEL.keep(1000, Transaction({1: 1})).threshold
    assert (promise.people, promise.templates) == (0, 0)


def test_a_given_threshold_is_described_by_what_it_holds() -> None:
    promise = MODEL.describe(0.53, Transaction({1: 100}))
    assert promise.one_in is None
    assert promise.held == pytest.approx(100, rel=0.01)
    assert promise.is_held


@given(one_in=ONE_IN, transaction=TRANSACTIONS)
def test_the_threshold_holds_what_the_promise_says(one_in: int, transaction: Transaction) -> None:
    promise = MODEL.keep(one_in, transaction)
    fpir = MODEL.fpir(promise.threshold, transaction)
    assert fpir <= (1 / promise.held) * (1 + 1e-6)
    assert promise.held <= one_in * (1 + 1e-9)
    assert promise.is_held == math.isclose(promise.held, one_in, rel_tol=1e-9)


@given(one_in=ONE_IN, stricter=ONE_IN, transaction=TRANSACTIONS)
def test_a_stricter_promise_never_lowers_the_threshold(one_in: int, stricter: int, transaction: Transaction) -> None:
    low, high = sorted((one_in, stricter))
    assert MODEL.keep(low, transaction).threshold <= MODEL.keep(high, transaction).threshold


@given(one_in=st.integers(10, 1000), transaction=TRANSACTIONS, templates=st.integers(1, 40), more=st.integers(1, 100))
def test_more_people_or_attempts_never_lower_the_threshold_of_a_promise_that_is_held(
    one_in: int, transaction: Transaction, templates: int, more: int
) -> None:
    people = dict(transaction.people)
    people[templates] = people.get(templates, 0) + more
    larger = (
        Transaction(people, transaction.attempts, transaction.fusion),
        Transaction(transaction.people, transaction.attempts + more, transaction.fusion),
    )
    before = MODEL.keep(one_in, transaction)
    for after in (MODEL.keep(one_in, one) for one in larger):
        assert after.held <= before.held * (1 + 1e-9)
        if after.is_held:
            assert after.threshold >= before.threshold - 1e-9


@given(one_in=ONE_IN, templates=st.integers(1, 39), people=st.integers(1, 3000), fusion=st.sampled_from(TemplateFusion))
def test_more_templates_never_lower_the_threshold(
    one_in: int, templates: int, people: int, fusion: TemplateFusion
) -> None:
    few, many = (MODEL.keep(one_in, Transaction({n: people}, fusion=fusion)) for n in (templates, templates + 1))
    assert many.threshold >= few.threshold
