"""Cross comparison: every template of a gallery compared with every person, as matching does it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.match_decision import TemplateFusion
from app.matching.fusion import MIN_LENGTH, blend, sum_lengths
from app.matching.histogram import BINS, Histogram, bin_counts

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]

_CELLS = 1 << 23
"""Similarities in memory at a time: 32 MB."""

TAIL = 1_000_000
"""Impostor comparisons that are kept individually; the others are only counted in a histogram."""

_NEVER = np.float32(-2)
"""Below every similarity: marks comparisons of a template with itself, and with its own person as an impostor."""


@dataclass(frozen=True, slots=True)
class ImpostorTail:
    """The most similar impostor comparisons, in no particular order.

    Attributes:
        probes: (k,), index of the person whose template is the probe.
        claimed: (k,), index of the person it is compared with.
        similarities: (k,), -1 to 1.
        floor: All comparisons with at least this similarity are included.
    """

    probes: Indices
    claimed: Indices
    similarities: Floats
    floor: float


@dataclass(frozen=True, slots=True)
class ClosestPairs:
    """The most similar pairs of people, most similar first.

    Attributes:
        first: (k,), index of a person.
        second: (k,), index of another person, later in the gallery.
        similarities: (k,), cosine of their two most similar templates.
    """

    first: Indices
    second: Indices
    similarities: Floats


@dataclass(frozen=True, slots=True)
class CrossComparison:
    """The result of a cross comparison.

    Each template is a probe that is compared with every person, as in matching: its similarity to a person is the
    comparison score, fused from the cosines to the person's templates. With its own person it is compared as if it
    were not enrolled (leave-one-out), which requires a second template.

    Templates from one session are more similar than pictures from different days, so the genuine similarities of a
    gallery are optimistic.

    Attributes:
        owners: (n,), for each template the index of its person, rising.
        own: (n,), each template's similarity to its own person; NaN if the person has no other template.
        genuine: Histogram of `own` without NaN.
        impostor: Histogram of the similarities of each template to each other person.
        tail: The most similar impostor comparisons.
        closest: The most similar pairs of people.
    """

    owners: Indices
    own: Floats
    genuine: Histogram
    impostor: Histogram
    tail: ImpostorTail
    closest: ClosestPairs

    @property
    def people(self) -> int:
        """The number of people."""
        return int(self.owners[-1]) + 1 if len(self.owners) else 0

    @property
    def templates(self) -> Indices:
        """The number of templates of each person, (people,)."""
        return np.bincount(self.owners, minlength=self.people)


def cross_compare(
    vectors: Floats,
    owners: Indices,
    progress: Callable[[float], None] = lambda _: None,
    *,
    pairs: int = 50,
    fusion: TemplateFusion = TemplateFusion.BEST,
) -> CrossComparison:
    """Compare each template with each person, in blocks: 100,000 templates need 100 MB of working memory.

    Args:
        vectors: (n, size), float32, unit length, sorted by person.
        owners: (n,), for each vector the index of its person, rising by at most one from 0.
        progress: Called with the share done, 0 to 1, after each block; an exception it raises ends the comparison.
        pairs: The number of closest pairs of people to keep.
        fusion: The comparison score.
    """
    starts = np.searchsorted(owners, np.arange(owners[-1] + 1 if len(owners) else 0))
    lengths = sum_lengths(vectors, starts)
    own = np.empty(len(owners), np.float32)
    impostor, tail, closest = np.zeros(BINS, np.int64), _TailCollector(), _ClosestPairCollector(pairs)
    for people in _blocks(starts, len(owners)):
        rows = slice(starts[people.start], len(owners) if people.stop == len(starts) else starts[people.stop])
        mine = owners[rows], np.arange(rows.stop - rows.start)
        nearest, scores = _block(vectors, owners, starts, rows, lengths, fusion)
        own[rows] = scores[mine]
        nearest[mine] = scores[mine] = _NEVER
        impostor += bin_counts(scores[scores > _NEVER])
        tail.add(scores, owners[rows])
        closest.add(nearest, starts[people] - rows.start, people.start)
        progress(rows.stop / len(owners))
    own[own <= _NEVER] = np.nan
    return CrossComparison(
        owners, own, Histogram.of(own[~np.isnan(own)]), Histogram(impostor), tail.kept(), closest.kept()
    )


def _blocks(starts: Indices, templates: int) -> Iterator[slice]:
    """The people whose templates form a block: as many as fit into memory, at least one."""
    first, ends = 0, np.append(starts[1:], templates)
    while first < len(starts):
        fitting = int(np.searchsorted(ends, starts[first] + _CELLS // templates, side="right"))
        yield slice(first, max(fitting, first + 1))
        first = max(fitting, first + 1)


def _block(
    vectors: Floats, owners: Indices, starts: Indices, rows: slice, lengths: Floats, fusion: TemplateFusion
) -> tuple[Floats, Floats]:
    """The cosine to the nearest template, and the comparison score, of a block's templates and all people.

    Args:
        vectors: (n, size), all templates.
        owners: (n,), their people.
        starts: (people,), where each person's templates begin.
        rows: The templates of the block. Each is compared with its own person as if it were not enrolled.
        lengths: (people,), from `sum_lengths`.
        fusion: The comparison score.

    Returns:
        Two arrays (people, templates), the same one for BEST.
    """
    similarities = vectors @ vectors[rows].T
    within = np.arange(rows.stop - rows.start)
    itself, mine = (within + rows.start, within), (owners[rows], within)
    similarities[itself] = _NEVER
    nearest = np.maximum.reduceat(similarities, starts)
    if fusion is TemplateFusion.BEST:
        return nearest, nearest
    similarities[itself] = 0
    sums = np.add.reduceat(similarities, starts)
    means = np.asarray(sums / lengths[:, None], np.float32)
    # Squared length of the person's sum without the probe p: |s - p|² = |s|² - 2 s·p + 1, where s·p is `sums` + 1.
    without = lengths[owners[rows]] ** 2 - 2 * sums[mine] - 1
    means[mine] = sums[mine] / np.sqrt(np.maximum(without, MIN_LENGTH**2))
    return nearest, np.where(nearest > _NEVER, blend(nearest, means), _NEVER)


class _TailCollector:
    """Collects the highest similarities in bounded memory."""

    def __init__(self) -> None:
        self._floor = np.float32(-1.5)
        self._parts: list[tuple[Indices, Indices, Floats]] = []
        self._count = 0

    def add(self, similarities: Floats, probes: Indices) -> None:
        """Add a block.

        Args:
            similarities: (people, templates).
            probes: (templates,), index of each template's person.
        """
        claimed, columns = np.nonzero(similarities >= self._floor)
        self._parts.append((probes[columns], claimed, similarities[claimed, columns]))
        self._count += len(claimed)
        if self._count > 2 * TAIL:
            self._shrink()

    def kept(self) -> ImpostorTail:
        """The tail of all blocks."""
        if self._count > TAIL:
            self._shrink()
        probes, claimed, similarities = self._join()
        return ImpostorTail(probes, claimed, similarities, float(self._floor))

    def _shrink(self) -> None:
        probes, claimed, similarities = self._join()
        # Just above the first similarity that does not fit, so that of equal ones all are kept or none.
        self._floor = np.nextafter(np.partition(similarities, -TAIL - 1)[-TAIL - 1], np.float32(2))
        kept = similarities >= self._floor
        self._parts, self._count = [(probes[kept], claimed[kept], similarities[kept])], int(kept.sum())

    def _join(self) -> tuple[Indices, Indices, Floats]:
        nothing = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
        probes, claimed, similarities = zip(nothing, *self._parts, strict=True)
        return np.concatenate(probes), np.concatenate(claimed), np.concatenate(similarities)


class _ClosestPairCollector:
    """Collects the most similar pairs of people."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pairs = ClosestPairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))

    def add(self, similarities: Floats, starts: Indices, first_person: int) -> None:
        """Add a block.

        Args:
            similarities: (people, templates).
            starts: For each person of the block, the column of their first template.
            first_person: Index of the block's first person.
        """
        between = np.maximum.reduceat(similarities, starts, axis=1)
        # Each pair once: the earlier person is in the block, the later one anywhere.
        later = np.arange(len(similarities))[:, None] > first_person + np.arange(len(starts))
        second, first = np.nonzero(later & (between > _NEVER))
        found = between[second, first]
        joined = np.concatenate([self._pairs.similarities, found])
        best = np.argsort(-joined, kind="stable")[: self._count]
        self._pairs = ClosestPairs(
            np.concatenate([self._pairs.first, first + first_person])[best],
            np.concatenate([self._pairs.second, second])[best],
            joined[best],
        )

    def kept(self) -> ClosestPairs:
        """The closest pairs of all blocks."""
        return self._pairs
