"""Making a large gallery of templates that come in any order, without ever holding them twice."""

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
"""Blocks that are made at the same time, each in one thread."""

_Chunk = tuple[Indices, NDArray[np.floating]]


class GalleryBuilder:
    """Collects templates, and makes a gallery of them.

    Args:
        model: That made them.
        people: Everybody who may have some.
        templates: About how many there will be.
    """

    def __init__(self, model: str, people: Sequence[Person], templates: int) -> None:
        self._model = model
        self._people = people
        self._blocks = 1 if templates <= EXACT_UP_TO else -(-templates // SHARD_TEMPLATES)
        self._kept_as = np.float32 if templates <= EXACT_UP_TO else np.float16
        self._bounds = np.linspace(0, len(people), self._blocks + 1).astype(np.int64)
        self._chunks: list[list[_Chunk]] = [[] for _ in range(self._blocks)]

    def add(self, owners: Indices, vectors: NDArray[np.float32]) -> None:
        """Take some templates.

        Args:
            owners: (k,), the place of each one's person.
            vectors: (k, size), unit length.
        """
        blocks = np.searchsorted(self._bounds, owners, side="right") - 1
        for block in np.unique(blocks).tolist():
            chosen = blocks == block
            self._chunks[block].append((owners[chosen] - self._bounds[block], vectors[chosen].astype(self._kept_as)))

    def gallery(
        self, anchors: NDArray[np.float32], anchor_owners: Indices, turning: NDArray[np.float32] | None = None
    ) -> Gallery:
        """All that was taken; to be asked once.

        Args:
            anchors: (m, size), unit length, sorted by person: faces that are not that person's.
            anchor_owners: (m,), the place of each one's person, rising.
            turning: By which all of them are turned; see `Gallery`.
        """
        with ThreadPoolExecutor(_WORKERS, "gallery-block") as pool:
            parts = pool.map(lambda block: self._part(block, anchors, anchor_owners), range(self._blocks))
            return Gallery(self._model, [part for part in parts if part is not None], turning)

    def _part(self, block: int, anchors: NDArray[np.float32], anchor_owners: Indices) -> Segment | None:
        chunks, self._chunks[block] = self._chunks[block], []
        if not chunks:
            return None
        owners = np.concatenate([one for one, _ in chunks])
        order = np.argsort(owners, kind="stable")
        vectors = np.concatenate([one for _, one in chunks])
        del chunks  # before they are there a third time
        vectors = vectors[order]
        trim_heap()
        first, last = self._bounds[block : block + 2]
        marked = (anchor_owners >= first) & (anchor_owners < last)
        marks = (
            NegativeTemplates(anchors[marked], anchor_owners[marked] - first) if marked.any() else NegativeTemplates()
        )
        everybody = TemplateBatch(tuple(self._people[first:last]), vectors, owners[order], marks)
        batch = everybody.only(np.unique(owners))
        return Segment.whole(make_shard(batch.people, batch.vectors, batch.owners, batch.marks))
