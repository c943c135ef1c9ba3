"""Match decisions: operating points, comparison results and verdicts."""

from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator

from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Person

MAX_FMR, MIN_FMR = Decimal("1e-2"), Decimal("1e-6")
"""The selectable range of the false match rate (FMR). Reference curves are not measured beyond it."""

MIN_ONE_IN, MAX_ONE_IN = 10, 1_000_000
"""The selectable range of the promise per visitor: of so many strangers who try, one is accepted."""

NAMED_ONE_IN = (100, 1000, 10_000, 100_000)
"""The promises per visitor that have names."""

_THREE_DIGITS = Context(prec=3)


class OperatingPoint(StrEnum):
    """Named operating points, by false match rate. Any rate from 1e-6 to 1e-2 can be chosen as well."""

    FMR_1E3 = "1e-3"
    FMR_1E4 = "1e-4"
    FMR_1E5 = "1e-5"
    FMR_1E6 = "1e-6"

    @property
    def fmr(self) -> float:
        """The false match rate as a number."""
        return float(self.value)


def canonical_fmr(value: object) -> str:
    """Return the canonical spelling of a false match rate, to three significant digits: "1e-4", "2.5e-5".

    Args:
        value: A number or its text: 0.0001, "0.0001", "1E-4".

    Raises:
        ValueError: The value is not a number from 1e-6 to 1e-2.
    """
    try:
        rate = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(QT_TRANSLATE_NOOP("errors", "Use a rate such as 1e-4.")) from None
    if not rate.is_finite() or not MIN_FMR <= rate <= MAX_FMR:
        raise ValueError(QT_TRANSLATE_NOOP("errors", "Use a rate from 1e-6 to 1e-2."))
    return f"{_THREE_DIGITS.create_decimal(rate).normalize():e}"


FmrText = Annotated[str, BeforeValidator(canonical_fmr)]
"""A false match rate in settings: text, so that the file shows exactly what was chosen."""


class Verdict(StrEnum):
    """The match decision for one face. NOT_JUDGED means that the quality was insufficient for a comparison."""

    MATCH = "match"
    NO_MATCH = "no-match"
    AMBIGUOUS = "ambiguous"
    GALLERY_EMPTY = "nobody-enrolled"
    NOT_JUDGED = "not-judged"


class TemplateFusion(StrEnum):
    """How the cosines of a probe to a person's templates become one comparison score.

    BEST is the cosine to the nearest template. BEST_AND_MEAN is the mean of that cosine and the cosine to the mean of
    the person's templates. For a person with one template they are equal.
    """

    BEST = "best"
    BEST_AND_MEAN = "best-and-mean"


@dataclass(frozen=True, slots=True)
class NegativeMatch:
    """A person excluded because the probe resembles one of the person's negative templates.

    Attributes:
        person: The excluded person.
        similarity: Cosine to the person's most similar template, -1 to 1.
        marked: Cosine to the most similar negative template, -1 to 1; at least `similarity`, apart from rounding.
    """

    person: Person
    similarity: float
    marked: float


@dataclass(frozen=True, slots=True)
class Match:
    """The result of comparing a probe with the gallery.

    Attributes:
        verdict: MATCH, NO_MATCH, AMBIGUOUS or GALLERY_EMPTY.
        person: The most similar person, whatever the verdict; None if the gallery is empty.
        similarity: Comparison score of that person, -1 to 1; see `TemplateFusion`.
        runner_up: Score of the second most similar *person*; None if there is none.
        threshold: The similarity required for a match.
        fmr: False match rate at this similarity, 0 to 1: the share of impostor comparisons that reach it.
        min_margin: The margin required for a match.
        negative_match: The most similar person excluded by a negative template; never accepted, and never the
            runner-up. None if no person was excluded.
    """

    verdict: Verdict
    person: Person | None
    similarity: float
    runner_up: float | None
    threshold: float
    fmr: float
    min_margin: float = 0.0
    negative_match: NegativeMatch | None = None

    @property
    def accepted(self) -> bool:
        """Whether the probe matches the person."""
        return self.verdict is Verdict.MATCH

    @property
    def margin(self) -> float | None:
        """Similarity minus that of the runner-up; None without a runner-up."""
        return None if self.runner_up is None else self.similarity - self.runner_up
