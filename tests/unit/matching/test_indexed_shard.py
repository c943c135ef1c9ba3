"""Search by an index, compared with exact search."""

from datetime import UTC, datetime

import numpy as np
import pytest

from app.core.faces import Vector
from app.core.match_decision import TemplateFusion
from app.core.people import Person
from app.matching import indexed_shard
from app.matching.indexed_shard import IndexedShard, make_shard
from app.matching.negative_templates import NegativeTemplates
from app.matching.shards import ExactShard
from tests.unit.matching.galleries import unit

PEOPLE, EACH, SIZE = 3000, 3, 64
ALL_PEOPLE = tuple(Person(f"{i:04}", f"Person {i}", datetime(2026, 1, 1, tzinfo=UTC), EACH) for i in range(PEOPLE))
OWNERS = np.repeat(np.arange(PEOPLE), EACH)
NONE_REMOVED = np.zeros(PEOPLE, np.bool_)


@pytest.fixture(params=list(TemplateFusion))
def fusion(request: pytest.FixtureRequest) -> TemplateFusion:
    fusion: TemplateFusion = request.param
    return fusion


@pytest.fixture(scope="module")
def centres() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(PEOPLE, SIZE))


@pytest.fixture(scope="module")
def vectors(centres: np.ndarray) -> np.ndarray:
    return unit(centres[OWNERS] + 0.6 * np.random.default_rng(2).normal(size=(len(OWNERS), SIZE)))


@pytest.fixture(scope="module")
def shard(vectors: np.ndarray) -> IndexedShard:
    return IndexedShard(ALL_PEOPLE, vectors, OWNERS, NegativeTemplates())


@pytest.fixture(scope="module")
def exact(vectors: np.ndarray) -> ExactShard:
    return ExactShard(ALL_PEOPLE, vectors, OWNERS, NegativeTemplates())


@pytest.fixture(scope="module")
def probes(centres: np.ndarray) -> list[Vector]:
    """Probes of enrolled people, about as similar to their templates as faces of one person are."""
    random = np.random.default_rng(3)
    return list(unit(centres[random.integers(0, PEOPLE, 300)] + 0.6 * random.normal(size=(300, SIZE))))


def test_the_nearest_people_are_those_of_an_exact_search(
    shard: IndexedShard, exact: ExactShard, probes: list[Vector], fusion: TemplateFusion
) -> None:
    same = 0
    for probe in probes:
        found, expected = shard.nearest(probe, 2, NONE_REMOVED, fusion), exact.nearest(probe, 2, NONE_REMOVED, fusion)
        np.testing.assert_allclose(found[1][0], expected[1][0], atol=2e-4)
        same += found[0].tolist() == expected[0].tolist()
    assert same >= 0.99 * len(probes)


def test_a_removed_person_is_not_found(shard: IndexedShard, exact: ExactShard, probes: list[Vector]) -> None:
    same = 0
    for probe in probes[:50]:
        near = exact.nearest(probe, 200, NONE_REMOVED, TemplateFusion.BEST)[0]
        gone = NONE_REMOVED.copy()
        gone[near] = True
        found, expected = (
            shard.nearest(probe, 2, gone, TemplateFusion.BEST),
            exact.nearest(probe, 2, gone, TemplateFusion.BEST),
        )
        assert not gone[found[0]].any()
        same += int(found[0][0] == expected[0][0])
    assert same >= 45  # of strangers, who are all about equally unlike the probe


def test_a_search_for_all_people_finds_the_last_one(
    shard: IndexedShard, exact: ExactShard, probes: list[Vector], fusion: TemplateFusion
) -> None:
    assert sorted(shard.nearest(probes[0], 2 * PEOPLE, NONE_REMOVED, fusion)[0].tolist()) == list(range(PEOPLE))
    gone = ~NONE_REMOVED
    gone[17] = False
    places, similarities = shard.nearest(probes[0], 2, gone, fusion)
    assert places.tolist() == [17]
    assert similarities[0] == pytest.approx(exact.similarity(probes[0], 17, fusion), abs=2e-4)


def test_one_person_is_compared_without_the_others(
    shard: IndexedShard, exact: ExactShard, probes: list[Vector], fusion: TemplateFusion
) -> None:
    for place in (0, 17, PEOPLE - 1):
        assert shard.similarity(probes[0], place, fusion) == pytest.approx(
            exact.similarity(probes[0], place, fusion), abs=2e-4
        )
    assert shard.index_by_id["0017"] == 17


def test_a_nan_probe_is_compared_and_matches_no_person(shard: IndexedShard, fusion: TemplateFusion) -> None:
    places, similarities = shard.nearest(np.full(SIZE, np.nan, np.float32), 2, NONE_REMOVED, fusion)
    assert len(places) == 2
    assert np.isnan(similarities).all()


def test_half_of_the_memory_of_exact_search_is_enough(shard: IndexedShard, exact: ExactShard) -> None:
    assert shard.vectors.nbytes * 2 == exact.vectors.nbytes


def test_the_kind_of_shard_depends_on_its_size(vectors: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = ALL_PEOPLE, vectors, OWNERS, NegativeTemplates()
    assert isinstance(make_shard(*parts), ExactShard)
    monkeypatch.setattr(indexed_shard, "EXACT_UP_TO", 1000)
    assert isinstance(make_shard(*parts), IndexedShard)
    assert isinstance(make_shard(ALL_PEOPLE, vectors[:, :63], OWNERS, NegativeTemplates()), ExactShard)
    monkeypatch.setattr(indexed_shard, "find_spec", lambda name: None)
    assert isinstance(make_shard(*parts), ExactShard)
