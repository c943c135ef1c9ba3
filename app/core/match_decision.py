"""How strict matching is, named by the share of strangers it lets through (false match rate, FMR)."""

from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator

from app.core.faces import Match, QualityIssue, Verdict
from app.core.i18n import QT_TRANSLATE_NOOP

LOOSEST, STRICTEST = Decimal("1e-2"), Decimal("1e-6")
"""The rates that can be chosen. Beyond them, reference curves are not measured."""

_FIGURES = Context(prec=3)


class OperatingPoint(StrEnum):
    """The four points that have a name; any rate between 1e-2 and 1e-6 can be chosen, too."""

    FMR_1E3 = "1e-3"
    FMR_1E4 = "1e-4"
    FMR_1E5 = "1e-5"
    FMR_1E6 = "1e-6"

    @property
    def fmr(self) -> float:
        """The false match rate as a number."""
        return float(self.value)


def canonical_fmr(value: object) -> str:
    """The one spelling of a false match rate, to three figures: "1e-4", "2.5e-5".

    Args:
        value: A number, or a text that is one: 0.0001, "0.0001", "1E-4".

    Raises:
        ValueError: It is no number, or not within 1e-2 to 1e-6.
    """
    try:
        rate = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(QT_TRANSLATE_NOOP("errors", "Use a rate such as 1e-4.")) from None
    if not rate.is_finite() or not STRICTEST <= rate <= LOOSEST:
        raise ValueError(QT_TRANSLATE_NOOP("errors", "Use a rate from 1e-6 to 1e-2."))
    return f"{_FIGURES.create_decimal(rate).normalize():e}"


FmrText = Annotated[str, BeforeValidator(canonical_fmr)]
"""A false match rate as settings keep it: text, so that what is written is what was chosen."""


class RejectionReason(StrEnum):
    """What stands between a face and its being accepted, in the order in which it is met."""

    QUALITY = "quality"
    GALLERY_EMPTY = "nobody-enrolled"
    NOT_THIS_PERSON = "not-this-person"
    SIMILARITY = "similarity"
    MARGIN = "margin"


@dataclass(frozen=True, slots=True)
class FrameRun:
    """The frames that a verdict rests on.

    Attributes:
        first: The id of the first.
        last: The id of the last.
        count: How many there were; fewer than from first to last where others came between.
    """

    first: int
    last: int
    count: int


@dataclass(frozen=True, slots=True)
class DecisionReasons:
    """Why a verdict is what it is.

    Attributes:
        frames: Those that it rests on.
        match: The comparison of the last of them; None where the face was not judged.
        shortfalls: What kept it from being judged in the last of them, the first to be mended first.
    """

    frames: FrameRun
    match: Match | None = None
    quality_issues: tuple[QualityIssue, ...] = ()

    @property
    def gate(self) -> RejectionReason | None:
        """What the face did not pass; None when it was accepted."""
        if self.match is None:
            return RejectionReason.QUALITY
        match self.match.verdict:
            case Verdict.MATCH:
                return None
            case Verdict.GALLERY_EMPTY:
                return RejectionReason.GALLERY_EMPTY
            case Verdict.AMBIGUOUS:
                return RejectionReason.MARGIN
            case _:
                return (
                    RejectionReason.SIMILARITY if self.match.negative_match is None else RejectionReason.NOT_THIS_PERSON
                )

    @property
    def value(self) -> float | None:
        """What was measured at the gate: in the unit of the setting for quality, else a cosine."""
        return self._figures[0]

    @property
    def limit(self) -> float | None:
        """What the gate asked for, likewise."""
        return self._figures[1]

    @property
    def _figures(self) -> tuple[float | None, float | None]:
        compared = self.match
        if compared is None:
            return (self.quality_issues[0].value, self.quality_issues[0].limit) if self.quality_issues else (None, None)
        match self.gate:
            case RejectionReason.MARGIN:
                return compared.margin, compared.min_margin
            case RejectionReason.NOT_THIS_PERSON if compared.negative_match is not None:
                return compared.negative_match.similarity, compared.negative_match.marked
            case RejectionReason.GALLERY_EMPTY:
                return None, None
            case _:
                return compared.similarity, compared.threshold
