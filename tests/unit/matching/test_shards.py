import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.negative_templates import NegativeTemplates
from app.matching.shards import ExactShard, best_of_templates
from tests.unit.matching.galleries import person, unit


@given(st.lists(st.integers(1, 3), min_size=1, max_size=8), st.integers(0, 99), st.data())
def test_removed_people_are_skipped(templates: list[int], seed: int, data: st.DataObject) -> None:
    vectors = unit(np.random.default_rng(seed).normal(size=(sum(templates), 4)))
    owners = np.repeat(np.arange(len(templates)), templates)
    block = ExactShard(tuple(person(i) for i in range(len(templates))), vectors, owners, NegativeTemplates())
    gone = np.array(data.draw(st.lists(st.booleans(), min_size=len(templates), max_size=len(templates))))
    places, similarities = block.nearest(vectors[0], len(templates), gone)
    best = {i: block.similarity(vectors[0], i) for i in np.flatnonzero(~gone).tolist()}
    assert places.tolist() == sorted(best, key=lambda i: -best[i])
    assert similarities.tolist() == pytest.approx([best[i] for i in places.tolist()], abs=1e-6)


def test_the_best_template_of_each_person_counts_in_any_order() -> None:
    owners, similarities = np.array([2, 0, 2, 1], np.int32), np.array([0.1, 0.5, 0.9, 0.7], np.float32)
    places, best = best_of_templates(owners, similarities, 2, np.zeros(3, np.bool_))
    assert places.tolist() == [2, 1]
    assert best.tolist() == pytest.approx([0.9, 0.7])
    places, _ = best_of_templates(owners, similarities, 2, np.array([False, False, True]))
    assert places.tolist() == [1, 0]
    places, _ = best_of_templates(owners[:0], similarities[:0], 2, np.zeros(3, np.bool_))
    assert places.tolist() == []
