import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.faces import Embedding
from app.core.match_decision import Verdict
from app.matching.gallery import Gallery
from app.matching.threshold import Candidate, MatchRule
from tests.unit.matching.galleries import RULE, person, unit

SIZE = 16


def gallery(templates: list[int], seed: int = 0) -> tuple[Gallery, np.ndarray, np.ndarray]:
    vectors = unit(np.random.default_rng(seed).normal(size=(sum(templates), SIZE)))
    owners = np.repeat(np.arange(len(templates)), templates)
    return Gallery.of("m", [person(i) for i in range(len(templates))], vectors, owners), vectors, owners


@given(st.lists(st.integers(1, 4), min_size=1, max_size=8), st.integers(0, 99), st.integers(1, 5))
def test_search_is_what_comparing_with_everything_gives(templates: list[int], seed: int, count: int) -> None:
    people, vectors, owners = gallery(templates, seed)
    probe = unit(np.random.default_rng(seed + 1).normal(size=SIZE))
    best = [max(float(v @ probe) for v in vectors[owners == i]) for i in range(len(templates))]
    expected = sorted(range(len(best)), key=lambda i: -best[i])[:count]
    found = people.search(Embedding(probe, "m"), count)
    assert [c.person.id for c in found] == [str(i) for i in expected]
    assert [c.similarity for c in found] == pytest.approx([best[i] for i in expected], abs=1e-5)


@given(st.lists(st.sampled_from([0.9, 0.5, 0.1]), min_size=2, max_size=12), st.integers(0, 13))
def test_of_people_equally_similar_the_first_comes_first(similarities: list[float], count: int) -> None:
    vectors = np.array([(s, np.sqrt(1 - s * s)) for s in similarities], np.float32)
    people = Gallery.of("m", [person(i) for i in range(len(vectors))], vectors, np.arange(len(vectors)))
    found = people.search(Embedding(np.array([1, 0], np.float32), "m"), count)
    expected = sorted(range(len(similarities)), key=lambda i: -similarities[i])[:count]
    assert [c.person.id for c in found] == [str(i) for i in expected]
    assert [c.similarity for c in found] == pytest.approx([similarities[i] for i in expected])


def test_two_people_alike_are_ambiguous_and_neither_is_named_as_a_match() -> None:
    twins = Gallery.of("m", [person(0), person(1)], unit(np.ones((2, SIZE))), np.arange(2))
    match = twins.identify(Embedding(unit(np.ones(SIZE)), "m"), RULE)
    assert (match.verdict, match.accepted, match.margin) == (Verdict.AMBIGUOUS, False, 0)


def test_a_nan_probe_matches_no_person() -> None:
    nan = Embedding(np.full(SIZE, np.nan, np.float32), "m")
    for templates in ([1], [2, 1]):
        people, _, _ = gallery(templates)
        for match in (people.identify(nan, RULE), people.verify(nan, "0", RULE)):
            assert match.verdict is Verdict.NO_MATCH
            assert match.fmr == 1


similarity = st.floats(-1, 1)


@given(st.lists(similarity, min_size=1, max_size=4), similarity, st.floats(0, 0.5))
def test_a_match_needs_threshold_and_margin(similarities: list[float], threshold: float, margin: float) -> None:
    ranked = sorted(similarities, reverse=True)
    rule = MatchRule(threshold, margin, RULE.curve)
    match = rule.decide([Candidate(person(i), s) for i, s in enumerate(ranked)])
    reached = ranked[0] >= threshold
    apart = len(ranked) == 1 or ranked[0] - ranked[1] >= margin
    assert match.accepted is (reached and apart)
    assert (match.verdict is Verdict.AMBIGUOUS) is (reached and not apart)
    assert match.similarity == ranked[0]


