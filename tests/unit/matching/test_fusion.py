"""The comparison score of a person, from the cosines to the person's templates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.faces import Embedding
from app.core.match_decision import TemplateFusion, Verdict
from app.matching import fusion as fusion_module
from app.matching.fusion import fuse, sum_lengths
from app.matching.gallery import Gallery
from app.matching.threshold import MatchRule
from tests.unit.matching.galleries import RULE, person, score_of, unit

COSINE = st.floats(-1, 1, width=32)
COSINES = st.lists(COSINE, min_size=1, max_size=8)
FUSION = st.sampled_from(TemplateFusion)
FIRST = np.zeros(1, np.int64)


def score(cosines: list[float], fusion: TemplateFusion, length: float = 0.0) -> float:
    lengths = np.array([length or len(cosines)], np.float32)
    return float(fuse(np.array(cosines, np.float32), FIRST, lengths, fusion)[0])


def fused(templates: np.ndarray, probes: np.ndarray, fusion: TemplateFusion) -> np.ndarray:
    return np.asarray(fuse(templates @ probes, FIRST, sum_lengths(templates, FIRST), fusion)[0])


@given(COSINES, st.data(), FUSION)
def test_a_score_never_falls_when_a_cosine_rises(
    cosines: list[float], data: st.DataObject, fusion: TemplateFusion
) -> None:
    raised, length = data.draw(st.integers(0, len(cosines) - 1)), data.draw(st.floats(0.01, len(cosines)))
    higher = [max(c, data.draw(COSINE)) if i == raised else c for i, c in enumerate(cosines)]
    before = score(cosines, fusion, length)
    assert score(higher, fusion, length) >= before - 1e-6 * (1 + abs(before))


@given(COSINES.flatmap(lambda cosines: st.tuples(st.just(cosines), st.permutations(cosines))), FUSION)
def test_the_order_of_templates_does_not_matter(
    orders: tuple[list[float], list[float]], fusion: TemplateFusion
) -> None:
    assert score(orders[0], fusion) == pytest.approx(score(orders[1], fusion), abs=1e-6)


@given(COSINE, FUSION)
def test_the_score_of_a_person_with_one_template_is_its_cosine(cosine: float, fusion: TemplateFusion) -> None:
    assert score([cosine], fusion) == np.float32(cosine)


@given(st.integers(1, 6), st.integers(0, 999), FUSION)
def test_the_nearest_and_the_mean_template_count_half_each(count: int, seed: int, fusion: TemplateFusion) -> None:
    random = np.random.default_rng(seed)
    templates, probes = unit(random.normal(size=(count, 5))), unit(random.normal(size=(3, 5)))
    expected = [score_of(templates, probe, fusion) for probe in probes]
    assert fused(templates, probes.T, fusion).tolist() == pytest.approx(expected, abs=1e-4)
    assert fused(templates, probes[0], fusion) == pytest.approx(expected[0], abs=1e-4)


def test_templates_that_cancel_each_other_do_not_make_a_score() -> None:
    templates = np.array([[1, 0], [-1, 0]], np.float32)
    for probe in np.eye(2, dtype=np.float32):
        best = float((templates @ probe).max())
        assert fused(templates, probe, TemplateFusion.BEST_AND_MEAN) == pytest.approx(best / 2)


@given(st.lists(st.integers(1, 4), max_size=6), st.integers(0, 99), FUSION)
def test_people_are_scored_by_their_own_templates_alone(counts: list[int], seed: int, fusion: TemplateFusion) -> None:
    random = np.random.default_rng(seed)
    templates, probe = unit(random.normal(size=(sum(counts), 3))), unit(random.normal(size=3))
    starts = np.cumsum([0, *counts])[:-1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fusion_module, "_PEOPLE_AT_ONCE", 2)
        lengths = sum_lengths(templates, starts)
    found = fuse(templates @ probe, starts, lengths, fusion)
    own = [templates[start : start + count] for start, count in zip(starts.tolist(), counts, strict=True)]
    assert found.tolist() == pytest.approx([score_of(one, probe, fusion) for one in own], abs=1e-5)


def test_the_rule_decides_which_score_a_match_shows() -> None:
    vectors = unit(np.array([[1, 0], [1, 1], [0, 1]]))
    gallery = Gallery.of("m", [person(0), person(1)], vectors, np.array([0, 0, 1]))
    probe = Embedding(vectors[0], "m")
    best = MatchRule(0.9, 0.0, RULE.curve)
    fused = MatchRule(0.9, 0.0, RULE.curve, TemplateFusion.BEST_AND_MEAN)
    assert gallery.identify(probe, best).similarity == pytest.approx(1)
    mean = (1 + float(unit(vectors[:2].sum(axis=0))[0])) / 2
    for match in (gallery.identify(probe, fused), gallery.verify(probe, "0", fused)):
        assert match.similarity == pytest.approx(mean)
        assert match.verdict is Verdict.MATCH
    assert gallery.search(probe, 1, TemplateFusion.BEST_AND_MEAN)[0].similarity == pytest.approx(mean)
    strict = MatchRule(0.97, 0.0, RULE.curve, TemplateFusion.BEST_AND_MEAN)
    assert gallery.identify(probe, strict).verdict is gallery.verify(probe, "0", strict).verdict is Verdict.NO_MATCH
