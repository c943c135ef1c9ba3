"""A gallery that changes and is compacted answers like a new gallery of the same people."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.core.faces import Embedding, Vector
from app.core.people import Person
from app.matching import indexed_shard, quantized_scan, segments
from app.matching.gallery import Gallery
from app.matching.negative_templates import NegativeTemplates
from app.matching.segments import Segment, TemplateBatch, compact, segments_to_compact
from app.matching.shards import ExactShard
from app.matching.threshold import FmrCurve, MatchRule
from tests.unit.matching.galleries import unit

SIZE = 16
RULE = MatchRule(0.53, 0.03, FmrCurve([(1e-2, 0.35), (1e-4, 0.53)]))
IDS = st.integers(0, 11).map(str)
CHANGED = st.dictionaries(IDS, st.tuples(st.integers(1, 60), st.integers(0, 2)), max_size=4)


@dataclass
class Enrolled:
    """A person with their templates."""

    person: Person
    vectors: np.ndarray
    anchors: np.ndarray


def batch(people: list[Enrolled]) -> TemplateBatch:
    counts = [len(one.vectors) for one in people]
    marked = [len(one.anchors) for one in people]
    vectors = np.vstack([np.empty((0, SIZE), np.float32), *(one.vectors for one in people)])
    anchors = np.vstack([np.empty((0, SIZE), np.float32), *(one.anchors for one in people)])
    places = np.arange(len(people))
    marks = NegativeTemplates(anchors, np.repeat(places, marked))
    return TemplateBatch(tuple(one.person for one in people), vectors, np.repeat(places, counts), marks)


class GalleryMachine(RuleBasedStateMachine):
    """A gallery that changes, compared with a new gallery of the same people."""

    @initialize(seed=st.integers(0, 99))
    def begin(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.centres = {str(i): self.random.normal(size=SIZE) for i in range(12)}
        self.gallery = Gallery("m")
        self.there: dict[str, Enrolled] = {}
        self.under_way: tuple[list[Segment], list[Segment]] | None = None

    @rule(wanted=CHANGED, gone=st.sets(IDS, max_size=3))
    def change(self, wanted: dict[str, tuple[int, int]], gone: set[str]) -> None:
        new = [self.enrolled(id_, *counts) for id_, counts in wanted.items()]
        gone -= set(wanted)
        self.gallery = self.gallery.with_changes(gone, batch(new))
        self.there = {id_: one for id_, one in self.there.items() if id_ not in gone}
        self.there |= {one.person.id: one for one in new}

    def enrolled(self, id_: str, templates: int, anchors: int) -> Enrolled:
        person = Person(id_, f"{id_} {self.random.integers(1000)}", datetime(2026, 1, 1, tzinfo=UTC), templates)
        faces = unit(self.centres[id_] + 0.5 * self.random.normal(size=(templates + anchors, SIZE)))
        return Enrolled(person, faces[:templates], faces[templates:])

    @rule()
    def begin_to_renew(self) -> None:
        old = segments_to_compact(self.gallery.segments)
        if old and self.under_way is None:
            self.gallery = self.gallery.sealed()
            self.under_way = old, compact(old)

    @rule()
    def put_in_place(self) -> None:
        if self.under_way is not None:
            self.gallery = self.gallery.compacted(*self.under_way)
            self.under_way = None

    @invariant()
    def it_answers_as_one_made_at_once(self) -> None:
        assert self.gallery.templates == sum(len(one.vectors) for one in self.there.values())
        assert {person.id: person for person in self.gallery.people} == {
            id_: one.person for id_, one in self.there.items()
        }
        if not self.there:
            return
        made = Gallery("m", [Segment.full(exact(batch(list(self.there.values()))))])
        for id_, centre in self.centres.items():
            probe = Embedding(unit(centre + 0.5 * self.random.normal(size=SIZE)), "m")
            self.same(probe, made)
            if id_ in self.there:
                found, expected = self.gallery.verify(probe, id_, RULE), made.verify(probe, id_, RULE)
                assert found.similarity == pytest.approx(expected.similarity, abs=2e-4)
                assert found.runner_up == pytest.approx(expected.runner_up, abs=2e-4)
            else:
                with pytest.raises(KeyError):
                    self.gallery.verify(probe, id_, RULE)

    def same(self, probe: Embedding, made: Gallery) -> None:
        found, expected = self.gallery.search(probe, 3), made.search(probe, 3)
        assert [one.similarity for one in found] == pytest.approx([one.similarity for one in expected], abs=2e-4)
        match, meant = self.gallery.identify(probe, RULE), made.identify(probe, RULE)
        if self.is_clear(probe.vector):
            assert match.verdict is meant.verdict
            assert match.person == meant.person
            assert (match.negative_match and match.negative_match.person) == (
                meant.negative_match and meant.negative_match.person
            )

    def is_clear(self, probe: Vector) -> bool:
        """Whether no similarity is so close to a limit that half precision would decide."""
        own = [float((one.vectors @ probe).max()) for one in self.there.values()]
        marks = [float((one.anchors @ probe).max()) for one in self.there.values() if len(one.anchors)]
        values = np.array([*own, *marks, RULE.threshold])
        apart = np.abs(values[:, None] - values[None]) + np.eye(len(values))
        brinks = np.abs(np.abs(np.subtract.outer(own, own)) - RULE.min_margin)
        return bool(apart.min() > 1e-3 and brinks.min() > 1e-3)


def exact(some: TemplateBatch) -> ExactShard:
    return ExactShard(some.people, some.vectors, some.owners, some.negatives)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexed_shard, "EXACT_UP_TO", 150)
    monkeypatch.setattr(quantized_scan, "_TRAINED_ON", 624)
    monkeypatch.setattr(segments, "SHARD_TEMPLATES", 200)
    monkeypatch.setattr(segments, "_SMALL", 100)
    monkeypatch.setattr(segments, "GROWING_LIMIT", 40)
    monkeypatch.setattr(segments, "_REMOVED_MIN", 20)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.hypothesis
def test_a_changed_gallery_answers_like_a_new_one() -> None:
    run_state_machine_as_test(GalleryMachine, settings=settings(max_examples=30, stateful_step_count=20, deadline=None))
