"""Everybody enrolled compared with everybody, as matching would do it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching.histogram import BINS, Histogram, bin_counts

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]

_CELLS = 1 << 23
"""Similarities held at once: 32 MB."""

TAIL = 1_000_000
"""The impostor comparisons kept one by one; of the others only the histogram is."""

_NEVER = np.float32(-2)
"""Below every similarity: a template is not compared with itself, nor counted as an impostor of its own person."""


@dataclass(frozen=True, slots=True)
class ImpostorTail:
    """The most similar impostor comparisons, in no order.

    Attributes:
        probes: (k,), whose template was compared.
        claimed: (k,), with whose.
        similarities: (k,), -1 to 1.
        floor: Every comparison at least as similar as this is among them.
    """

    probes: Indices
    claimed: Indices
    similarities: Floats
    floor: float


@dataclass(frozen=True, slots=True)
class ClosestPairs:
    """The most similar pairs of people, most similar first.

    Attributes:
        first: (k,), a person.
        second: (k,), another, later in the gallery.
        similarities: (k,), of their two most similar templates.
    """

    first: Indices
    second: Indices
    similarities: Floats


@dataclass(frozen=True, slots=True)
class CrossComparison:
    """What came of it.

    Each template is a probe that is compared with people, and its similarity to a person is that to the person's
    nearest template: this is how matching decides. With its own person it is compared as if it were not enrolled
    itself (leave-one-out), which takes another template.

    Templates taken in one sitting are more alike than pictures of another day: the genuine similarities of such a
    gallery promise too much.

    Attributes:
        owners: (n,), for each template the place of its person, rising.
        own: (n,), each template's similarity to its own person; NaN where the person has no other template.
        genuine: The numbers of `own` that are not NaN.
        impostor: Each template with each other person.
        tail: The most similar of these.
        closest: Pairs of people.
    """

    owners: Indices
    own: Floats
    genuine: Histogram
    impostor: Histogram
    tail: ImpostorTail
    closest: ClosestPairs

    @property
    def people(self) -> int:
        """How many there are."""
        return int(self.owners[-1]) + 1 if len(self.owners) else 0

    @property
    def templates(self) -> Indices:
        """(people,): how many templates each has."""
        return np.bincount(self.owners, minlength=self.people)


def cross_compare(
    vectors: Floats, owners: Indices, progress: Callable[[float], None] = lambda _: None, *, pairs: int = 50
) -> CrossComparison:
    """Compare each template with each person, in blocks: 100,000 templates take 100 MB beside themselves.

    Args:
        vectors: (n, size), unit length, sorted by person.
        owners: (n,), for each the place of its person, rising by at most one from 0.
        progress: Called with the share done, 0 to 1, after each block; what it raises ends the comparison.
        pairs: How many pairs of people to keep.
    """
    starts = np.searchsorted(owners, np.arange(owners[-1] + 1 if len(owners) else 0))
    own = np.empty(len(owners), np.float32)
    impostor, tail, closest = np.zeros(BINS, np.int64), _TailCollector(), _ClosestPairCollector(pairs)
    for people in _blocks(starts, len(owners)):
        rows = slice(starts[people.start], len(owners) if people.stop == len(starts) else starts[people.stop])
        similarities, own[rows] = _block(vectors, owners, starts, rows)
        others = similarities > _NEVER
        impostor += bin_counts(similarities[others])
        tail.add(similarities, owners[rows])
        closest.add(similarities, starts[people] - rows.start, people.start)
        progress(rows.stop / len(owners))
    own[own <= _NEVER] = np.nan
    return CrossComparison(
        owners, own, Histogram.of(own[~np.isnan(own)]), Histogram(impostor), tail.kept(), closest.kept()
    )


def _blocks(starts: Indices, templates: int) -> Iterator[slice]:
    """People whose templates are compared together: as many as memory allows, at least one."""
    first, ends = 0, np.append(starts[1:], templates)
    while first < len(starts):
        fitting = int(np.searchsorted(ends, starts[first] + _CELLS // templates, side="right"))
        yield slice(first, max(fitting, first + 1))
        first = max(fitting, first + 1)


def _block(vectors: Floats, owners: Indices, starts: Indices, rows: slice) -> tuple[Floats, Floats]:
    """Similarities of templates to people, (people, templates), those to their own person put aside."""
    similarities = vectors @ vectors[rows].T
    within = np.arange(rows.stop - rows.start)
    similarities[within + rows.start, within] = _NEVER
    by_person = np.maximum.reduceat(similarities, starts)
    own = by_person[owners[rows], within]
    by_person[owners[rows], within] = _NEVER
    return by_person, own


class _TailCollector:
    """Keeps the highest of many similarities in bounded memory."""

    def __init__(self) -> None:
        self._floor = np.float32(-1.5)
        self._parts: list[tuple[Indices, Indices, Floats]] = []
        self._count = 0

    def add(self, similarities: Floats, probes: Indices) -> None:
        """Take those of a block: (people, templates), and whose templates they are."""
        claimed, columns = np.nonzero(similarities >= self._floor)
        self._parts.append((probes[columns], claimed, similarities[claimed, columns]))
        self._count += len(claimed)
        if self._count > 2 * TAIL:
            self._shrink()

    def kept(self) -> ImpostorTail:
        """All that was kept."""
        if self._count > TAIL:
            self._shrink()
        probes, claimed, similarities = self._joined()
        return ImpostorTail(probes, claimed, similarities, float(self._floor))

    def _shrink(self) -> None:
        probes, claimed, similarities = self._joined()
        # Above the first that does not fit, so that of equals all are kept or none.
        self._floor = np.nextafter(np.partition(similarities, -TAIL - 1)[-TAIL - 1], np.float32(2))
        kept = similarities >= self._floor
        self._parts, self._count = [(probes[kept], claimed[kept], similarities[kept])], int(kept.sum())

    def _joined(self) -> tuple[Indices, Indices, Floats]:
        nothing = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
        probes, claimed, similarities = zip(nothing, *self._parts, strict=True)
        return np.concatenate(probes), np.concatenate(claimed), np.concatenate(similarities)


class _ClosestPairCollector:
    """Keeps the most similar pairs of people."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pairs = ClosestPairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))

    def add(self, similarities: Floats, starts: Indices, first_person: int) -> None:
        """Take those of a block: (people, templates), where each person's templates start, and who is first."""
        between = np.maximum.reduceat(similarities, starts, axis=1)
        # Each pair once: as that of the earlier person in the block with the later one anywhere.
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
        """All that was kept."""
        return self._pairs
