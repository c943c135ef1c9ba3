from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.faces import Embedding
from app.core.people import Person
from app.matching import gallery_builder, indexed_shard
from app.matching.gallery import Gallery
from app.matching.gallery_builder import GalleryBuilder
from app.matching.indexed_shard import IndexedShard
from app.matching.shards import ExactShard
from tests.unit.matching.galleries import unit

SIZE = 16


def people(count: int) -> list[Person]:
    return [Person(f"{i:04}", f"Person {i}", datetime(2026, 1, 1, tzinfo=UTC), 1) for i in range(count)]


def units(count: int, seed: int) -> np.ndarray:
    return unit(np.random.default_rng(seed).normal(size=(count, SIZE)))


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(1, 7), st.lists(st.integers(0, 9), max_size=4))
def test_templates_may_come_in_any_order(owners: list[int], at_once: int, marked: list[int]) -> None:
    vectors, anchors = units(len(owners), 1), units(len(marked), 2)
    builder = GalleryBuilder("m", people(10), len(owners))
    for first in range(0, len(owners), at_once):
        builder.add(np.array(owners[first : first + at_once]), vectors[first : first + at_once])
    gallery = builder.gallery(anchors.reshape(-1, SIZE), np.array(sorted(marked), np.int64))
    assert [int(person.id) for person in gallery.people] == sorted(set(owners))
    assert gallery.templates == len(owners)
    for owner, vector in zip(owners, vectors, strict=True):
        best = gallery.search(Embedding(vector, "m"))[0]
        assert int(best.person.id) == owner
    ids = {person.id for person in gallery.people}
    there = [number for number in sorted(marked) if f"{number:04}" in ids]
    shards = [segment.shard for segment in gallery.segments]
    found = [int(shard.people[index].id) for shard in shards for index in shard.negatives.owners.tolist()]
    assert found == there


def test_many_templates_go_into_indexed_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (gallery_builder, indexed_shard):
        monkeypatch.setattr(module, "EXACT_UP_TO", 600)
    monkeypatch.setattr(gallery_builder, "SHARD_TEMPLATES", 1000)
    vectors, order = units(2600, 3), np.random.default_rng(4).permutation(2600)
    builder = GalleryBuilder("m", people(1300), 2600)
    for first in range(0, 2600, 512):
        some = order[first : first + 512]
        builder.add(some // 2, vectors[some])
    gallery = builder.gallery(np.empty((0, 0), np.float32), np.empty(0, np.int64))
    assert [type(segment.shard) for segment in gallery.segments] == [IndexedShard] * 3
    assert gallery.templates == 2600
    made = Gallery.of("m", people(1300), vectors, np.arange(2600) // 2)
    assert isinstance(made.segments[0].shard, IndexedShard)
    monkeypatch.setattr(indexed_shard, "EXACT_UP_TO", 3000)
    exact = Gallery.of("m", people(1300), vectors, np.arange(2600) // 2)
    assert isinstance(exact.segments[0].shard, ExactShard)
    for vector in vectors[::50]:
        probe = Embedding(vector, "m")
        assert gallery.search(probe)[0].person == exact.search(probe)[0].person == made.search(probe)[0].person
