"""The enrolled people as one matrix, and exact search in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.core.people import Person
from app.core.types import Embedding, Match, RuledOut, Vector, Verdict
from app.matching.operating_points import FmrCurve

_ROUNDING = 1e-6
"""What two float32 sums of the same numbers in another order may differ by: a tie rules out, whoever summed first."""


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
class Rule:
    """When a candidate is accepted.

    Attributes:
        threshold: The similarity needed.
        min_margin: How far the next person must be behind.
        curve: Tells what a similarity means.
    """

    threshold: float
    min_margin: float
    curve: FmrCurve


class Gallery:
    """A frozen picture of all templates of one model; replaced as a whole when the store changes.

    Args:
        model: The templates' model.
        people: Those with at least one template.
        vectors: (n, size), float32, unit length, sorted by person.
        owners: (n,), for each vector the index into `people`, rising, every person present.
        anchors: (m, size), float32, unit length, sorted by person: faces that are not that person's.
        anchor_owners: (m,), for each anchor the index into `people`, rising.

    Raises:
        ValueError: The arrays do not belong together.
    """

    def __init__(
        self,
        model: str,
        people: Sequence[Person],
        vectors: NDArray[np.float32],
        owners: NDArray[np.int64],
        anchors: NDArray[np.float32] | None = None,
        anchor_owners: NDArray[np.int64] | None = None,
    ) -> None:
        if len(vectors) != len(owners) or not np.array_equal(np.unique(owners), np.arange(len(people))):
            raise ValueError("every person needs a vector, and every vector a person")
        if np.any(np.diff(owners) < 0) or (anchor_owners is not None and np.any(np.diff(anchor_owners) < 0)):
            raise ValueError("vectors and anchors must be sorted by person")
        self.model = model
        self.people = tuple(people)
        self._vectors = np.ascontiguousarray(vectors, np.float32)
        self._starts = np.searchsorted(owners, np.arange(len(people)))
        self._anchors = np.empty((0, 0), np.float32) if anchors is None else np.ascontiguousarray(anchors, np.float32)
        marked = np.empty(0, np.int64) if anchor_owners is None else anchor_owners
        self._marked, self._anchor_starts = np.unique(marked, return_index=True)

    @classmethod
    def empty(cls, model: str) -> "Gallery":
        """A gallery of nobody."""
        return cls(model, (), np.empty((0, 0), np.float32), np.empty(0, np.int64))

    @property
    def templates(self) -> int:
        """How many vectors it holds."""
        return len(self._vectors)

    def search(self, probe: Embedding, count: int = 2) -> list[Candidate]:
        """The most similar people, best first; of equally similar ones, the first in the gallery.

        Args:
            probe: Of the gallery's model.
            count: How many at most.

        Raises:
            ValueError: The probe is of another model.
        """
        return self._best(self._by_person(probe), count)

    def _best(self, similarities: Vector, count: int) -> list[Candidate]:
        count = min(count, len(similarities))
        least = np.partition(similarities, -count)[-count] if count else np.inf
        best = np.flatnonzero(~(similarities < least))  # so put, NaN is found, and then judged to be no match
        ranked = best[np.argsort(-similarities[best], kind="stable")][:count]
        return [Candidate(self.people[i], float(similarities[i])) for i in ranked]

    def _by_person(self, probe: Embedding) -> Vector:
        if probe.model != self.model:
            raise ValueError(f"a probe of {probe.model} cannot be compared with templates of {self.model}")
        if not self.people:
            return np.empty(0, np.float32)
        return np.maximum.reduceat(self._vectors @ probe.vector, self._starts)

    def _ruled_out(self, probe: Embedding, similarities: Vector) -> dict[int, RuledOut]:
        """The people, by place, to whom the probe is no more similar than to a face that is not theirs."""
        if not len(self._marked):
            return {}
        nearest = np.maximum.reduceat(self._anchors @ probe.vector, self._anchor_starts)
        return {
            int(place): RuledOut(self.people[place], float(similarities[place]), float(marked))
            for place, marked in zip(self._marked, nearest, strict=True)
            if marked >= similarities[place] - _ROUNDING
        }

    def identify(self, probe: Embedding, rule: Rule) -> Match:
        """Who the probe is, if anyone (1:N)."""
        similarities = self._by_person(probe)
        ruled_out = self._ruled_out(probe, similarities)
        if not ruled_out:
            return decide(self._best(similarities, 2), rule)
        nearest = max(ruled_out.values(), key=lambda one: one.similarity)  # of equals, the first in the gallery
        left = similarities.copy()
        left[list(ruled_out)] = -np.inf
        candidates = [candidate for candidate in self._best(left, 2) if candidate.similarity > -np.inf]
        if candidates:
            match = decide(candidates, rule)
        else:
            match = _match(Verdict.NO_MATCH, Candidate(nearest.person, nearest.similarity), None, rule)
        return replace(match, ruled_out=nearest) if nearest.similarity >= rule.threshold else match

    def verify(self, probe: Embedding, person_id: str, rule: Rule) -> Match:
        """Whether the probe is this person (1:1).

        The threshold alone decides, unless the probe is more similar to a face that is marked as not this person's;
        the most similar other person is reported as the runner-up.

        Raises:
            KeyError: The person has no template of this model.
        """
        index = {person.id: i for i, person in enumerate(self.people)}[person_id]
        similarities = self._by_person(probe)
        others = np.delete(similarities, index)
        similarity = float(similarities[index])
        ruled_out = self._ruled_out(probe, similarities).get(index)
        verdict = Verdict.MATCH if similarity >= rule.threshold and ruled_out is None else Verdict.NO_MATCH
        runner_up = float(others.max()) if len(others) else None
        match = _match(verdict, Candidate(self.people[index], similarity), runner_up, rule)
        return replace(match, ruled_out=ruled_out)


def decide(candidates: Sequence[Candidate], rule: Rule) -> Match:
    """The verdict on a probe, given its best candidates, best first."""
    if not candidates:
        return Match(Verdict.NOBODY_ENROLLED, None, -1.0, None, rule.threshold, 1.0, rule.min_margin)
    best = candidates[0]
    runner_up = candidates[1].similarity if len(candidates) > 1 else None
    if not best.similarity >= rule.threshold:  # so put, NaN is no match
        verdict = Verdict.NO_MATCH
    elif runner_up is not None and best.similarity - runner_up < rule.min_margin:
        verdict = Verdict.AMBIGUOUS
    else:
        verdict = Verdict.MATCH
    return _match(verdict, best, runner_up, rule)


def _match(verdict: Verdict, best: Candidate, runner_up: float | None, rule: Rule) -> Match:
    fmr = rule.curve.fmr_at(best.similarity)
    return Match(verdict, best.person, best.similarity, runner_up, rule.threshold, fmr, rule.min_margin)
