import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.match_decision import TemplateFusion
from app.matching import cross_comparison
from app.matching.cross_comparison import cross_compare
from tests.unit.matching.galleries import TemplateSet, random_templates, score_of, small_galleries


def one_by_one(
    gallery: TemplateSet, fusion: TemplateFusion = TemplateFusion.BEST
) -> tuple[list[float], dict[tuple[int, int], list[float]]]:
    """The reference, with loops: each template's score with its own person's others, and with each other person's."""
    vectors, owners = gallery
    own: list[float] = []
    others: dict[tuple[int, int], list[float]] = {}
    for probe, owner in enumerate(owners):
        for person in range(owners[-1] + 1):
            compared = vectors[(owners == person) & (np.arange(len(owners)) != probe)]
            found = score_of(compared, vectors[probe], fusion) if len(compared) else float("nan")
            if person == owner:
                own.append(found)
            else:
                others.setdefault((int(owner), person), []).append(found)
    return own, others


@given(small_galleries(), st.sampled_from([1, 40, 1 << 23]), st.sampled_from(TemplateFusion))
def test_it_is_what_loops_find(gallery: TemplateSet, cells: int, fusion: TemplateFusion) -> None:
    own, others = one_by_one(gallery, fusion)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cross_comparison, "_CELLS", cells)  # in blocks of one person, of some, of all
        found = cross_compare(*gallery, fusion=fusion)
    assert found.own == pytest.approx(np.array(own), abs=1e-5, nan_ok=True)
    assert found.genuine.total == np.count_nonzero(~np.isnan(own))
    impostors = sorted(similarity for row in others.values() for similarity in row)
    assert np.sort(found.tail.similarities) == pytest.approx(impostors, abs=1e-5)
    assert found.impostor.total == len(impostors)
    assert found.people == gallery[1][-1] + 1
    assert list(found.templates) == list(np.bincount(gallery[1]))
    for pair in others:
        ours = (found.tail.probes == pair[0]) & (found.tail.claimed == pair[1])
        assert np.sort(found.tail.similarities[ours]) == pytest.approx(sorted(others[pair]), abs=1e-5)


@given(small_galleries(), st.integers(1, 4))
def test_the_closest_pairs_are_those_of_loops(gallery: TemplateSet, count: int) -> None:
    _, others = one_by_one(gallery)
    best = {pair: max(row + others[pair[::-1]]) for pair, row in others.items() if pair[0] < pair[1]}
    expected = sorted(best.values(), reverse=True)[:count]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cross_comparison, "_CELLS", 30)
        found = cross_compare(*gallery, pairs=count, fusion=TemplateFusion.BEST_AND_MEAN).closest
    assert found.similarities == pytest.approx(expected, abs=1e-6)
    named = [(int(a), int(b)) for a, b in zip(found.first, found.second, strict=True)]
    assert [best[pair] for pair in named] == pytest.approx(expected, abs=1e-6)


def test_of_many_comparisons_the_most_similar_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    gallery = random_templates([3] * 30)
    everything = np.sort(cross_compare(*gallery).tail.similarities)[::-1]
    monkeypatch.setattr(cross_comparison, "TAIL", 100)
    monkeypatch.setattr(cross_comparison, "_CELLS", 90 * 9)
    tail = cross_compare(*gallery).tail
    assert 0 < len(tail.similarities) <= 100
    assert np.sort(tail.similarities)[::-1] == pytest.approx(everything[: len(tail.similarities)], abs=1e-6)
    assert tail.similarities.min() >= tail.floor > everything[len(tail.similarities)] - 1e-6


def test_of_equal_similarities_that_do_not_all_fit_none_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_comparison, "TAIL", 3)
    vectors = np.ones((9, 1), np.float32)
    tail = cross_compare(vectors, np.arange(9)).tail
    assert len(tail.similarities) == 0
    assert tail.floor > 1


def test_nobody_enrolled() -> None:
    found = cross_compare(np.empty((0, 0), np.float32), np.empty(0, np.int64))
    assert (found.people, found.genuine.total, found.impostor.total, len(found.closest.first)) == (0, 0, 0, 0)


def test_progress_rises_to_the_whole_and_can_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_comparison, "_CELLS", 1)
    told: list[float] = []
    cross_compare(*random_templates([2, 3, 1]), told.append)
    assert told == pytest.approx([2 / 6, 5 / 6, 1])

    def stop(_: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        cross_compare(*random_templates([2, 3, 1]), stop)
