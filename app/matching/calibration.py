"""What an operating point does to the people enrolled: error rates, the curve between them, and who stands out."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.matching.bootstrap import ConfidenceBand, fmr_band, fnmr_band
from app.matching.cross_comparison import CrossComparison, Floats, Indices, cross_compare
from app.matching.histogram import edges
from app.matching.rates import Rate, error_rate

FEW_TEMPLATES = 3
"""With fewer, one bad picture decides; how much each more brings stands in docs/evaluation/enrolment.md."""

LOW_QUALITY = 0.4
"""A person whose middling template is worse was enrolled in poor light or out of focus."""

_NEAR = 0.05
"""Cosine below the threshold at which two people are close enough to be told about."""

_EVERY = 64
"""Of the histogram's edges, one in so many is a point of the curve: 0.002 apart."""

Doubles = NDArray[np.float64]


class Weakness(StrEnum):
    """What makes a person hard to recognise, the gravest first."""

    UNLIKE_TEMPLATES = "unlike-templates"
    ODD_TEMPLATE = "odd-template"
    FEW_TEMPLATES = "few-templates"
    LOW_QUALITY = "low-quality"


class PersonAdvice(StrEnum):
    """What to do about it."""

    ENROL_AGAIN = "enrol-again"
    CHECK_TEMPLATES = "check-templates"
    ADD_TEMPLATES = "add-templates"
    ADD_BETTER_TEMPLATES = "add-better-templates"


class PairAdvice(StrEnum):
    """What to do about two people who look alike."""

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
class WeakPerson:
    """Somebody who may not be recognised.

    Attributes:
        person: Place in the gallery.
        templates: How many there are.
        lowest: The least of their leave-one-out similarities; None with a single template.
        missed: How many of their templates would not be recognised by the others.
        quality: Median of their templates', 0 to 1.
        weaknesses: At least one, the gravest first.
    """

    person: int
    templates: int
    lowest: float | None
    missed: int
    quality: float
    weaknesses: tuple[Weakness, ...]

    @property
    def advice(self) -> PersonAdvice:
        """What to do first."""
        return _ADVICE[self.weaknesses[0]]


@dataclass(frozen=True, slots=True)
class ClosePair:
    """Two people who look alike to the model.

    Attributes:
        first: Place in the gallery.
        second: Another.
        similarity: Of their two most similar templates.
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
        fmr: (k,), the share of impostor comparisons that reach it, falling.
        fnmr: (k,), the share of genuine comparisons that do not, rising.
    """

    thresholds: Doubles
    fmr: Doubles
    fnmr: Doubles


