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
from app.matching.shards import EXACT_UP_TO, ExactShard, Hits, Indices, RemovedMask, Shard, cosines, most_similar

SHARD_TEMPLATES = 131_072
"""Templates of the largest shard: building one takes half a second and 150 MB, however large the gallery."""

CANDIDATES = 64
"""Templates of a shard that are compared exactly: 512 of a million in eight shards."""

_SCORED_PER_RESULT = 8
"""People with the nearest templates who are scored by all their templates, for each person to return."""

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
            templates = np.sort(self._scan.nearest(probe, candidates))
            if skipped:
                templates = templates[~removed[self.owners[templates]]]
            found = self._compare(probe, templates, count, removed, fusion)
            if len(templates) >= CANDIDATES and len(found[0]) >= wanted:
                return found
            candidates *= _WIDENING_FACTOR
        return self._compare(probe, np.arange(len(self.owners)), count, removed, fusion)

    def similarity(self, probe: Vector, index: int, fusion: TemplateFusion) -> float:
        """See `Shard.similarity`."""
        return float(self._scores(probe, np.array([index]), fusion)[0])

    def _compare(
        self, probe: Vector, templates: Indices, count: int, removed: RemovedMask, fusion: TemplateFusion
    ) -> Hits:
        """The most similar people among the owners of some templates, rising."""
        owners = self.owners[templates]
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        people = owners[starts].astype(np.int64)
        cosine = cosines(self.vectors[templates].astype(np.float32), probe)
        nearest = fuse(cosine, starts, self._lengths[people], TemplateFusion.BEST)
        if fusion is TemplateFusion.BEST:
            return most_similar(people, nearest, count, removed)
        people = np.sort(most_similar(people, nearest, _SCORED_PER_RESULT * count, removed)[0])
        return most_similar(people, self._scores(probe, people, fusion), count, removed)

    def _scores(self, probe: Vector, people: Indices, fusion: TemplateFusion) -> NDArray[np.float32]:
        """The comparison scores of some people, by all their templates."""
        counts = self._starts[people + 1] - self._starts[people]
        starts = np.cumsum(counts) - counts
        templates = np.repeat(self._starts[people] - starts, counts) + np.arange(counts.sum())
        cosine = cosines(self.vectors[templates].astype(np.float32), probe)
        return fuse(cosine, starts, self._lengths[people], fusion)
