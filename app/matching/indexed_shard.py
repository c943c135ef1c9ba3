"""Many templates behind an index of short codes: it names candidates, which are then compared with the probe itself."""

from functools import cached_property
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Vector
from app.core.people import Person
from app.matching.negative_templates import NegativeTemplates
from app.matching.quantized_scan import VALUES_PER_CODE, QuantizedScan
from app.matching.shards import EXACT_UP_TO, ExactShard, Hits, Indices, RemovedMask, Shard, best_of_templates, cosines

SHARD_TEMPLATES = 131_072
"""Templates of the largest block: renewing one takes half a second and 150 MB, however large the gallery."""

CANDIDATES = 64
"""Templates of a block that are compared exactly. Of eight blocks it is as if 512 of a million were."""

_WIDENING_FACTOR = 8
"""By how much more are looked at where too few of them were of people who are still there."""


def make_shard(
    people: tuple[Person, ...], vectors: NDArray[np.floating], owners: Indices, marks: NegativeTemplates
) -> Shard:
    """A block that is searched as fits its size.

    Args:
        people: Those with at least one template.
        vectors: (n, size), unit length, sorted by person.
        owners: (n,), for each vector the place of its person, rising, every person present.
        marks: Faces that are not theirs.
    """
    if len(owners) <= EXACT_UP_TO or vectors.shape[1] % VALUES_PER_CODE or not has_index():
        return ExactShard(people, vectors, owners, marks)
    return IndexedShard(people, vectors, owners, marks)


def has_index() -> bool:
    """Whether the extra `index` is installed; without it every search is exact, and large galleries are slow."""
    return find_spec("faiss") is not None


class IndexedShard:
    """Scans short codes, and compares the best exactly.

    Kept are the codes and the templates in half precision, by which a cosine is off by less than 2e-4. See `Block`.

    Args:
        people: Those with at least one template.
        vectors: (n, size), unit length, sorted by person; size is even.
        owners: (n,), for each vector the place of its person, rising, every person present.
        marks: Faces that are not theirs.
    """

    def __init__(
        self, people: tuple[Person, ...], vectors: NDArray[np.floating], owners: Indices, marks: NegativeTemplates
    ) -> None:
        self.people = people
        self.owners = owners.astype(np.int32)
        self.marks = marks
        self.vectors: NDArray[np.floating] = vectors.astype(np.float16, copy=False)
        self._scan = QuantizedScan(self.vectors)

    @cached_property
    def places(self) -> dict[str, int]:
        """See `Block.places`."""
        return {person.id: place for place, person in enumerate(self.people)}

    def nearest(self, probe: Vector, count: int, gone: RemovedMask) -> Hits:
        """See `Block.nearest`."""
        passed_over = int(np.count_nonzero(gone))
        wanted = min(count, len(self.people) - passed_over)
        looked_at = max(2 * CANDIDATES if passed_over else CANDIDATES, count)
        while looked_at < len(self.owners):
            there = np.sort(self._scan.nearest(probe, looked_at))
            if passed_over:
                there = there[~gone[self.owners[there]]]
            found = self._compare(probe, there, count, gone)
            if len(there) >= CANDIDATES and len(found[0]) >= wanted:
                return found
            looked_at *= _WIDENING_FACTOR
        return self._compare(probe, np.arange(len(self.owners)), count, gone)

    def similarity(self, probe: Vector, place: int) -> float:
        """See `Block.similarity`."""
        first, last = np.searchsorted(self.owners, (place, place + 1))
        return float(cosines(self.vectors[first:last].astype(np.float32), probe).max())

    def _compare(self, probe: Vector, templates: Indices, count: int, gone: RemovedMask) -> Hits:
        similarities = cosines(self.vectors[templates].astype(np.float32), probe)
        return best_of_templates(self.owners[templates], similarities, count, gone)
