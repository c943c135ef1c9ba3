"""What an operating point does to the user's own gallery."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.clock import Clock
from app.core.people import Person
from app.matching.calibration import Curve, GalleryCalibration, PairAdvice, PersonAdvice, Weakness, calibrate
from app.matching.rates import Method
from app.services.recognition.matcher import fmr_curve
from app.services.recognition.rate_estimates import Estimate, ReferenceRates, Source, gallery_estimate
from app.store.people.templates import TemplateRepository
from app.vision.manifest import EmbedderRow

__all__ = [
    "ENOUGH_PEOPLE",
    "Calibration",
    "CalibrationService",
    "CloseMembers",
    "Curve",
    "Estimate",
    "Histograms",
    "Method",
    "PairAdvice",
    "PersonAdvice",
    "Reading",
    "Source",
    "WeakMember",
    "Weakness",
]

_EXPECTED_ERRORS = 10
"""A rate is measured where the gallery should hold so many errors at it; else it would be chance."""

ENOUGH_PEOPLE = 10
"""With at least two templates each, before their misses are told as those of the gallery."""

_ONE_PERSON_FMR = 1e-6
"""Two people more alike than all but one pair of strangers in a million may be one, enrolled twice."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an operating point does; the names are those of the JSON output.

    Attributes:
        fmr: Of the operating point, by the model's reference.
        threshold: The similarity asked for.
        strangers: The share of strangers who are taken for a person, for each person enrolled (false match rate).
        anybody: The share of strangers who are taken for one of those enrolled, if each person is a chance of its own.
        own: The share of looks at an enrolled person that do not match (false non-match rate).
        people_needed: So many people enrolled would let `strangers` be measured on themselves.
    """

    fmr: float
    threshold: float
    strangers: Estimate
    anybody: float
    own: Estimate
    people_needed: int


@dataclass(frozen=True, slots=True)
class WeakMember:
    """Somebody who may not be recognised; the names are those of the JSON output.

    Attributes:
        person: Who.
        templates: How many are compared.
        lowest: The least similarity of one of them to the others; None with one alone.
        missed: How many the others would not recognise.
        quality: Of the middling one, 0 to 1.
        weaknesses: The gravest first.
        advice: What to do.
    """

    person: Person
    templates: int
    lowest: float | None
    missed: int
    quality: float
    weaknesses: tuple[Weakness, ...]
    advice: PersonAdvice


@dataclass(frozen=True, slots=True)
class CloseMembers:
    """Two people who look alike to the model; the names are those of the JSON output.

    Attributes:
        first: One.
        second: The other.
        similarity: Of their two most similar templates.
        fmr: The share of strangers' pictures that are as similar.
        advice: What to do.
    """

    first: Person
    second: Person
    similarity: float
    fmr: float
    advice: PairAdvice


@dataclass(frozen=True, slots=True)
class Histograms:
    """Both kinds of similarity, to be drawn on one axis.

    Attributes:
        edges: (k + 1,), of the bars, -1 to 1.
        genuine: (k,), the share of genuine similarities in each; all 0 where there are none.
        impostor: (k,), the same of impostors'.
    """

    edges: NDArray[np.float64]
    genuine: NDArray[np.float64]
    impostor: NDArray[np.float64]


class Calibration:
    """A gallery's error rates, as of one moment.

    Args:
        revision: Of the database then.
        people: Those compared, in the gallery's order.
        measured: Their similarities.
        row: Of the model that made them.
    """

    def __init__(
        self, revision: int, people: tuple[Person, ...], measured: GalleryCalibration, row: EmbedderRow
    ) -> None:
        self.revision = revision
        self.people = people
        self.model = row.name
        self.reference = ReferenceRates(row.thresholds)
        self._gallery = measured
        self._curve = fmr_curve(row)

    @property
    def templates(self) -> int:
        """How many were compared."""
        return len(self._gallery.comparisons.owners)

    @property
    def genuine(self) -> int:
        """How many genuine comparisons there were."""
        return self._gallery.comparisons.genuine.total

    @property
    def impostor(self) -> int:
        """How many impostor comparisons there were."""
        return self._gallery.comparisons.impostor.total

    def threshold_for(self, fmr: float) -> float:
        """The similarity that an operating point asks for."""
        return self._curve.threshold_for(fmr)

    def fmr_at(self, threshold: float) -> float:
        """The operating point that asks for this similarity."""
        return self._curve.fmr_at(threshold)

    def reading(self, fmr: float) -> Reading:
        """What an operating point does.

        Args:
            fmr: Of the operating point, 0 to 1, exclusive.
        """
        threshold = self.threshold_for(fmr)
        strangers = self._strangers(fmr, threshold)
        assert strangers.rate is not None
        anybody = 1 - (1 - strangers.rate) ** len(self.people)
        return Reading(fmr, threshold, strangers, anybody, self._own(threshold), self._people_needed(fmr))

    def weakest(self, fmr: float, count: int = 10) -> list[WeakMember]:
        """Who may not be recognised at an operating point, the weakest first."""
        return [
            WeakMember(
                self.people[weak.person],
                weak.templates,
                weak.lowest,
                weak.missed,
                weak.quality,
                weak.weaknesses,
                weak.advice,
            )
            for weak in self._gallery.weakest(self.threshold_for(fmr), count)
        ]

    def closest(self, fmr: float, count: int = 10) -> list[CloseMembers]:
        """Who looks alike at an operating point, the most similar first."""
        one_person = self.threshold_for(_ONE_PERSON_FMR)
        return [
            CloseMembers(
                self.people[pair.first],
                self.people[pair.second],
                pair.similarity,
                self.fmr_at(pair.similarity),
                pair.advice,
            )
            for pair in self._gallery.closest(self.threshold_for(fmr), one_person, count)
        ]

    def curve(self) -> Curve:
        """Both error rates of the gallery by threshold; empty where it is too small."""
        return self._gallery.curve()

    def histograms(self, bars: int = 128) -> Histograms:
        """Both kinds of similarity.

        Args:
            bars: How many, a power of two.
        """
        comparisons = self._gallery.comparisons
        genuine, impostor = (
            histogram.counts.reshape(bars, -1).sum(axis=1) / max(histogram.total, 1)
            for histogram in (comparisons.genuine, comparisons.impostor)
        )
        return Histograms(np.linspace(-1, 1, bars + 1), genuine, impostor)

    def _strangers(self, fmr: float, threshold: float) -> Estimate:
        found = gallery_estimate(self._gallery.fmr(threshold))
        if self.impostor * fmr >= _EXPECTED_ERRORS or found.low > fmr:  # few comparisons, but already too many matches
            return found
        return self.reference.strangers(fmr, self._templates_each())

    def _own(self, threshold: float) -> Estimate:
        if self._gallery.comparable >= ENOUGH_PEOPLE:
            return gallery_estimate(self._gallery.fnmr(threshold))
        return self.reference.misses(threshold)

    def _people_needed(self, fmr: float) -> int:
        """Of n people with k templates each, n·(n-1)·k comparisons have to be enough."""
        comparisons = _EXPECTED_ERRORS / fmr / self._templates_each()
        return math.ceil((1 + math.sqrt(1 + 4 * comparisons)) / 2)

    def _templates_each(self) -> float:
        return self.templates / len(self.people) if self.people else 1.0


class CalibrationService:
    """Measures the gallery of the model in use.

    Args:
        templates: Where they are stored.
        row: Of the model.
        clock: Says who is valid.
    """

    def __init__(self, templates: TemplateRepository, row: EmbedderRow, clock: Clock) -> None:
        self._templates = templates
        self._row = row
        self._clock = clock

    def revision(self) -> int:
        """A number that rises with every change to people or templates."""
        return self._templates.revision()

    def measure(
        self, progress: Callable[[float], None] = lambda _: None, stopped: Callable[[], bool] = lambda: False
    ) -> Calibration | None:
        """Compare everybody with everybody. A second for a few thousand templates, minutes for 100,000.

        Args:
            progress: Called now and then with the share done, 0 to 1.
            stopped: Asked as often; once it is true, the measurement ends.

        Returns:
            None if it was stopped.

        Raises:
            StoreError: The templates cannot be read.
        """

        def go_on(share: float) -> None:
            progress(share)
            if stopped():
                raise _StoppedError

        rows = self._templates.gallery_arrays(self._row.name, self._row.space, self._clock.now())
        try:
            found = calibrate(rows.vectors, rows.owners, rows.qualities, go_on)
        except _StoppedError:
            return None
        return Calibration(rows.revision, rows.people, found, self._row)


class _StoppedError(Exception):
    """Nobody waits for the measurement any more."""
