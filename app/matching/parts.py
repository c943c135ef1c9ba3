"""The parts of a gallery: how changes come in as a small one, and how small ones become large ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.core.people import Person
from app.matching.blocks import Block, ExactBlock, Gone, Places
from app.matching.indexed import BLOCK, make_block
from app.matching.marks import Marks

LOOSE_UP_TO = 4096
"""Templates that may have come since a part was made whole: comparing with them takes a tenth of a millisecond."""

_SMALL = BLOCK // 2
"""Templates of a part that is made one with others when there is something to do anyway."""

_SPOILT, _SPOILT_FROM = 0.1, 1000
"""The share of a part's templates, and how many at least, that may belong to people who are gone from it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """People with all their templates, on their way into a block.

    Attributes:
        people: Those with at least one template.
        vectors: (n, size), float32 or float16, unit length, sorted by person.
        owners: (n,), for each vector the place of its person, rising, every person present.
        marks: Faces that are not theirs.
    """

    people: tuple[Person, ...]
    vectors: NDArray[np.floating]
    owners: Places
    marks: Marks

    def only(self, people: NDArray[np.int64]) -> "Batch":
        """Some of them.

        Args:
            people: Their places, rising.
        """
        if len(people) == len(self.people):
            return self
        places = np.full(len(self.people), -1)
        places[people] = np.arange(len(people))
        owners, marked = places[self.owners], places[self.marks.owners]
        marks = Marks(self.marks.anchors[marked >= 0], marked[marked >= 0])
        chosen = tuple(self.people[place] for place in people.tolist())
        return Batch(chosen, self.vectors[owners >= 0], owners[owners >= 0], marks)


@dataclass(frozen=True, slots=True)
class Part:
    """A block, and who of it is still there.

    Attributes:
        block: Of people.
        gone: (people,): who has been erased, or stands in a later part with other templates.
        grows: Whether the next change is to come into this part.
    """

    block: Block
    gone: Gone
    grows: bool = False

    @classmethod
    def whole(cls, block: Block, *, grows: bool = False) -> "Part":
        """A block of which nobody is gone."""
        return cls(block, np.zeros(len(block.people), np.bool_), grows)

    @property
    def templates(self) -> int:
        """How many there are of those who are there."""
        return int((~self.gone[self.block.owners]).sum())

    @property
    def is_spoilt(self) -> bool:
        """Whether so many of its people are gone that it should be made anew."""
        passed_over = len(self.block.owners) - self.templates
        return passed_over > max(_SPOILT_FROM, _SPOILT * len(self.block.owners))

    @property
    def batch(self) -> Batch:
        """Those who are there."""
        block = self.block
        everybody = Batch(block.people, block.vectors, block.owners.astype(np.int64), block.marks)
        return everybody.only(np.flatnonzero(~self.gone))

    def without(self, ids: Iterable[str]) -> "Part":
        """The same without some people, who need not be in it."""
        places = [self.block.places[one] for one in ids if one in self.block.places]
        if not places:
            return self
        gone = self.gone.copy()
        gone[places] = True
        return replace(self, gone=gone)


def changed(parts: Sequence[Part], gone: Iterable[str], new: Batch) -> list[Part]:
    """Parts in which some people are no more, or are others than before.

    Args:
        parts: As they were.
        gone: Ids of those who are no more.
        new: Those who have come, or have changed, with all that they have now.
    """
    ids = {*gone, *(person.id for person in new.people)}
    left = [part.without(ids) for part in parts]
    growing = [left.pop().batch] if left and left[-1].grows else []
    batch = _joined([one for one in (*growing, new) if one.people])
    if batch is not None:
        block = ExactBlock(batch.people, batch.vectors, batch.owners, batch.marks)
        left.append(Part.whole(block, grows=True))
    return left


def to_be_renewed(parts: Sequence[Part]) -> list[Part]:
    """The parts that should be made one, or anew; none where all is well."""
    loose = any(part.grows and len(part.block.owners) > LOOSE_UP_TO for part in parts)
    spoilt = max((part for part in parts if part.is_spoilt), key=_passed_over, default=None)
    if not loose and spoilt is None:
        return []
    return [part for part in parts if part is spoilt or part.templates < _SMALL]


def renewed(parts: Sequence[Part]) -> list[Part]:
    """The same people in as few parts as may be. Takes about half a second for each of the largest.

    Args:
        parts: What `to_be_renewed` has given.
    """
    batch = _joined([part.batch for part in parts if not part.gone.all()])
    if batch is None:
        return []
    blocks = -(-len(batch.owners) // BLOCK)
    return [
        Part.whole(make_block(some.people, some.vectors, some.owners, some.marks))
        for some in (batch.only(people) for people in np.array_split(np.arange(len(batch.people)), blocks))
    ]


def put_in_place(parts: Sequence[Part], old: Sequence[Part], new: Sequence[Part]) -> list[Part]:
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


def _passed_over(part: Part) -> int:
    return len(part.block.owners) - part.templates


def _joined(batches: Sequence[Batch]) -> Batch | None:
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
        Marks(np.concatenate([one for one, _ in marked]), np.concatenate([o for _, o in marked])) if marked else Marks()
    )
    return Batch(
        tuple(person for batch in batches for person in batch.people),
        np.concatenate([batch.vectors for batch in batches]),
        np.concatenate([batch.owners + start for batch, start in zip(batches, first, strict=True)]),
        marks,
    )