class GalleryCalibration:
    """The error rates of a gallery, at any threshold.

    Args:
        comparisons: Of everybody with everybody.
        qualities: (n,), of the templates, 0 to 1.
    """

    def __init__(self, comparisons: CrossComparison, qualities: Doubles) -> None:
        self.comparisons = comparisons
        self._qualities = qualities
        self._misses: ConfidenceBand | None = fnmr_band(comparisons)
        self._false_matches: ConfidenceBand | None = fmr_band(comparisons)
        self._comparable = len(np.unique(comparisons.owners[~np.isnan(comparisons.own)]))

    @property
    def comparable(self) -> int:
        """How many people have two templates, so that one can be left out."""
        return self._comparable

    def fmr(self, threshold: float) -> Rate:
        """The false match rate: of templates compared with another person, how many reach the threshold."""
        impostor, people = self.comparisons.impostor, self.comparisons.people
        pairs = people * (people - 1) // 2
        band = self._false_matches.at(threshold) if self._false_matches else None
        return error_rate(impostor.reaching(threshold), impostor.total, pairs, band)

    def fnmr(self, threshold: float) -> Rate:
        """The false non-match rate: of templates compared with the others of their person, how many do not reach it."""
        genuine = self.comparisons.genuine
        band = self._misses.at(threshold) if self._misses else None
        return error_rate(genuine.total - genuine.reaching(threshold), genuine.total, self._comparable, band)

    def curve(self) -> Curve:
        """Both rates at every threshold where either changes; empty where one of them cannot be measured."""
        genuine, impostor = self.comparisons.genuine, self.comparisons.impostor
        if not genuine.total or not impostor.total:
            return Curve(*(np.empty(0) for _ in range(3)))
        fmr = impostor.reaching_edges()[::_EVERY] / impostor.total
        fnmr = 1 - genuine.reaching_edges()[::_EVERY] / genuine.total
        changes = np.flatnonzero((np.diff(fmr) != 0) | (np.diff(fnmr) != 0))
        kept = np.union1d(changes, changes + 1)
        return Curve(edges()[::_EVERY][kept], fmr[kept], fnmr[kept])

    def weakest(self, threshold: float, count: int) -> list[WeakPerson]:
        """Who may not be recognised, the weakest first.

        Args:
            threshold: The similarity asked for.
            count: How many at most.
        """
        judged = [person for place in range(self.comparisons.people) if (person := self._judge(place, threshold))]
        return sorted(judged, key=_weakness_key)[:count]

    def closest(self, threshold: float, one_person: float, count: int) -> list[ClosePair]:
        """Who looks alike, the most similar first.

        Args:
            threshold: The similarity asked for.
            one_person: The similarity from which two are likely to be one.
            count: How many at most.
        """
        pairs = self.comparisons.closest
        found = zip(pairs.first[:count], pairs.second[:count], pairs.similarities[:count], strict=True)
        return [
            ClosePair(int(a), int(b), float(similarity), _pair_advice(float(similarity), threshold, one_person))
            for a, b, similarity in found
        ]

    def _judge(self, place: int, threshold: float) -> WeakPerson | None:
        start, end = np.searchsorted(self.comparisons.owners, [place, place + 1])
        own = self.comparisons.own[start:end]
        known = own[~np.isnan(own)]
        missed, quality = int((known < threshold).sum()), float(np.median(self._qualities[start:end]))
        found = tuple(_weaknesses(len(own), len(known), missed, quality))
        if not found:
            return None
        return WeakPerson(place, len(own), float(known.min()) if len(known) else None, missed, quality, found)


def calibrate(
    vectors: Floats, owners: Indices, qualities: Doubles, progress: Callable[[float], None] = lambda _: None
) -> GalleryCalibration:
    """Measure a gallery.

    Args:
        vectors: (n, size), unit length, sorted by person.
        owners: (n,), for each the place of its person, rising by at most one from 0.
        qualities: (n,), 0 to 1.
        progress: Called with the share done, 0 to 1; what it raises ends the measurement.
    """
    return GalleryCalibration(cross_compare(vectors, owners, progress), qualities)


def _weaknesses(templates: int, known: int, missed: int, quality: float) -> list[Weakness]:
    holds = {
        Weakness.UNLIKE_TEMPLATES: known > 0 and 2 * missed >= known,
        Weakness.ODD_TEMPLATE: 0 < 2 * missed < known,
        Weakness.FEW_TEMPLATES: templates < FEW_TEMPLATES,
        Weakness.LOW_QUALITY: quality < LOW_QUALITY,
    }
    return [weakness for weakness, does in holds.items() if does]


def _weakness_key(person: WeakPerson) -> tuple[int, float, int, float]:
    """The gravest weakness first; of equals, the least similar, then the fewest templates, then the worst pictures."""
    gravest = list(Weakness).index(person.weaknesses[0])
    return gravest, -1.0 if person.lowest is None else person.lowest, person.templates, person.quality


def _pair_advice(similarity: float, threshold: float, one_person: float) -> PairAdvice:
    if similarity >= max(threshold, one_person):
        return PairAdvice.CHECK_WHETHER_ONE
    if similarity >= threshold:
        return PairAdvice.BE_STRICTER
    return PairAdvice.ADD_TEMPLATES if similarity >= threshold - _NEAR else PairAdvice.NOTHING
