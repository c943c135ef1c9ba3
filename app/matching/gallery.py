"""The enrolled people, and who among them a probe is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Embedding, Vector
from app.core.match_decision import Match, NegativeMatch, Verdict
from app.core.people import Person
from app.matching.indexed_shard import make_shard
from app.matching.negative_templates import ROUNDING, NegativeTemplates
from app.matching.segments import Segment, TemplateBatch, apply_changes, swap_compacted
from app.matching.threshold import FmrCurve


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone a probe resembles.

    Attributes:
        person: Who.
        similarity: Cosine to the person's nearest template.
    """

    person: Person
    similarity: float


@dataclass(frozen=True, slots=True)
class MatchRule:
    """When a candidate is accepted.

    Attributes:
        threshold: The similarity needed.
        min_margin: How far the next person must be behind.
        curve: Tells what a similarity means.
    """

    threshold: float
    min_margin: float
    curve: FmrCurve


@dataclass(frozen=True, slots=True)
class _Hit:
    """A person as a probe sees them.

    Attributes:
        part: Where they stand.
        place: In it.
        similarity: Cosine to their nearest template.
    """

    part: int
    place: int
    similarity: float


_Marked = Sequence[dict[int, float]]
"""By part and place: cosine to the nearest face that is not that person's."""


class Gallery:
    """A frozen picture of all templates of one model; replaced as a whole when the store changes.

    Args:
        model: The templates' model.
        parts: Of people, each of whom is there once.
        turning: (size, size), float32, orthogonal: vectors and anchors are turned by it, and a probe is before it is
            compared; None where nothing is turned.
    """

    def __init__(self, model: str, parts: Sequence[Segment] = (), turning: NDArray[np.float32] | None = None) -> None:
        self.model = model
        self.turning = turning
        self._turned = None if turning is None else np.ascontiguousarray(turning.T)
        self.parts = tuple(part for part in parts if not part.gone.all())

    def changed(self, gone: Iterable[str], new: TemplateBatch) -> "Gallery":
        """The gallery after some people have gone, come, or changed.

        Args:
            gone: Ids of those who are no more, if they ever were.
            new: The others, with all that they have now.
        """
        return Gallery(self.model, apply_changes(self.parts, gone, new), self.turning)

    def finished(self) -> "Gallery":
        """The same, whose next change opens a new part, so that those there are can be renewed meanwhile."""
        return Gallery(self.model, [replace(part, is_growing=False) for part in self.parts], self.turning)

    def renewed(self, old: Sequence[Segment], new: Sequence[Segment]) -> "Gallery":
        """The same with some parts renewed; people may have changed since that was begun.

        Args:
            old: Those that were renewed, as they were when it was begun and the gallery was `finished`.
            new: What has become of them.
        """
        return Gallery(self.model, swap_compacted(self.parts, old, new), self.turning)

    @classmethod
    def of(
        cls,
        model: str,
        people: Sequence[Person],
        vectors: NDArray[np.floating],
        owners: NDArray[np.int64],
        anchors: NDArray[np.float32] | None = None,
        anchor_owners: NDArray[np.int64] | None = None,
        turning: NDArray[np.float32] | None = None,
    ) -> "Gallery":
        """A gallery of one part.

        Args:
            model: The templates' model.
            people: Those with at least one template.
            vectors: (n, size), unit length, sorted by person.
            owners: (n,), for each vector the index into `people`, rising, every person present.
            anchors: (m, size), float32, unit length, sorted by person: faces that are not that person's.
            anchor_owners: (m,), for each anchor the index into `people`, rising.
            turning: See `Gallery`.

        Raises:
            ValueError: The arrays do not belong together.
        """
        if len(vectors) != len(owners) or not np.array_equal(np.unique(owners), np.arange(len(people))):
            raise ValueError("every person needs a vector, and every vector a person")
        if np.any(np.diff(owners) < 0):
            raise ValueError("vectors must be sorted by person")
        marks = NegativeTemplates(anchors, anchor_owners)
        parts = [Segment.whole(make_shard(tuple(people), vectors, owners, marks))] if people else []
        return cls(model, parts, turning)

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """Everybody in it."""
        return tuple(
            person
            for part in self.parts
            for person, gone in zip(part.block.people, part.gone.tolist(), strict=True)
            if not gone
        )

    @cached_property
    def templates(self) -> int:
        """How many vectors it holds, of those who are there."""
        return sum(part.templates for part in self.parts)

    def search(self, probe: Embedding, count: int = 2) -> list[Candidate]:
        """The most similar people, best first; of equally similar ones, the first in the gallery.

        Args:
            probe: Of the gallery's model.
            count: How many at most.

        Raises:
            ValueError: The probe is of another model.
        """
        return [self._candidate(seen) for seen in self._nearest(self._vector(probe), count)]

    def identify(self, probe: Embedding, rule: MatchRule) -> Match:
        """Who the probe is, if anyone (1:N)."""
        vector = self._vector(probe)
        marked = [part.block.marks.nearest_by_person(vector) for part in self.parts]
        seen, out = self._two_nearest(vector, marked)
        out += self._marked_like(vector, marked, rule.threshold - ROUNDING)
        if not out:
            return decide([self._candidate(one) for one in seen], rule)
        nearest = self._ruled_out(min(out, key=_rank), marked)
        if seen:
            match = decide([self._candidate(one) for one in seen], rule)
        else:
            match = _match(Verdict.NO_MATCH, Candidate(nearest.person, nearest.similarity), None, rule)
        return replace(match, negative_match=nearest) if nearest.similarity >= rule.threshold else match

    def verify(self, probe: Embedding, person_id: str, rule: MatchRule) -> Match:
        """Whether the probe is this person (1:1).

        The threshold alone decides, unless the probe is more similar to a face that is marked as not this person's;
        the most similar other person is reported as the runner-up.

        Raises:
            KeyError: The person has no template of this model.
        """
        vector = self._vector(probe)
        number, place = self._find(person_id)
        block = self.parts[number].block
        seen = _Hit(number, place, block.similarity(vector, place))
        others = [one for one in self._nearest(vector, 2) if (one.part, one.place) != (number, place)]
        negative_match = _is_marked(seen, block.marks.nearest_by_person(vector))
        verdict = Verdict.MATCH if seen.similarity >= rule.threshold and not negative_match else Verdict.NO_MATCH
        match = _match(verdict, self._candidate(seen), others[0].similarity if others else None, rule)
        marked = [part.block.marks.nearest_by_person(vector) for part in self.parts]
        return replace(match, negative_match=self._ruled_out(seen, marked) if negative_match else None)

    def _vector(self, probe: Embedding) -> Vector:
        if probe.model != self.model:
            raise ValueError(f"a probe of {probe.model} cannot be compared with templates of {self.model}")
        return probe.vector if self._turned is None else np.vecdot(self._turned, probe.vector)

    def _find(self, person_id: str) -> tuple[int, int]:
        for number, part in enumerate(self.parts):
            place = part.block.places.get(person_id)
            if place is not None and not part.gone[place]:
                return number, place
        raise KeyError(person_id)

    def _nearest(self, probe: Vector, count: int) -> list[_Hit]:
        """The most similar people of all parts, best first."""
        found = [part.block.nearest(probe, count, part.gone) for part in self.parts]
        seen = [
            _Hit(number, place, similarity)
            for number, (places, similarities) in enumerate(found)
            for place, similarity in zip(places.tolist(), similarities.tolist(), strict=True)
        ]
        return sorted(seen, key=_rank)[:count]

    def _two_nearest(self, probe: Vector, marked: _Marked) -> tuple[list[_Hit], list[_Hit]]:
        """The two most similar people who are not ruled out, and those met on the way who are."""
        count = 2
        while True:
            seen = self._nearest(probe, count)
            out = [one for one in seen if _is_marked(one, marked[one.part])]
            left = [one for one in seen if one not in out]
            if len(left) >= 2 or len(seen) < count:
                return left[:2], out
            count *= 4

    def _marked_like(self, probe: Vector, marked: _Marked, threshold: float) -> list[_Hit]:
        """The people who are ruled out by a face that the probe resembles so much."""
        return [
            seen
            for number, (part, nearest) in enumerate(zip(self.parts, marked, strict=True))
            for place, similarity in nearest.items()
            if similarity >= threshold and not part.gone[place]
            if _is_marked(seen := _Hit(number, place, part.block.similarity(probe, place)), nearest)
        ]

    def _candidate(self, seen: _Hit) -> Candidate:
        return Candidate(self.parts[seen.part].block.people[seen.place], seen.similarity)

    def _ruled_out(self, seen: _Hit, marked: _Marked) -> NegativeMatch:
        return NegativeMatch(self._candidate(seen).person, seen.similarity, marked[seen.part][seen.place])


