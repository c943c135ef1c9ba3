"""Segments of a gallery: changes go into a small segment, and small segments are compacted into large ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.core.people import Person
from app.matching.indexed_shard import SHARD_TEMPLATES, make_shard
from app.matching.negative_templates import NegativeTemplates
from app.matching.shards import ExactShard, Indices, RemovedMask, Shard

GROWING_LIMIT = 4096
"""With more templates, the growing segment is compacted: comparing with this many takes 0.1 ms."""

_SMALL = SHARD_TEMPLATES // 2
"""Segments with fewer templates are merged whenever a compaction is due."""

_REMOVED_SHARE, _REMOVED_MIN = 0.1, 1000
"""A segment is compacted if more than this share of its templates, and more than this number, are of removed people."""


@dataclass(frozen=True, slots=True)
class TemplateBatch:
    """People with all their templates, as input of a shard.

    Attributes:
        people: People with at least one template.
        vectors: (n, size), float32 or float16, unit length, sorted by person.
        owners: (n,), for each vector the index of its person, rising, every person present.
        negatives: Their negative templates.
    """

    people: tuple[Person, ...]
    vectors: NDArray[np.floating]
    owners: Indices
    negatives: NegativeTemplates

    def only(self, people: NDArray[np.int64]) -> "TemplateBatch":
        """The batch of some of the people.

        Args:
            people: Their indices, rising.
        """
        if len(people) == len(self.people):
            return self
        new_index = np.full(len(self.people), -1)
        new_index[people] = np.arange(len(people))
        owners, anchor_owners = new_index[self.owners], new_index[self.negatives.owners]
        negatives = NegativeTemplates(self.negatives.anchors[anchor_owners >= 0], anchor_owners[anchor_owners >= 0])
        chosen = tuple(self.people[index] for index in people.tolist())
        return TemplateBatch(chosen, self.vectors[owners >= 0], owners[owners >= 0], negatives)


@dataclass(frozen=True, slots=True)
class Segment:
    """A shard, and which of its people were removed since it was built.

    Attributes:
        shard: The people and their templates.
        removed: (people,): who was deleted, or is in a later segment with other templates.
        is_growing: Whether the next change is merged into this segment.
    """

    shard: Shard
    removed: RemovedMask
    is_growing: bool = False

    @classmethod
    def full(cls, shard: Shard, *, is_growing: bool = False) -> "Segment":
        """A segment without removed people.

        Args:
            shard: The people and their templates.
            is_growing: See `Segment`.
        """
        return cls(shard, np.zeros(len(shard.people), np.bool_), is_growing)

    @property
    def templates(self) -> int:
        """The number of templates, without those of removed people."""
        return int((~self.removed[self.shard.owners]).sum())

    @property
    def removed_templates(self) -> int:
        """The number of templates of removed people."""
        return len(self.shard.owners) - self.templates

    @property
    def needs_compaction(self) -> bool:
        """Whether so many people were removed that the shard should be built again."""
        return self.removed_templates > max(_REMOVED_MIN, _REMOVED_SHARE * len(self.shard.owners))

    @property
    def batch(self) -> TemplateBatch:
        """The people who are not removed, with their templates."""
        shard = self.shard
        everyone = TemplateBatch(shard.people, shard.vectors, shard.owners.astype(np.int64), shard.negatives)
        return everyone.only(np.flatnonzero(~self.removed))

    def without(self, ids: Iterable[str]) -> "Segment":
        """The segment with some people removed; ids of people who are not in it are ignored."""
        indices = [self.shard.index_by_id[one] for one in ids if one in self.shard.index_by_id]
        if not indices:
            return self
        removed = self.removed.copy()
        removed[indices] = True
        return replace(self, removed=removed)


def apply_changes(segments: Sequence[Segment], removed: Iterable[str], new: TemplateBatch) -> list[Segment]:
    """The segments after some people were removed, added or changed.

    Args:
        segments: The segments before.
        removed: Ids of people who were removed.
        new: People who were added or changed, with all their templates; they go into the growing segment.
    """
    ids = {*removed, *(person.id for person in new.people)}
    left = [segment.without(ids) for segment in segments]
    growing = [left.pop().batch] if left and left[-1].is_growing else []
    batch = _concatenate([one for one in (*growing, new) if one.people])
    if batch is not None:
        shard = ExactShard(batch.people, batch.vectors, batch.owners, batch.negatives)
        left.append(Segment.full(shard, is_growing=True))
    return left


def segments_to_compact(segments: Sequence[Segment]) -> list[Segment]:
    """The segments that should be compacted; empty if no compaction is due."""
    is_full = any(segment.is_growing and len(segment.shard.owners) > GROWING_LIMIT for segment in segments)
    sparse = max(
        (segment for segment in segments if segment.needs_compaction),
        key=lambda segment: segment.removed_templates,
        default=None,
    )
    if not is_full and sparse is None:
        return []
    return [segment for segment in segments if segment is sparse or segment.templates < _SMALL]


def compact(segments: Sequence[Segment]) -> list[Segment]:
    """The same people in as few segments as possible. Takes about half a second for each of the largest.

    Args:
        segments: From `segments_to_compact`.
    """
    batch = _concatenate([segment.batch for segment in segments if not segment.removed.all()])
    if batch is None:
        return []
    shards = -(-len(batch.owners) // SHARD_TEMPLATES)
    return [
        Segment.full(make_shard(some.people, some.vectors, some.owners, some.negatives))
        for some in (batch.only(people) for people in np.array_split(np.arange(len(batch.people)), shards))
    ]


def swap_compacted(segments: Sequence[Segment], old: Sequence[Segment], new: Sequence[Segment]) -> list[Segment]:
    """The segments with some replaced by compacted ones, though people may have changed in the meantime.

    Args:
        segments: The segments now. None of those that were compacted has grown since.
        old: Those that were compacted, as they were then.
        new: The result of the compaction.
    """
    now = {id(segment.shard): segment.removed for segment in segments}
    removed_since = [
        segment.shard.people[index].id
        for segment in old
        for index in np.flatnonzero(now.get(id(segment.shard), True) & ~segment.removed).tolist()
    ]
    replaced = {id(segment.shard) for segment in old}
    kept = (segment for segment in segments if id(segment.shard) not in replaced)
    return [*(segment.without(removed_since) for segment in new), *kept]


def _concatenate(batches: Sequence[TemplateBatch]) -> TemplateBatch | None:
    """All batches as one; None if there is none. No person is in two of them."""
    if len(batches) < 2:
        return batches[0] if batches else None
    first = np.cumsum([0, *(len(batch.people) for batch in batches)])[:-1]
    with_negatives = [
        (batch.negatives.anchors, batch.negatives.owners + start)
        for batch, start in zip(batches, first, strict=True)
        if len(batch.negatives.owners)
    ]
    negatives = NegativeTemplates()
    if with_negatives:
        anchors, owners = zip(*with_negatives, strict=True)
        negatives = NegativeTemplates(np.concatenate(anchors), np.concatenate(owners))
    return TemplateBatch(
        tuple(person for batch in batches for person in batch.people),
        np.concatenate([batch.vectors for batch in batches]),
        np.concatenate([batch.owners + start for batch, start in zip(batches, first, strict=True)]),
        negatives,
    )
