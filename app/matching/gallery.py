"""The gallery: all templates of one model, and identification and verification of probes against it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.core.faces import Embedding, Vector
from app.core.match_decision import Match, NegativeMatch, TemplateFusion, Verdict
from app.core.people import Person
from app.matching.indexed_shard import make_shard
from app.matching.negative_templates import ROUNDING, NegativeTemplates, is_ruled_out
from app.matching.segments import Segment, TemplateBatch, apply_changes, swap_compacted
from app.matching.threshold import Candidate, MatchRule


@dataclass(frozen=True, slots=True)
class _Hit:
    """A person found for a probe.

    Attributes:
        segment: Index of the person's segment.
        index: Index of the person in the segment.
        similarity: Comparison score.
    """

    segment: int
    index: int
    similarity: float


_Negatives = Sequence[dict[int, float]]
"""For each segment, by index of the person: cosine to the nearest negative template."""


class Gallery:
    """An immutable snapshot of all templates of one model, replaced as a whole when the store changes.

    Args:
        model: The model of the templates.
        segments: Each person is in exactly one of them, or marked as removed in all but one.
        rotation: (size, size), float32, orthogonal, by which the stored vectors are rotated; probes are rotated before
            they are compared. None if the vectors are not rotated.
    """

    def __init__(
        self, model: str, segments: Sequence[Segment] = (), rotation: NDArray[np.float32] | None = None
    ) -> None:
        self.model = model
        self.rotation = rotation
        self._rotate_probe = None if rotation is None else np.ascontiguousarray(rotation.T)
        self.segments = tuple(segment for segment in segments if not segment.removed.all())

    def with_changes(self, removed: Iterable[str], new: TemplateBatch) -> "Gallery":
        """The gallery after some people were removed, added or changed.

        Args:
            removed: Ids of people who were removed; unknown ids are ignored.
            new: People who were added or changed, with all their templates.
        """
        return Gallery(self.model, apply_changes(self.segments, removed, new), self.rotation)

    def sealed(self) -> "Gallery":
        """The same gallery, whose next change opens a new segment, so that the present ones can be compacted."""
        return Gallery(self.model, [replace(segment, is_growing=False) for segment in self.segments], self.rotation)

    def compacted(self, old: Sequence[Segment], new: Sequence[Segment]) -> "Gallery":
        """The gallery with some segments replaced by compacted ones; people may have changed in the meantime.

        Args:
            old: The segments that were compacted, as they were when compaction began and the gallery was `sealed`.
            new: The result of the compaction.
        """
        return Gallery(self.model, swap_compacted(self.segments, old, new), self.rotation)

    @classmethod
    def of(
        cls,
        model: str,
        people: Sequence[Person],
        vectors: NDArray[np.floating],
        owners: NDArray[np.int64],
        anchors: NDArray[np.float32] | None = None,
        anchor_owners: NDArray[np.int64] | None = None,
        rotation: NDArray[np.float32] | None = None,
    ) -> "Gallery":
        """A gallery of one segment.

        Args:
            model: The model of the templates.
            people: People with at least one template.
            vectors: (n, size), unit length, sorted by person.
            owners: (n,), for each vector the index into `people`, rising, every person present.
            anchors: (m, size), float32, unit length, sorted by person: negative templates.
            anchor_owners: (m,), for each anchor the index into `people`, rising.
            rotation: See `Gallery`.

        Raises:
            ValueError: The arrays do not fit each other.
        """
        if len(vectors) != len(owners) or not np.array_equal(np.unique(owners), np.arange(len(people))):
            raise ValueError("every person needs a vector, and every vector a person")
        if np.any(np.diff(owners) < 0):
            raise ValueError("vectors must be sorted by person")
        negatives = NegativeTemplates(anchors, anchor_owners)
        segments = [Segment.full(make_shard(tuple(people), vectors, owners, negatives))] if people else []
        return cls(model, segments, rotation)

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """All people in the gallery."""
        return tuple(
            person
            for segment in self.segments
            for person, is_removed in zip(segment.shard.people, segment.removed.tolist(), strict=True)
            if not is_removed
        )

    @cached_property
    def people_by_templates(self) -> dict[int, int]:
        """The number of people by their number of templates."""
        found: Counter[int] = Counter()
        for segment in self.segments:
            counts = np.bincount(segment.shard.owners, minlength=len(segment.shard.people))[~segment.removed]
            values, people = np.unique(counts, return_counts=True)
            found.update(dict(zip(values.tolist(), people.tolist(), strict=True)))
        return dict(sorted(found.items()))

    @cached_property
    def templates(self) -> int:
        """The number of templates, without those of removed people."""
        return sum(segment.templates for segment in self.segments)

    def search(self, probe: Embedding, count: int = 2, fusion: TemplateFusion = TemplateFusion.BEST) -> list[Candidate]:
        """The most similar people, best first; of equally similar ones, the first in the gallery.

        Args:
            probe: An embedding of the gallery's model.
            count: The most people to return.
            fusion: The comparison score.

        Raises:
            ValueError: The probe is of another model.
        """
        return [self._candidate(hit) for hit in self._nearest(self._vector(probe), count, fusion)]

    def identify(self, probe: Embedding, rule: MatchRule) -> Match:
        """Identify a probe among all people (1:N).

        Args:
            probe: An embedding of the gallery's model.
            rule: When a candidate is accepted.

        Raises:
            ValueError: The probe is of another model.
        """
        vector = self._vector(probe)
        negatives = [segment.shard.negatives.nearest_by_person(vector) for segment in self.segments]
        hits, ruled_out = self._two_nearest(vector, negatives, rule.fusion)
        ruled_out += self._ruled_out_by(vector, negatives, rule)
        if not ruled_out:
            return rule.decide([self._candidate(hit) for hit in hits])
        first = min(ruled_out, key=_rank)
        if hits:
            match = rule.decide([self._candidate(hit) for hit in hits])
        else:
            match = rule.match(Verdict.NO_MATCH, self._candidate(first), None)
        if first.similarity < rule.threshold:
            return match
        return replace(match, negative_match=self._negative_match(vector, first, negatives))

    def verify(self, probe: Embedding, person_id: str, rule: MatchRule) -> Match:
        """Compare a probe with one person (1:1).

        The threshold alone decides, unless the probe is more similar to a negative template of the person. The most
        similar other person is reported as the runner-up.

        Args:
            probe: An embedding of the gallery's model.
            person_id: The claimed person.
            rule: When the person is accepted.

        Raises:
            KeyError: The person has no template of this model.
            ValueError: The probe is of another model.
        """
        vector = self._vector(probe)
        number, index = self._find(person_id)
        hit = _Hit(number, index, self.segments[number].shard.similarity(vector, index, rule.fusion))
        others = [one for one in self._nearest(vector, 2, rule.fusion) if (one.segment, one.index) != (number, index)]
        negatives = [segment.shard.negatives.nearest_by_person(vector) for segment in self.segments]
        ruled_out = self._is_ruled_out(vector, hit, negatives)
        verdict = Verdict.MATCH if hit.similarity >= rule.threshold and not ruled_out else Verdict.NO_MATCH
        match = rule.match(verdict, self._candidate(hit), others[0].similarity if others else None)
        return replace(match, negative_match=self._negative_match(vector, hit, negatives) if ruled_out else None)

    def _vector(self, probe: Embedding) -> Vector:
        if probe.model != self.model:
            raise ValueError(f"a probe of {probe.model} cannot be compared with templates of {self.model}")
        return probe.vector if self._rotate_probe is None else np.vecdot(self._rotate_probe, probe.vector)

    def _find(self, person_id: str) -> tuple[int, int]:
        """The person's segment, and the index in it."""
        for number, segment in enumerate(self.segments):
            index = segment.shard.index_by_id.get(person_id)
            if index is not None and not segment.removed[index]:
                return number, index
        raise KeyError(person_id)

    def _nearest(self, probe: Vector, count: int, fusion: TemplateFusion) -> list[_Hit]:
        """The most similar people of all segments, best first."""
        found = [segment.shard.nearest(probe, count, segment.removed, fusion) for segment in self.segments]
        hits = [
            _Hit(number, index, similarity)
            for number, (indices, similarities) in enumerate(found)
            for index, similarity in zip(indices.tolist(), similarities.tolist(), strict=True)
        ]
        return sorted(hits, key=_rank)[:count]

    def _two_nearest(
        self, probe: Vector, negatives: _Negatives, fusion: TemplateFusion
    ) -> tuple[list[_Hit], list[_Hit]]:
        """The two most similar people who are not ruled out, and the more similar ones who are."""
        count = 2
        while True:
            hits = self._nearest(probe, count, fusion)
            ruled_out = [hit for hit in hits if self._is_ruled_out(probe, hit, negatives)]
            left = [hit for hit in hits if hit not in ruled_out]
            if len(left) >= 2 or len(hits) < count:
                return left[:2], ruled_out
            count *= 4

    def _ruled_out_by(self, probe: Vector, negatives: _Negatives, rule: MatchRule) -> list[_Hit]:
        """The people who are ruled out by a negative template whose similarity reaches the threshold."""
        hits = (
            _Hit(number, index, segment.shard.similarity(probe, index, rule.fusion))
            for number, (segment, nearest) in enumerate(zip(self.segments, negatives, strict=True))
            for index, negative in nearest.items()
            if negative >= rule.threshold - ROUNDING and not segment.removed[index]
        )
        return [hit for hit in hits if self._is_ruled_out(probe, hit, negatives)]

    def _is_ruled_out(self, probe: Vector, hit: _Hit, negatives: _Negatives) -> bool:
        """Whether a negative template of a person is at least as similar to the probe as the nearest template."""
        negative = negatives[hit.segment].get(hit.index)
        if negative is None:
            return False
        return is_ruled_out(self._nearest_template(probe, hit), negative)

    def _nearest_template(self, probe: Vector, hit: _Hit) -> float:
        """The cosine to the person's nearest template, which negative templates are compared with."""
        return self.segments[hit.segment].shard.similarity(probe, hit.index, TemplateFusion.BEST)

    def _candidate(self, hit: _Hit) -> Candidate:
        return Candidate(self.segments[hit.segment].shard.people[hit.index], hit.similarity)

    def _negative_match(self, probe: Vector, hit: _Hit, negatives: _Negatives) -> NegativeMatch:
        person, negative = self._candidate(hit).person, negatives[hit.segment][hit.index]
        return NegativeMatch(person, self._nearest_template(probe, hit), negative)


def _rank(hit: _Hit) -> tuple[float, int, int]:
    return -hit.similarity, hit.segment, hit.index
