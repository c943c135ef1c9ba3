"""Calibration of a gallery: error rates at any threshold, the people who are hard to recognise, and similar pairs."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.core.match_decision import TemplateFusion
from app.matching.bootstrap import ConfidenceBand, fmr_band, fnmr_band
from app.matching.cross_comparison import CrossComparison, Floats, Indices, cross_compare
from app.matching.histogram import edges
from app.matching.rates import Rate, error_rate

FEW_TEMPLATES = 3
"""With fewer templates, one bad picture decides; `docs/evaluation/enrolment.md` has the gain of each further one."""

LOW_QUALITY = 0.4
"""Median template quality below which a person was enrolled in poor light or out of focus."""

_NEAR = 0.05
"""Two people are reported as similar from this much below the threshold on, as a cosine."""

_EVERY = 64
"""Every n-th edge of the histogram is a point of the curve: 0.002 apart."""

Doubles = NDArray[np.float64]
_Person = TypeVar("_Person")
_Other = TypeVar("_Other")


class Weakness(StrEnum):
    """Why a person is hard to recognise, the most serious reason first."""

    UNLIKE_TEMPLATES = "unlike-templates"
    ODD_TEMPLATE = "odd-template"
    FEW_TEMPLATES = "few-templates"
    LOW_QUALITY = "low-quality"


class PersonAdvice(StrEnum):
    """What to do about a person who is hard to recognise."""

    ENROL_AGAIN = "enrol-again"
    CHECK_TEMPLATES = "check-templates"
    ADD_TEMPLATES = "add-templates"
    ADD_BETTER_TEMPLATES = "add-better-templates"


class PairAdvice(StrEnum):
    """What to do about two people whose templates are similar."""

    CHECK_WHETHER_ONE = "check-whether-one"
    BE_STRICTER = "be-stricter"
    ADD_TEMPLATES = "add-templates"
    NOTHING = "nothing"


_ADVICE = {
    Weakness.UNLIKE_TEMPLATES: PersonAdvice.ENROL_AGAIN,
    Weakness.ODD_TEMPLATE: PersonAdvice.CHECK_TEMPLATES,
    Weakness.FEW_TEMPLATES: PersonAdvice.ADD_TEMPLATES,
    Weakness.LOW_QUALITY: PersonAdvice.ADD_BETTER_TEMPLATES,
}


@dataclass(frozen=True, slots=True)
class WeakPerson(Generic[_Person]):
    """A person who may not be recognised.

    Attributes:
        person: The person, or the index in the gallery.
        templates: Number of templates.
        lowest: Least leave-one-out similarity; None with a single template.
        missed: Number of templates that the person's other templates do not recognise.
        quality: Median quality of the templates, 0 to 1.
        weaknesses: At least one, the most serious first.
    """

    person: _Person
    templates: int
    lowest: float | None
    missed: int
    quality: float
    weaknesses: tuple[Weakness, ...]

    @property
    def advice(self) -> PersonAdvice:
        """The most important advice."""
        return _ADVICE[self.weaknesses[0]]

    def with_person(self, person: _Other) -> "WeakPerson[_Other]":
        """Return the same with a person instead of an index."""
        return WeakPerson(person, self.templates, self.lowest, self.missed, self.quality, self.weaknesses)


@dataclass(frozen=True, slots=True)
class ClosePair:
    """Two people whose templates are similar.

    Attributes:
        first: Index of a person in the gallery.
        second: Index of the other person.
        similarity: Cosine of their two most similar templates.
        advice: What to do.
    """

    first: int
    second: int
    similarity: float
    advice: PairAdvice


@dataclass(frozen=True, slots=True)
class Curve:
    """Both error rates by threshold: a detection error trade-off (DET) curve.

    Attributes:
        thresholds: (k,), rising.
        fmr: (k,), share of impostor comparisons that reach the threshold, falling.
        fnmr: (k,), share of genuine comparisons that do not reach it, rising.
    """

    thresholds: Doubles
    fmr: Doubles
    fnmr: Doubles


class GalleryCalibration:
    """The error rates of a gallery, at any threshold.

    Args:
        comparisons: The cross comparison of the gallery.
        qualities: (n,), quality of each template, 0 to 1.
    """

    def __init__(self, comparisons: CrossComparison, qualities: Doubles) -> None:
        self.comparisons = comparisons
        self._qualities = qualities
        self._misses: ConfidenceBand | None = fnmr_band(comparisons)
        self._false_matches: ConfidenceBand | None = fmr_band(comparisons)
        self._comparable = len(np.unique(comparisons.owners[~np.isnan(comparisons.own)]))

    @property
    def comparable(self) -> int:
        """The number of people with at least two templates, so that one can be left out."""
        return self._comparable

    def fmr(self, threshold: float) -> Rate:
        """The false match rate: the share of templates compared with another person that reach the threshold."""
        impostor, people = self.comparisons.impostor, self.comparisons.people
        pairs = people * (people - 1) // 2
        band = self._false_matches.at(threshold) if self._false_matches else None
        return error_rate(impostor.count_reaching(threshold), impostor.total, pairs, band)

    def fnmr(self, threshold: float) -> Rate:
        """The false non-match rate: the share of templates compared with their own person that miss the threshold."""
        genuine = self.comparisons.genuine
        band = self._misses.at(threshold) if self._misses else None
        return error_rate(genuine.total - genuine.count_reaching(threshold), genuine.total, self._comparable, band)

    def curve(self) -> Curve:
        """Both rates at every threshold where either changes; empty if one of them cannot be measured."""
        genuine, impostor = self.comparisons.genuine, self.comparisons.impostor
        if not genuine.total or not impostor.total:
            return Curve(*(np.empty(0) for _ in range(3)))
        fmr = impostor.reaching_edges()[::_EVERY] / impostor.total
        fnmr = 1 - genuine.reaching_edges()[::_EVERY] / genuine.total
        changes = np.flatnonzero((np.diff(fmr) != 0) | (np.diff(fnmr) != 0))
        kept = np.union1d(changes, changes + 1)
        return Curve(edges()[::_EVERY][kept], fmr[kept], fnmr[kept])

    def weakest(self, threshold: float, count: int) -> list[WeakPerson[int]]:
        """The people who may not be recognised, the weakest first.

        Args:
            threshold: Least similarity of a match.
            count: The most people to return.
        """
        judged = [person for place in range(self.comparisons.people) if (person := self._judge(place, threshold))]
        return sorted(judged, key=_weakness_key)[:count]

    def closest(self, threshold: float, one_person: float, count: int) -> list[ClosePair]:
        """The most similar pairs of people, the most similar first.

        Args:
            threshold: Least similarity of a match.
            one_person: Similarity from which two people are probably the same person.
            count: The most pairs to return.
        """
        pairs = self.comparisons.closest
        found = zip(pairs.first[:count], pairs.second[:count], pairs.similarities[:count], strict=True)
        return [
            ClosePair(int(a), int(b), float(similarity), _pair_advice(float(similarity), threshold, one_person))
            for a, b, similarity in found
        ]

    def _judge(self, place: int, threshold: float) -> WeakPerson[int] | None:
        start, end = np.searchsorted(self.comparisons.owners, [place, place + 1])
        own = self.comparisons.own[start:end]
        known = own[~np.isnan(own)]
        missed, quality = int((known < threshold).sum()), float(np.median(self._qualities[start:end]))
        found = tuple(_weaknesses(len(own), len(known), missed, quality))
        if not found:
            return None
        return WeakPerson(place, len(own), float(known.min()) if len(known) else None, missed, quality, found)


def calibrate(
    vectors: Floats,
    owners: Indices,
    qualities: Doubles,
    progress: Callable[[float], None] = lambda _: None,
    fusion: TemplateFusion = TemplateFusion.BEST,
) -> GalleryCalibration:
    """Calibrate a gallery.

    Args:
        vectors: (n, size), float32, unit length, sorted by person.
        owners: (n,), for each vector the index of its person, rising by at most one from 0.
        qualities: (n,), quality of each template, 0 to 1.
        progress: Called with the share done, 0 to 1; an exception it raises ends the calibration.
        fusion: The comparison score.
    """
    return GalleryCalibration(cross_compare(vectors, owners, progress, fusion=fusion), qualities)


def _weaknesses(templates: int, known: int, missed: int, quality: float) -> list[Weakness]:
    holds = {
        Weakness.UNLIKE_TEMPLATES: known > 0 and 2 * missed >= known,
        Weakness.ODD_TEMPLATE: 0 < 2 * missed < known,
        Weakness.FEW_TEMPLATES: templates < FEW_TEMPLATES,
        Weakness.LOW_QUALITY: quality < LOW_QUALITY,
    }
    return [weakness for weakness, does in holds.items() if does]


def _weakness_key(person: WeakPerson[int]) -> tuple[int, float, int, float]:
    """Sort key: the most serious weakness, then the lowest similarity, the fewest templates, the worst quality."""
    gravest = list(Weakness).index(person.weaknesses[0])
    return gravest, -1.0 if person.lowest is None else person.lowest, person.templates, person.quality


def _pair_advice(similarity: float, threshold: float, one_person: float) -> PairAdvice:
    if similarity >= max(threshold, one_person):
        return PairAdvice.CHECK_WHETHER_ONE
    if similarity >= threshold:
        return PairAdvice.BE_STRICTER
    return PairAdvice.ADD_TEMPLATES if similarity >= threshold - _NEAR else PairAdvice.NOTHING
