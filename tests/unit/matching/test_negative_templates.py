"""Negative templates and whom they rule out, compared with a reference that compares everything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.faces import Embedding, Vector
from app.core.match_decision import Match, NegativeMatch, TemplateFusion, Verdict
from app.matching.gallery import Gallery
from app.matching.negative_templates import ROUNDING, NegativeTemplates, is_ruled_out
from tests.unit.matching.galleries import RULE, person, unit

SIZE = 3  # so few directions that marks often come between


@dataclass(frozen=True)
class Case:
    """A gallery with negative templates, and a probe.

    Attributes:
        templates: By person, (n, SIZE) each.
        anchors: Likewise; may be empty.
        probe: (SIZE,).
    """

    templates: Sequence[Vector]
    anchors: Sequence[Vector]
    probe: Vector

    @property
    def gallery(self) -> Gallery:
        owners = np.repeat(np.arange(len(self.templates)), [len(one) for one in self.templates])
        anchor_owners = np.repeat(np.arange(len(self.anchors)), [len(one) for one in self.anchors])
        people = [person(i) for i in range(len(self.templates))]
        return Gallery.of(
            "m", people, np.vstack(self.templates), owners, np.vstack(self.anchors).reshape(-1, SIZE), anchor_owners
        )

    def identify(self) -> Match:
        return self.gallery.identify(Embedding(self.probe, "m"), RULE)

    def verify(self, number: int) -> Match:
        return self.gallery.verify(Embedding(self.probe, "m"), str(number), RULE)

    def similarity(self, number: int) -> float:
        return max(float(template @ self.probe) for template in self.templates[number])

    def marked(self, number: int) -> float:
        return max((float(anchor @ self.probe) for anchor in self.anchors[number]), default=-np.inf)

    def is_ruled_out(self, number: int) -> bool:
        return self.marked(number) >= self.similarity(number) - 1e-6

    @property
    def people(self) -> range:
        return range(len(self.templates))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Up to five people; a negative template may be bit-identical to a template or to the probe."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    people = draw(st.integers(1, 5))
    templates = [unit(random.normal(size=(draw(st.integers(1, 3)), SIZE))) for _ in range(people)]
    probe = draw(st.sampled_from([unit(random.normal(size=SIZE)), templates[0][0]]))
    anchors = []
    for own in templates:
        choices = [unit(random.normal(size=SIZE)), own[0], probe, unit(probe + random.normal(size=SIZE) * 0.2)]
        chosen = draw(st.lists(st.integers(0, len(choices) - 1), max_size=3))
        anchors.append(np.array([choices[i] for i in chosen], np.float32).reshape(-1, SIZE))
    return Case(templates, anchors, probe)


def apart(case: Case) -> bool:
    """Whether no similarity is so close to a limit that the order of float32 sums would decide."""
    gaps = [abs(case.marked(i) - case.similarity(i)) for i in case.people]
    scores = sorted(case.similarity(i) for i in case.people)
    near = [abs(score - RULE.threshold) for score in scores]
    near += [abs(b - a - RULE.min_margin) for i, a in enumerate(scores) for b in scores[i + 1 :]]
    near += [b - a for a, b in pairwise(scores)]
    return all(gap < 5e-7 or gap > 1e-5 for gap in gaps) and all(gap > 1e-5 for gap in near)


@given(cases().filter(apart))
def test_a_person_who_is_ruled_out_never_matches_and_does_not_affect_others(case: Case) -> None:
    match = case.identify()
    left = sorted((i for i in case.people if not case.is_ruled_out(i)), key=case.similarity, reverse=True)
    out = [i for i in case.people if case.is_ruled_out(i)]
    best = case.similarity(left[0]) if left else -1.0
    if best < RULE.threshold:
        expected = Verdict.NO_MATCH
    elif len(left) > 1 and best - case.similarity(left[1]) < RULE.min_margin:
        expected = Verdict.AMBIGUOUS
    else:
        expected = Verdict.MATCH
    assert match.verdict is expected
    nearest = max(out, key=case.similarity) if out else None
    assert match.person is not None
    assert match.person.id == str(left[0] if left else nearest)
    assert match.runner_up == (pytest.approx(case.similarity(left[1]), abs=1e-5) if len(left) > 1 else None)
    if nearest is not None and case.similarity(nearest) >= RULE.threshold:
        assert match.negative_match is not None
        assert match.negative_match.person.id == str(nearest)
        assert match.negative_match.similarity == pytest.approx(case.similarity(nearest), abs=1e-5)
        assert match.negative_match.marked == pytest.approx(case.marked(nearest), abs=1e-5)
    else:
        assert match.negative_match is None


@given(cases().filter(apart), st.integers(0, 4))
def test_verification_rules_out_only_the_claimed_person(case: Case, asked: int) -> None:
    asked %= len(case.templates)
    match = case.verify(asked)
    reached = case.similarity(asked) >= RULE.threshold
    assert match.accepted is (reached and not case.is_ruled_out(asked))
    assert (match.negative_match is not None) is case.is_ruled_out(asked)
    others = [case.similarity(i) for i in case.people if i != asked]
    assert match.runner_up == (pytest.approx(max(others), abs=1e-5) if others else None)


@given(cases())
def test_a_negative_template_equal_to_the_probe_rules_out(case: Case) -> None:
    matched = case.identify()
    if not matched.accepted or matched.person is None:
        return
    number = int(matched.person.id)
    anchors = [np.vstack([own, case.probe[np.newaxis]]) if i == number else own for i, own in enumerate(case.anchors)]
    again = Case(case.templates, anchors, case.probe).identify()
    assert again.person is None or again.person.id != str(number) or not again.accepted
    assert again.negative_match is not None


@given(cases())
def test_a_negative_template_only_lets_the_best_remaining_person_match(case: Case) -> None:
    bare = Case(case.templates, [np.empty((0, SIZE), np.float32)] * len(case.templates), case.probe)
    marked, unmarked = case.identify(), bare.identify()
    if marked.accepted and not unmarked.accepted:
        # Only by clearing an ambiguity: the runner-up, or the best, was ruled out.
        assert unmarked.verdict is Verdict.AMBIGUOUS
    if marked.accepted:
        assert marked.similarity >= RULE.threshold


def test_of_two_similar_people_the_other_matches_once_one_is_ruled_out() -> None:
    probe, other = unit(np.array([1, 0.1, 0])), unit(np.array([1, 0.15, 0]))
    templates = [other[np.newaxis], unit(np.array([[1, -0.1, 0]]))]
    assert Case(templates, [np.empty((0, SIZE), np.float32)] * 2, probe).identify().verdict is Verdict.AMBIGUOUS
    match = Case(templates, [probe[np.newaxis], np.empty((0, SIZE), np.float32)], probe).identify()
    assert match.accepted
    assert match.person is not None
    assert match.person.id == "1"
    assert match.runner_up is None
    assert isinstance(match.negative_match, NegativeMatch)
    assert match.negative_match.person.id == "0"


def test_negative_templates_are_compared_with_the_nearest_template_whatever_the_score() -> None:
    angles = np.radians([-10, 10, 9.5])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    fused = replace(RULE, threshold=0.99, fusion=TemplateFusion.BEST_AND_MEAN)  # reached by the score alone
    probe = Embedding(np.array([1, 0], np.float32), "m")
    plain = Gallery.of("m", [person(0)], vectors[:2], np.zeros(2, np.int64))
    assert plain.identify(probe, fused).accepted
    marked = Gallery.of("m", [person(0)], vectors[:2], np.zeros(2, np.int64), vectors[2:], np.zeros(1, np.int64))
    for match in (marked.identify(probe, fused), marked.verify(probe, "0", fused)):
        assert not match.accepted
        assert match.similarity == pytest.approx((np.cos(angles[0]) + 1) / 2)
        assert match.negative_match is not None
        assert match.negative_match.similarity == pytest.approx(np.cos(angles[0]))
        assert match.negative_match.marked == pytest.approx(np.cos(angles[2]))


def test_a_person_below_the_threshold_is_not_reported_as_ruled_out() -> None:
    probe = unit(np.array([1, 0, 0]))
    match = Case([unit(np.array([[0, 1, 0]]))], [probe[np.newaxis]], probe).identify()
    assert match.verdict is Verdict.NO_MATCH
    assert match.negative_match is None


def test_a_nan_probe_is_not_ruled_out_and_matches_no_person() -> None:
    case = Case([unit(np.ones((1, SIZE)))], [unit(np.ones((1, SIZE)))], np.full(SIZE, np.nan, np.float32))
    assert case.identify().verdict is Verdict.NO_MATCH
    assert case.verify(0).verdict is Verdict.NO_MATCH


def test_negative_templates_that_are_not_sorted_by_person_are_refused() -> None:
    vectors = unit(np.ones((2, SIZE)))
    with pytest.raises(ValueError, match="sorted"):
        Gallery.of("m", [person(0), person(1)], vectors, np.arange(2), vectors, np.array([1, 0]))


def test_the_nearest_negative_template_of_each_person_counts() -> None:
    marks = NegativeTemplates(np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32), np.array([0, 0, 3]))
    assert marks.nearest_by_person(np.array([0, 1], np.float32)) == {0: pytest.approx(1), 3: pytest.approx(0.8)}
    assert NegativeTemplates().nearest_by_person(np.array([0, 1], np.float32)) == {}


def test_faces_that_are_not_sorted_are_refused() -> None:
    with pytest.raises(ValueError, match="sorted"):
        NegativeTemplates(np.eye(2, dtype=np.float32), np.array([1, 0]))
    with pytest.raises(ValueError, match="owner"):
        NegativeTemplates(np.eye(2, dtype=np.float32), np.array([0]))
    with pytest.raises(ValueError, match="owner"):
        NegativeTemplates(np.eye(2, dtype=np.float32))


def test_a_tie_within_the_rounding_error_rules_out() -> None:
    assert not is_ruled_out(0.5, None)
    assert not is_ruled_out(0.5, 0.5 - 2 * ROUNDING)
    assert is_ruled_out(0.5, 0.5 - ROUNDING)
    assert is_ruled_out(0.5, 0.5)
    assert not is_ruled_out(float("nan"), 0.5)
