"""Calibration: error rates of the gallery at each operating point."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.clock import Clock
from app.core.match_decision import TemplateFusion
from app.core.people import Person
from app.core.roles import Permission
from app.core.settings.sections import RecognitionSettings
from app.matching.calibration import (
    Curve,
    GalleryCalibration,
    PairAdvice,
    PersonAdvice,
    Weakness,
    WeakPerson,
    calibrate,
)
from app.matching.promise import Promise, Transaction
from app.matching.rates import Method
from app.services.access.permissions import Access, Service, requires
from app.services.recognition.matcher import fmr_curve, promise_model
from app.services.recognition.rate_estimates import Estimate, RateSource, ReferenceRates, gallery_estimate
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
    "OperatingPointRates",
    "PairAdvice",
    "PersonAdvice",
    "Promise",
    "RateSource",
    "WeakMember",
    "Weakness",
]

_EXPECTED_ERRORS = 10
"""A rate counts as measured when the gallery is expected to hold this many errors at it."""

ENOUGH_PEOPLE = 10
"""People with at least two templates each that a measured false non-match rate needs."""

_ONE_PERSON_FMR = 1e-6
"""Two people whose similarity reaches this false match rate may be one person, enrolled twice."""

WeakMember = WeakPerson[Person]
"""A person who may not be recognised."""


@dataclass(frozen=True, slots=True)
class OperatingPointRates:
    """Error rates at an operating point; the names are those of the JSON output.

    Attributes:
        fmr: False match rate of the operating point, by the model's reference.
        threshold: Similarity threshold of the operating point.
        strangers: False match rate per comparison with one enrolled person.
        anybody: False positive identification rate: 1 - (1 - `strangers`)^n for n people, if comparisons are
            independent (ISO/IEC 19795-1).
        own: False non-match rate per comparison.
        people_needed: How many enrolled people a measurement of `strangers` needs.
    """

    fmr: float
    threshold: float
    strangers: Estimate
    anybody: float
    own: Estimate
    people_needed: int


@dataclass(frozen=True, slots=True)
class CloseMembers:
    """Two people of similar appearance; the names are those of the JSON output.

    Attributes:
        first: One person.
        second: The other person.
        similarity: Similarity of their two most similar templates.
        fmr: False match rate at this similarity, 0 to 1.
        advice: What to do.
    """

    first: Person
    second: Person
    similarity: float
    fmr: float
    advice: PairAdvice


@dataclass(frozen=True, slots=True)
class Histograms:
    """Histograms of mated and non-mated similarities over the same bins.

    Attributes:
        edges: Bin edges, float64 (k + 1,), -1 to 1.
        genuine: Share of mated similarities in each bin, float64 (k,); all 0 without any.
        impostor: Share of non-mated similarities in each bin, float64 (k,).
    """

    edges: NDArray[np.float64]
    genuine: NDArray[np.float64]
    impostor: NDArray[np.float64]


class Calibration:
    """Error rates of a gallery at one time.

    Args:
        revision: Revision of the database at that time.
        people: The people compared, in the gallery's order.
        measured: Their similarities.
        row: Manifest row of the model.
        fusion: The comparison score.
    """

    def __init__(
        self,
        revision: int,
        people: tuple[Person, ...],
        measured: GalleryCalibration,
        row: EmbedderRow,
        fusion: TemplateFusion,
    ) -> None:
        self.revision = revision
        self.people = people
        self.model = row.name
        self.reference = ReferenceRates(row.thresholds)
        self._gallery = measured
        self._curve = fmr_curve(row)
        self._model = promise_model(row)
        sizes, count = np.unique(np.bincount(measured.comparisons.owners), return_counts=True)
        self._transaction = Transaction(dict(zip(sizes.tolist(), count.tolist(), strict=True)), fusion=fusion)

    @property
    def templates(self) -> int:
        """How many templates were compared."""
        return len(self._gallery.comparisons.owners)

    @property
    def genuine(self) -> int:
        """How many mated comparisons were made."""
        return self._gallery.comparisons.genuine.total

    @property
    def impostor(self) -> int:
        """How many non-mated comparisons were made."""
        return self._gallery.comparisons.impostor.total

    def threshold_for(self, fmr: float) -> float:
        """Return the similarity threshold of a false match rate."""
        return self._curve.threshold_for(fmr)

    def fmr_at(self, threshold: float) -> float:
        """Return the false match rate at a similarity threshold."""
        return self._curve.fmr_at(threshold)

    def promise(self, one_in: int) -> Promise:
        """Return the promise per visitor for this gallery, as far as it can be held.

        Args:
            one_in: Of so many strangers who try, one is accepted.
        """
        return self._model.keep(one_in, self._transaction)

    def promise_at(self, threshold: float) -> Promise:
        """Return what a threshold promises per visitor for this gallery."""
        return self._model.describe(threshold, self._transaction)

    def promise_of(self, settings: RecognitionSettings) -> Promise:
        """Return the promise of the settings: the one chosen, or what the operating point promises."""
        if settings.one_in:
            return self.promise(settings.one_in)
        return self.promise_at(self.threshold_for(settings.fmr))

    def reading(self, fmr: float) -> OperatingPointRates:
        """Return the error rates at an operating point.

        Args:
            fmr: False match rate of the operating point, 0 to 1, exclusive.
        """
        threshold = self.threshold_for(fmr)
        strangers = self._strangers(fmr, threshold)
        assert strangers.rate is not None
        anybody = 1 - (1 - strangers.rate) ** len(self.people)
        return OperatingPointRates(fmr, threshold, strangers, anybody, self._own(threshold), self._people_needed(fmr))

    def weakest(self, fmr: float, count: int = 10) -> list[WeakMember]:
        """Return the people who may not be recognised at an operating point, weakest first.

        Args:
            fmr: False match rate of the operating point, 0 to 1, exclusive.
            count: At most so many.
        """
        weakest = self._gallery.weakest(self.threshold_for(fmr), count)
        return [weak.with_person(self.people[weak.person]) for weak in weakest]

    def closest(self, fmr: float, count: int = 10) -> list[CloseMembers]:
        """Return the pairs of people that match at an operating point, most similar first.

        Args:
            fmr: False match rate of the operating point, 0 to 1, exclusive.
            count: At most so many.
        """
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
        """Return both error rates of the gallery by threshold; empty when it is too small."""
        return self._gallery.curve()

    def histograms(self, bars: int = 128) -> Histograms:
        """Return histograms of mated and non-mated similarities.

        Args:
            bars: Number of bins, a power of two.
        """
        comparisons = self._gallery.comparisons
        genuine, impostor = (
            histogram.counts.reshape(bars, -1).sum(axis=1) / max(histogram.total, 1)
            for histogram in (comparisons.genuine, comparisons.impostor)
        )
        return Histograms(np.linspace(-1, 1, bars + 1), genuine, impostor)

    def _strangers(self, fmr: float, threshold: float) -> Estimate:
        estimate = gallery_estimate(self._gallery.fmr(threshold))
        if self.impostor * fmr >= _EXPECTED_ERRORS or estimate.low > fmr:  # few comparisons, but too many matches
            return estimate
        return self.reference.strangers(fmr, self._templates_each())

    def _own(self, threshold: float) -> Estimate:
        if self._gallery.comparable >= ENOUGH_PEOPLE:
            return gallery_estimate(self._gallery.fnmr(threshold))
        return self.reference.misses(threshold)

    def _people_needed(self, fmr: float) -> int:
        """Solve n·(n - 1)·k = comparisons for n people with k templates each."""
        comparisons = _EXPECTED_ERRORS / fmr / self._templates_each()
        return math.ceil((1 + math.sqrt(1 + 4 * comparisons)) / 2)

    def _templates_each(self) -> float:
        return self.templates / len(self.people) if self.people else 1.0


class CalibrationService(Service):
    """Measures the gallery of the model in use.

    Args:
        access: Decides what the current session may do.
        templates: Repository of templates.
        row: Manifest row of the model.
        clock: Determines who is valid.
        fusion: Returns the comparison score in use.
    """

    def __init__(
        self,
        access: Access,
        templates: TemplateRepository,
        row: EmbedderRow,
        clock: Clock,
        fusion: Callable[[], TemplateFusion],
    ) -> None:
        super().__init__(access)
        self._templates = templates
        self._row = row
        self._clock = clock
        self._fusion = fusion

    @requires(Permission.CALIBRATE)
    def revision(self) -> int:
        """Return a number that rises with every change to people or templates."""
        return self._templates.revision()

    @requires(Permission.CALIBRATE)
    def measure(
        self, progress: Callable[[float], None] = lambda _: None, stopped: Callable[[], bool] = lambda: False
    ) -> Calibration | None:
        """Cross-compare all templates: a second for a few thousand, minutes for 100,000.

        Args:
            progress: Called repeatedly with the share done, 0 to 1.
            stopped: Called as often; True ends the measurement.

        Returns:
            The error rates; None if stopped.

        Raises:
            StoreError: The templates cannot be read.
        """

        def check_stopped(share: float) -> None:
            progress(share)
            if stopped():
                raise _StoppedError

        fusion = self._fusion()
        rows = self._templates.gallery_arrays(self._row.name, self._row.space, self._clock.now())
        try:
            measured = calibrate(rows.vectors, rows.owners, rows.qualities, check_stopped, fusion)
        except _StoppedError:
            return None
        return Calibration(rows.revision, rows.people, measured, self._row, fusion)


class _StoppedError(Exception):
    """The measurement was stopped."""