def test_several_templates_count_as_the_best_of_them() -> None:
    people, vectors, _ = gallery([3, 2])
    assert people.templates == 5
    match = people.identify(Embedding(vectors[2], "m"), RULE)
    assert match.verdict is Verdict.MATCH
    assert match.person == people.people[0]
    assert match.similarity == pytest.approx(1, abs=1e-5)
    assert match.runner_up is not None
    assert match.margin == pytest.approx(match.similarity - match.runner_up)


def test_an_empty_gallery_finds_no_person() -> None:
    match = Gallery("m").identify(Embedding(unit(np.ones(SIZE)), "m"), RULE)
    assert (match.verdict, match.person, match.margin, match.accepted) == (
        Verdict.GALLERY_EMPTY,
        None,
        None,
        False,
    )


def test_embeddings_of_another_model_are_never_compared() -> None:
    people, vectors, _ = gallery([1])
    for look in (people.search, lambda probe: people.verify(probe, "0", RULE)):
        with pytest.raises(ValueError, match="cannot be compared"):
            look(Embedding(vectors[0], "other"))


@pytest.mark.parametrize(
    ("similarities", "verdict"),
    [
        ((0.529,), Verdict.NO_MATCH),
        ((0.53,), Verdict.MATCH),
        ((0.60, 0.571), Verdict.AMBIGUOUS),
        ((0.60, 0.569), Verdict.MATCH),
        ((0.50, 0.49), Verdict.NO_MATCH),
    ],
)
def test_threshold_and_margin_decide(similarities: tuple[float, ...], verdict: Verdict) -> None:
    candidates = [Candidate(person(i), s) for i, s in enumerate(similarities)]
    match = RULE.decide(candidates)
    assert match.verdict is verdict
    assert match.fmr == pytest.approx(RULE.curve.fmr_at(similarities[0]))


def test_verification_decides_by_one_person_alone() -> None:
    people, vectors, _ = gallery([1, 1])
    assert people.verify(Embedding(vectors[1], "m"), "1", RULE).accepted
    other = people.verify(Embedding(vectors[1], "m"), "0", RULE)
    assert other.verdict is Verdict.NO_MATCH
    assert other.runner_up == pytest.approx(1, abs=1e-5)
    alone, vectors, _ = gallery([2])
    assert alone.verify(Embedding(vectors[0], "m"), "0", RULE).runner_up is None
    with pytest.raises(KeyError):
        alone.verify(Embedding(vectors[0], "m"), "9", RULE)


def test_arrays_that_do_not_fit_each_other_are_refused() -> None:
    vectors = unit(np.ones((2, SIZE)))
    with pytest.raises(ValueError, match="needs a vector"):
        Gallery.of("m", [person(0), person(1)], vectors, np.array([0, 0]))
    with pytest.raises(ValueError, match="needs a vector"):
        Gallery.of("m", [person(0)], vectors, np.array([0]))
    with pytest.raises(ValueError, match="sorted"):
        Gallery.of("m", [person(0), person(1)], vectors, np.array([1, 0]))


def test_a_probe_is_rotated_like_the_templates() -> None:
    plain, vectors, owners = gallery([2, 1, 3])
    rotation = np.asarray(np.linalg.qr(np.random.default_rng(5).normal(size=(SIZE, SIZE)))[0], np.float32)
    rotated = Gallery.of("m", plain.people, vectors @ rotation, owners, vectors[:1] @ rotation, owners[:1], rotation)
    marked = Gallery.of("m", plain.people, vectors, owners, vectors[:1], owners[:1])
    for vector in vectors:
        probe = Embedding(vector, "m")
        for found, expected in (
            (rotated.identify(probe, RULE), marked.identify(probe, RULE)),
            (rotated.verify(probe, "1", RULE), marked.verify(probe, "1", RULE)),
        ):
            assert (found.verdict, found.person) == (expected.verdict, expected.person)
            assert found.similarity == pytest.approx(expected.similarity, abs=1e-5)
            assert (found.negative_match is None) == (expected.negative_match is None)
    assert rotated.with_changes(["0"], rotated.segments[0].without(["0", "1"]).batch).sealed().rotation is rotation
