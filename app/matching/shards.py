"""Shards: immutable sets of people with all their templates, searched exactly or through an index."""

from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Vector
from app.core.match_decision import TemplateFusion
from app.core.people import Person
from app.matching.fusion import fuse, sum_lengths
from app.matching.negative_templates import NegativeTemplates

EXACT_UP_TO = 20_000
"""Templates that are compared one by one (`docs/decisions/0027-large-gallery-search.md`): about as fast as the smallest
index."""

Indices = NDArray[np.int64]
Hits = tuple[Indices, NDArray[np.float32]]
"""People by their index in a shard, and the comparison score of each one; the most similar first."""

FIRST = np.zeros(1, np.int64)
"""The start of the templates of one person alone."""

RemovedMask = NDArray[np.bool_]
"""For each person of a shard, whether the search skips them."""


class Shard(Protocol):
    """People with all their templates. Immutable, and searched by several threads at the same time.

    Attributes:
        people: In the order in which they were given.
        vectors: (n, size), float32 or float16: the templates, sorted by person.
        owners: (n,), rising: for each template the index of its person.
        negatives: Their negative templates.
    """

    people: tuple[Person, ...]
    vectors: NDArray[np.floating]
    owners: NDArray[np.int32]
    negatives: NegativeTemplates

    @property
    def index_by_id(self) -> dict[str, int]:
        """The index of each person, by their id."""
        ...

    def nearest(self, probe: Vector, count: int, removed: RemovedMask, fusion: TemplateFusion) -> Hits:
        """The most similar people; of equally similar ones, the first in the shard.

        Args:
            probe: (size,), unit length.
            count: The most people to return.
            removed: (people,): whom to skip.
            fusion: The comparison score.
        """
        ...

    def similarity(self, probe: Vector, index: int, fusion: TemplateFusion) -> float:
        """The comparison score of a probe and a person.

        Args:
            probe: (size,), unit length.
            index: The person.
            fusion: The comparison score.
        """
        ...


class ExactShard:
    """A `Shard` that compares a probe with every template.

    Args:
        people: People with at least one template.
        vectors: (n, size), unit length, sorted by person.
        owners: (n,), for each vector the index of its person, rising, every person present.
        negatives: Their negative templates.
    """

    def __init__(
        self,
        people: tuple[Person, ...],
        vectors: NDArray[np.floating],
        owners: Indices,
        negatives: NegativeTemplates,
    ) -> None:
        self.people = people
        self.vectors: NDArray[np.floating] = np.ascontiguousarray(vectors, np.float32)
        self.owners = owners.astype(np.int32)
        self.negatives = negatives
        self._starts = np.searchsorted(owners, np.arange(len(people)))
        self._lengths = sum_lengths(self.vectors, self._starts)

    @cached_property
    def index_by_id(self) -> dict[str, int]:
        """See `Shard.index_by_id`."""
        return {person.id: index for index, person in enumerate(self.people)}

    def nearest(self, probe: Vector, count: int, removed: RemovedMask, fusion: TemplateFusion) -> Hits:
        """See `Shard.nearest`."""
        similarities = fuse(cosines(self.vectors, probe), self._starts, self._lengths, fusion)
        return most_similar(np.arange(len(self.people)), similarities, count, removed)

    def similarity(self, probe: Vector, index: int, fusion: TemplateFusion) -> float:
        """See `Shard.similarity`."""
        first, last = np.searchsorted(self.owners, (index, index + 1))
        similarities = cosines(self.vectors[first:last], probe)
        return float(fuse(similarities, FIRST, self._lengths[index : index + 1], fusion)[0])


def cosines(vectors: NDArray[np.float32], probe: Vector) -> NDArray[np.float32]:
    """The cosines of vectors to a probe, computed in this thread alone.

    BLAS would divide a matrix-vector product among the cores, and its threads would wait for each other: half the time
    on an idle machine, but a hundred times as long beside a camera and networks on two cores.

    Args:
        vectors: (n, size), unit length.
        probe: (size,), unit length.

    Returns:
        (n,).
    """
    found: NDArray[np.float32] = np.vecdot(vectors, probe)
    return found


def most_similar(people: Indices, similarities: NDArray[np.float32], count: int, removed: RemovedMask) -> Hits:
    """The most similar of some people.

    Args:
        people: Each once, rising.
        similarities: Their comparison scores.
        count: The most people to return.
        removed: (people,): whom to skip.
    """
    if removed.any():
        left = ~removed[people]
        people, similarities = people[left], similarities[left]
    count = min(count, len(people))
    least = np.partition(similarities, -count)[-count] if count else np.inf
    best = np.flatnonzero(~(similarities < least))  # not `>=`, so that NaN is found, and then decided to be no match
    ranked = best[np.argsort(-similarities[best], kind="stable")][:count]
    return people[ranked], similarities[ranked]
