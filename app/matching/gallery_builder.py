"""Building a large gallery from templates that come in any order, without holding them in memory twice."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from app.core.people import Person
from app.core.process import trim_heap
from app.matching.gallery import Gallery
from app.matching.indexed_shard import SHARD_TEMPLATES, make_shard
from app.matching.negative_templates import NegativeTemplates
from app.matching.segments import Segment, TemplateBatch
from app.matching.shards import EXACT_UP_TO, Indices

_WORKERS = 2
"""Shards that are built at the same time, each in one thread."""

_Chunk = tuple[Indices, NDArray[np.floating]]


class GalleryBuilder:
    """Collects templates and builds a gallery of them.

    Args:
        model: The model of the templates.
        people: All people who may have templates.
        templates: The approximate number of templates.
    """

    def __init__(self, model: str, people: Sequence[Person], templates: int) -> None:
        self._model = model
        self._people = people
        self._shards = 1 if templates <= EXACT_UP_TO else -(-templates // SHARD_TEMPLATES)
        self._dtype = np.float32 if templates <= EXACT_UP_TO else np.float16
        self._bounds = np.linspace(0, len(people), self._shards + 1).astype(np.int64)
        self._chunks: list[list[_Chunk]] = [[] for _ in range(self._shards)]

    def add(self, owners: Indices, vectors: NDArray[np.float32]) -> None:
        """Add some templates.

        Args:
            owners: (k,), for each the index of its person.
            vectors: (k, size), unit length.
        """
        shards = np.searchsorted(self._bounds, owners, side="right") - 1
        for shard in np.unique(shards).tolist():
            chosen = shards == shard
            self._chunks[shard].append((owners[chosen] - self._bounds[shard], vectors[chosen].astype(self._dtype)))

    def gallery(
        self, anchors: NDArray[np.float32], anchor_owners: Indices, rotation: NDArray[np.float32] | None = None
    ) -> Gallery:
        """The gallery of all templates that were added; may be called once.

        Args:
            anchors: (m, size), unit length, sorted by person: negative templates.
            anchor_owners: (m,), for each the index of its person, rising.
            rotation: By which all vectors are rotated; see `Gallery`.
        """
        with ThreadPoolExecutor(_WORKERS, "gallery-shard") as pool:
            segments = pool.map(lambda shard: self._segment(shard, anchors, anchor_owners), range(self._shards))
            return Gallery(self._model, [segment for segment in segments if segment is not None], rotation)

    def _segment(self, shard: int, anchors: NDArray[np.float32], anchor_owners: Indices) -> Segment | None:
        chunks, self._chunks[shard] = self._chunks[shard], []
        if not chunks:
            return None
        owners = np.concatenate([one for one, _ in chunks])
        order = np.argsort(owners, kind="stable")
        vectors = np.concatenate([one for _, one in chunks])
        del chunks  # before sorting makes a third copy
        vectors = vectors[order]
        trim_heap()
        first, last = self._bounds[shard : shard + 2]
        own = (anchor_owners >= first) & (anchor_owners < last)
        negatives = NegativeTemplates(anchors[own], anchor_owners[own] - first) if own.any() else NegativeTemplates()
        batch = TemplateBatch(tuple(self._people[first:last]), vectors, owners[order], negatives)
        batch = batch.only(np.unique(owners))
        return Segment.full(make_shard(batch.people, batch.vectors, batch.owners, batch.negatives))
