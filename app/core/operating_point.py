"""How strict matching is, named by the share of strangers it lets through (false match rate, FMR)."""

from decimal import Context, Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator

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
