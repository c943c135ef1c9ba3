"""The parts of a gallery: how changes come in as a small one, and how small ones become large ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.core.people import Person
from app.matching.indexed_shard import SHARD_TEMPLATES, make_shard
from app.matching.negative_templates import NegativeTemplates
from app.matching.shards import ExactShard, Indices, RemovedMask, Shard

GROWING_LIMIT = 4096
"""Templates that may have come since a part was made whole: comparing with them takes a tenth of a millisecond."""

_SMALL = SHARD_TEMPLATES // 2
"""Templates of a part that is made one with others when there is something to do anyway."""

_SPOILT, _SPOILT_FROM = 0.1, 1000
"""The share of a part's templates, and how many at least, that may belong to people who are gone from it."""


@dataclass(frozen=True, slots=True)
class TemplateBatch:
    """People with all their templates, on their way into a block.

    Attributes:
        people: Those with at least one template.
        vectors: (n, size), float32 or float16, unit length, sorted by person.
        owners: (n,), for each vector the place of its person, rising, every person present.
        marks: Faces that are not theirs.
    """

    people: tuple[Person, ...]
    vectors: NDArray[np.floating]
    owners: Indices
    marks: NegativeTemplates

    def only(self, people: NDArray[np.int64]) -> "TemplateBatch":
        """Some of them.

        Args:
            people: Their places, rising.
        """
        if len(people) == len(self.people):
            return self
        places = np.full(len(self.people), -1)
        places[people] = np.arange(len(people))
        owners, marked = places[self.owners], places[self.marks.owners]
        marks = NegativeTemplates(self.marks.anchors[marked >= 0], marked[marked >= 0])
        chosen = tuple(self.people[place] for place in people.tolist())
        return TemplateBatch(chosen, self.vectors[owners >= 0], owners[owners >= 0], marks)


@dataclass(frozen=True, slots=True)
class Segment:
    """A block, and who of it is still there.

    Attributes:
        block: Of people.
        gone: (people,): who has been erased, or stands in a later part with other templates.
        grows: Whether the next change is to come into this part.
    """

    block: Shard
    gone: RemovedMask
    is_growing: bool = False

    @classmethod
    def whole(cls, block: Shard, *, is_growing: bool = False) -> "Segment":
        """A block of which nobody is gone."""
        return cls(block, np.zeros(len(block.people), np.bool_), is_growing)

    @property
    def templates(self) -> int:
        """How many there are of those who are there."""
        return int((~self.gone[self.block.owners]).sum())

    @property
    def needs_compaction(self) -> bool:
        """Whether so many of its people are gone that it should be made anew."""
        passed_over = len(self.block.owners) - self.templates
        return passed_over > max(_SPOILT_FROM, _SPOILT * len(self.block.owners))

    @property
    def batch(self) -> TemplateBatch:
        """Those who are there."""
        block = self.block
        everybody = TemplateBatch(block.people, block.vectors, block.owners.astype(np.int64), block.marks)
        return everybody.only(np.flatnonzero(~self.gone))

    def without(self, ids: Iterable[str]) -> "Segment":
        """The same without some people, who need not be in it."""
        places = [self.block.places[one] for one in ids if one in self.block.places]
        if not places:
            return self
        gone = self.gone.copy()
        gone[places] = True
        return replace(self, gone=gone)


def apply_changes(parts: Sequence[Segment], gone: Iterable[str], new: TemplateBatch) -> list[Segment]:
    """Parts in which some people are no more, or are others than before.

    Args:
        parts: As they were.
        gone: Ids of those who are no more.
        new: Those who have come, or have changed, with all that they have now.
    """
    ids = {*gone, *(person.id for person in new.people)}
    left = [part.without(ids) for part in parts]
    growing = [left.pop().batch] if left and left[-1].is_growing else []
    batch = _concatenated([one for one in (*growing, new) if one.people])
    if batch is not None:
        block = ExactShard(batch.people, batch.vectors, batch.owners, batch.marks)
        left.append(Segment.whole(block, is_growing=True))
    return left


def segments_to_compact(parts: Sequence[Segment]) -> list[Segment]:
    """The parts that should be made one, or anew; none where all is well."""
    loose = any(part.is_growing and len(part.block.owners) > GROWING_LIMIT for part in parts)
    spoilt = max((part for part in parts if part.needs_compaction), key=_passed_over, default=None)
    if not loose and spoilt is None:
        return []
    return [part for part in parts if part is spoilt or part.templates < _SMALL]


def compact(parts: Sequence[Segment]) -> list[Segment]:
    """The same people in as few parts as may be. Takes about half a second for each of the largest.

    Args:
        parts: What `segments_to_compact` has given.
    """
    batch = _concatenated([part.batch for part in parts if not part.gone.all()])
    if batch is None:
        return []
    blocks = -(-len(batch.owners) // SHARD_TEMPLATES)
    return [
        Segment.whole(make_shard(some.people, some.vectors, some.owners, some.marks))
        for some in (batch.only(people) for people in np.array_split(np.arange(len(batch.people)), blocks))
    ]


def swap_compacted(parts: Sequence[Segment], old: Sequence[Segment], new: Sequence[Segment]) -> list[Segment]:
    """Parts in which some have been renewed, though people may have changed meanwhile.

    Args:
        parts: As they are now. Of those renewed none has grown since.
        old: Those that were renewed, as they were then.
        new: What has become of them.
    """
    now = {id(part.block): part.gone for part in parts}
    since = [
        part.block.people[place].id
        for part in old
        for place in np.flatnonzero(now.get(id(part.block), True) & ~part.gone).tolist()
    ]
    replaced = {id(part.block) for part in old}
    return [*(part.without(since) for part in new), *(part for part in parts if id(part.block) not in replaced)]


def _passed_over(part: Segment) -> int:
    return len(part.block.owners) - part.templates


def _concatenated(batches: Sequence[TemplateBatch]) -> TemplateBatch | None:
    """All of them as one; None where there is nobody. Nobody is in two of them."""
    if len(batches) < 2:
        return batches[0] if batches else None
    first = np.cumsum([0, *(len(batch.people) for batch in batches)])[:-1]
    marked = [
        (batch.marks.anchors, batch.marks.owners + start)
        for batch, start in zip(batches, first, strict=True)
        if len(batch.marks.owners)
    ]
    marks = (
        NegativeTemplates(np.concatenate([one for one, _ in marked]), np.concatenate([o for _, o in marked]))
        if marked
        else NegativeTemplates()
    )
    return TemplateBatch(
        tuple(person for batch in batches for person in batch.people),
        np.concatenate([batch.vectors for batch in batches]),
        np.concatenate([batch.owners + start for batch, start in zip(batches, first, strict=True)]),
        marks,
    )
