"""Some people with all their templates, frozen, and how they are searched: exactly, or by an index and then exactly."""

from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Vector
from app.core.people import Person
from app.matching.negative_templates import NegativeTemplates

EXACT_UP_TO = 20_000
"""Templates that are compared one by one (docs/decisions/0027): about as long as the smallest index takes."""

Indices = NDArray[np.int64]
Hits = tuple[Indices, NDArray[np.float32]]
"""People by their place in a block, and the cosine to each one's nearest template; the most similar first."""

RemovedMask = NDArray[np.bool_]
"""For each person of a block, whether they are to be passed over."""


class Shard(Protocol):
    """People with all their templates. It never changes, and is searched by several threads at once.

    Attributes:
        people: Sorted as they came.
        vectors: (n, size), float32 or float16: the templates, sorted by person.
        owners: (n,), rising: for each template the place of its person.
        marks: Faces that are not theirs.
    """

    people: tuple[Person, ...]
    vectors: NDArray[np.floating]
    owners: NDArray[np.int32]
    marks: NegativeTemplates

    @property
    def places(self) -> dict[str, int]:
        """Where somebody stands, by their id."""
        ...

    def nearest(self, probe: Vector, count: int, gone: RemovedMask) -> Hits:
        """The most similar people; of equally similar ones, the first in the block.

        Args:
            probe: (size,).
            count: How many at most.
            gone: (people,): whom to pass over.
        """
        ...

    def similarity(self, probe: Vector, place: int) -> float:
        """Cosine of a probe to somebody's nearest template."""
        ...


class ExactShard:
    """Compares with every template. See `Block`.

    Args:
        people: Those with at least one template.
        vectors: (n, size), unit length, sorted by person.
        owners: (n,), for each vector the place of its person, rising, every person present.
        marks: Faces that are not theirs.
    """

    def __init__(
        self, people: tuple[Person, ...], vectors: NDArray[np.floating], owners: Indices, marks: NegativeTemplates
    ) -> None:
        self.people = people
        self.vectors: NDArray[np.floating] = np.ascontiguousarray(vectors, np.float32)
        self.owners = owners.astype(np.int32)
        self.marks = marks
        self._starts = np.searchsorted(owners, np.arange(len(people)))

    @cached_property
    def places(self) -> dict[str, int]:
        """See `Block.places`."""
        return {person.id: place for place, person in enumerate(self.people)}

    def nearest(self, probe: Vector, count: int, gone: RemovedMask) -> Hits:
        """See `Block.nearest`."""
        similarities = np.maximum.reduceat(cosines(self.vectors, probe), self._starts)
        return _best(np.arange(len(self.people)), similarities, count, gone)

    def similarity(self, probe: Vector, place: int) -> float:
        """See `Block.similarity`."""
        first, last = np.searchsorted(self.owners, (place, place + 1))
        return float(cosines(self.vectors[first:last], probe).max())


def cosines(vectors: NDArray[np.float32], probe: Vector) -> NDArray[np.float32]:
    """Those of many vectors to a probe, in this thread alone.

    A product of matrix and vector would be shared out among the cores, whose threads wait for one another: half as
    long where nothing else is done, a hundred times as long beside a camera and networks on two cores.

    Args:
        vectors: (n, size), unit length.
        probe: (size,), unit length.
    """
    found: NDArray[np.float32] = np.vecdot(vectors, probe)
    return found


def _best(places: Indices, similarities: NDArray[np.float32], count: int, gone: RemovedMask) -> Hits:
    """The best of some people, of whom each is there once."""
    if gone.any():
        left = ~gone[places]
        places, similarities = places[left], similarities[left]
    count = min(count, len(places))
    least = np.partition(similarities, -count)[-count] if count else np.inf
    best = np.flatnonzero(~(similarities < least))  # so put, NaN is found, and then judged to be no match
    ranked = best[np.argsort(-similarities[best], kind="stable")][:count]
    return places[ranked], similarities[ranked]


def best_of_templates(
    owners: NDArray[np.int32], similarities: NDArray[np.float32], count: int, gone: RemovedMask
) -> Hits:
    """The best people, given some templates.

    Args:
        owners: (k,), rising: for each template the place of its person.
        similarities: (k,), of the templates.
        count: How many at most.
        gone: Whom to pass over.
    """
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    highest = np.maximum.reduceat(similarities, starts) if len(starts) else similarities
    return _best(owners[starts].astype(np.int64), highest, count, gone)
