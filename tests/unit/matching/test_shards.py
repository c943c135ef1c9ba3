import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.match_decision import TemplateFusion
from app.matching.negative_templates import NegativeTemplates
from app.matching.shards import ExactShard
from tests.unit.matching.galleries import person, unit


@given(
    st.lists(st.integers(1, 3), min_size=1, max_size=8), st.integers(0, 99), st.sampled_from(TemplateFusion), st.data()
)
def test_removed_people_are_skipped(
    templates: list[int], seed: int, fusion: TemplateFusion, data: st.DataObject
) -> None:
    vectors = unit(np.random.default_rng(seed).normal(size=(sum(templates), 4)))
    owners = np.repeat(np.arange(len(templates)), templates)
    block = ExactShard(tuple(person(i) for i in range(len(templates))), vectors, owners, NegativeTemplates())
    gone = np.array(data.draw(st.lists(st.booleans(), min_size=len(templates), max_size=len(templates))))
    places, similarities = block.nearest(vectors[0], len(templates), gone, fusion)
    best = {i: block.similarity(vectors[0], i, fusion) for i in np.flatnonzero(~gone).tolist()}
    assert places.tolist() == sorted(best, key=lambda i: -best[i])
    assert similarities.tolist() == pytest.approx([best[i] for i in places.tolist()], abs=1e-6)