def _rank(seen: _Hit) -> tuple[float, int, int]:
    return -seen.similarity, seen.part, seen.place


def _is_marked(seen: _Hit, marked: dict[int, float]) -> bool:
    """Whether the probe is no more similar to somebody than to a face that is not theirs."""
    return seen.place in marked and marked[seen.place] >= seen.similarity - ROUNDING


def decide(candidates: Sequence[Candidate], rule: MatchRule) -> Match:
    """The verdict on a probe, given its best candidates, best first."""
    if not candidates:
        return Match(Verdict.GALLERY_EMPTY, None, -1.0, None, rule.threshold, 1.0, rule.min_margin)
    best = candidates[0]
    runner_up = candidates[1].similarity if len(candidates) > 1 else None
    if not best.similarity >= rule.threshold:  # so put, NaN is no match
        verdict = Verdict.NO_MATCH
    elif runner_up is not None and best.similarity - runner_up < rule.min_margin:
        verdict = Verdict.AMBIGUOUS
    else:
        verdict = Verdict.MATCH
    return _match(verdict, best, runner_up, rule)


def _match(verdict: Verdict, best: Candidate, runner_up: float | None, rule: MatchRule) -> Match:
    fmr = rule.curve.fmr_at(best.similarity)
    return Match(verdict, best.person, best.similarity, runner_up, rule.threshold, fmr, rule.min_margin)
