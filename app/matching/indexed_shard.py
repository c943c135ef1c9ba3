"""A shard behind an index of short codes, which selects candidates that are then compared exactly."""

from functools import cached_property
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Vector
from app.core.match_decision import TemplateFusion
from app.core.people import Person
from app.matching.fusion import fuse, sum_lengths
from app.matching.negative_templates import NegativeTemplates
from app.matching.quantized_scan import VALUES_PER_CODE, QuantizedScan
from app.matching.shards import EXACT_UP_TO, FIRST, ExactShard, Hits, Indices, RemovedMask, Shard, cosines, most_similar

SHARD_TEMPLATES = 131_072
"""Templates of the largest shard: building one takes half a second and 150 MB, however large the gallery."""

CANDIDATES = 64
"""Templates of a shard that are compared exactly: 512 of a million in eight shards."""

_WIDENING_FACTOR = 8
"""Factor by which the number of candidates grows if too few of them belong to people who are not removed."""


def make_shard(
    people: tuple[Person, ...], vectors: NDArray[np.floating], owners: Indices, negatives: NegativeTemplates
) -> Shard:
    """A shard that is searched in the way that fits its size.

    Args:
        people: People with at least one template.
        vectors: (n, size), unit length, sorted by person.
        owners: (n,), for each vector the index of its person, rising, every person present.
        negatives: Their negative templates.
    """
    if len(owners) <= EXACT_UP_TO or vectors.shape[1] % VALUES_PER_CODE or not has_index():
        return ExactShard(people, vectors, owners, negatives)
    return IndexedShard(people, vectors, owners, negatives)


def has_index() -> bool:
    """Whether the extra `index` is installed; without it every search is exact, and large galleries are slow."""
    return find_spec("faiss") is not None


class IndexedShard:
    """A `Shard` that scans short codes and compares the best candidates exactly, with all their templates.

    It stores the codes, and the templates in half precision, which changes a cosine by less than 2e-4.

    Args:
        people: People with at least one template.
        vectors: (n, size), unit length, sorted by person; size is even.
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
        self.owners = owners.astype(np.int32)
        self.negatives = negatives
        self.vectors: NDArray[np.floating] = vectors.astype(np.float16, copy=False)
        self._starts = np.searchsorted(owners, np.arange(len(people) + 1))
        self._lengths = sum_lengths(self.vectors, self._starts[:-1])
        self._scan = QuantizedScan(self.vectors)

    @cached_property
    def index_by_id(self) -> dict[str, int]:
        """See `Shard.index_by_id`."""
        return {person.id: index for index, person in enumerate(self.people)}

    def nearest(self, probe: Vector, count: int, removed: RemovedMask, fusion: TemplateFusion) -> Hits:
        """See `Shard.nearest`."""
        skipped = int(np.count_nonzero(removed))
        wanted = min(count, len(self.people) - skipped)
        candidates = max(2 * CANDIDATES if skipped else CANDIDATES, count)
        while candidates < len(self.owners):
            owners = self.owners[self._scan.nearest(probe, candidates)]
            people = np.unique(owners).astype(np.int64)
            found = self._compare(probe, people, count, removed, fusion)
            if np.count_nonzero(~removed[owners]) >= CANDIDATES and len(found[0]) >= wanted:
                return found
            candidates *= _WIDENING_FACTOR
        return self._compare(probe, np.arange(len(self.people)), count, removed, fusion)

    def similarity(self, probe: Vector, index: int, fusion: TemplateFusion) -> float:
        """See `Shard.similarity`."""
        templates = self.vectors[self._starts[index] : self._starts[index + 1]].astype(np.float32)
        return float(fuse(cosines(templates, probe), FIRST, self._lengths[index : index + 1], fusion)[0])

    def _compare(
        self, probe: Vector, people: Indices, count: int, removed: RemovedMask, fusion: TemplateFusion
    ) -> Hits:
        """Compare the probe with all templates of some people."""
        people = people[~removed[people]]
        counts = self._starts[people + 1] - self._starts[people]
        starts = np.cumsum(counts) - counts
        templates = np.repeat(self._starts[people] - starts, counts) + np.arange(counts.sum())
        similarities = cosines(self.vectors[templates].astype(np.float32), probe)
        return most_similar(people, fuse(similarities, starts, self._lengths[people], fusion), count, removed)
