"""Texts for people, their templates, and the error rates and advice of the calibration page."""

from PySide6.QtCore import QLocale

from app.core.i18n import QT_TRANSLATE_NOOP
from app.services.people.people_index import PeopleOrder, Standing, TemplateCoverage
from app.services.recognition.calibration import (
    Estimate,
    PairAdvice,
    PersonAdvice,
    Promise,
    RateSource,
    WeakMember,
    Weakness,
)
from app.ui.texts import value_texts

_STANDINGS = {
    Standing.ACTIVE: QT_TRANSLATE_NOOP("texts", "Active"),
    Standing.INACTIVE: QT_TRANSLATE_NOOP("texts", "Inactive"),
    Standing.NOT_YET: QT_TRANSLATE_NOOP("texts", "Not yet valid"),
    Standing.EXPIRED: QT_TRANSLATE_NOOP("texts", "Expired"),
}
_COVERAGES = {
    TemplateCoverage.NONE: QT_TRANSLATE_NOOP("texts", "No template for this model"),
    TemplateCoverage.FEW: QT_TRANSLATE_NOOP("texts", "Few templates"),
}
_ORDERS = {
    PeopleOrder.NAME: QT_TRANSLATE_NOOP("texts", "Name"),
    PeopleOrder.BADGE: QT_TRANSLATE_NOOP("texts", "Badge"),
    PeopleOrder.GROUPS: QT_TRANSLATE_NOOP("texts", "Groups"),
    PeopleOrder.STANDING: QT_TRANSLATE_NOOP("texts", "Status"),
    PeopleOrder.TEMPLATES: QT_TRANSLATE_NOOP("texts", "Templates"),
    PeopleOrder.ENROLLED: QT_TRANSLATE_NOOP("texts", "Enrolled"),
}
STANDING_ICONS = {
    Standing.ACTIVE: ("check-circle", "good"),
    Standing.INACTIVE: ("prohibit", "muted"),
    Standing.NOT_YET: ("clock", "caution"),
    Standing.EXPIRED: ("calendar-x", "bad"),
}
"""Icon and colour role of each status; the text is always shown beside them."""


def standing_text(value: Standing) -> str:
    """Return a person's status as text."""
    return value_texts.translated(_STANDINGS[value])


def coverage_text(value: TemplateCoverage) -> str:
    """Return what is missing in a person's templates."""
    return value_texts.translated(_COVERAGES[value])


def order_text(value: PeopleOrder) -> str:
    """Return the name of a sort order, which is also the heading of its column."""
    return value_texts.translated(_ORDERS[value])


_MILLION, _HUNDRED = 1_000_000, 100

_WEAKNESSES = {
    Weakness.UNLIKE_TEMPLATES: QT_TRANSLATE_NOOP("texts", "Half of the templates differ from the others"),
    Weakness.ODD_TEMPLATE: QT_TRANSLATE_NOOP("texts", "One template differs from the others"),
    Weakness.FEW_TEMPLATES: QT_TRANSLATE_NOOP("texts", "Few templates"),
    Weakness.LOW_QUALITY: QT_TRANSLATE_NOOP("texts", "Low picture quality"),
}
_PERSON_ADVICE = {
    PersonAdvice.ENROL_AGAIN: QT_TRANSLATE_NOOP("texts", "Re-enrol this person in even light."),
    PersonAdvice.CHECK_TEMPLATES: QT_TRANSLATE_NOOP(
        "texts", "Check that all pictures show this person. Add more like the odd one, or retire it."
    ),
    PersonAdvice.ADD_TEMPLATES: QT_TRANSLATE_NOOP("texts", "Add templates."),
    PersonAdvice.ADD_BETTER_TEMPLATES: QT_TRANSLATE_NOOP("texts", "Add templates from sharp, evenly lit pictures."),
}
_PAIR_ADVICE = {
    PairAdvice.CHECK_WHETHER_ONE: QT_TRANSLATE_NOOP("texts", "Check whether this is one person enrolled twice."),
    PairAdvice.BE_STRICTER: QT_TRANSLATE_NOOP("texts", "They can be confused. Raise strictness."),
    PairAdvice.ADD_TEMPLATES: QT_TRANSLATE_NOOP("texts", "Close to the threshold. Add templates to both."),
    PairAdvice.NOTHING: QT_TRANSLATE_NOOP("texts", "Far enough apart."),
}


def false_match_text(estimate: Estimate) -> str:
    """Return the false match rate as strangers in a million matched to a given person."""
    if estimate.source is RateSource.GALLERY and not estimate.errors:
        text = QT_TRANSLATE_NOOP("texts", "Of a million strangers, at most {high} would be taken for a given person")
    else:
        text = QT_TRANSLATE_NOOP("texts", "Of a million strangers, about {count} would be taken for a given person")
    return value_texts.translated(text).format(**_numbers(estimate, _MILLION))


def false_non_match_text(estimate: Estimate) -> str:
    """Return the false non-match rate as refused attempts in a hundred."""
    if estimate.rate is None:
        text = QT_TRANSLATE_NOOP("texts", "How often enrolled people are refused is unknown")
    elif estimate.source is RateSource.GALLERY and not estimate.errors:
        text = QT_TRANSLATE_NOOP("texts", "Of a hundred attempts by enrolled people, at most {high} would be refused")
    else:
        text = QT_TRANSLATE_NOOP("texts", "Of a hundred attempts by enrolled people, about {count} would be refused")
    return value_texts.translated(text).format(**_numbers(estimate, _HUNDRED))


def false_match_range(estimate: Estimate) -> str:
    """Return the confidence interval of the false match rate and its counts."""
    return _range(estimate, _MILLION)


def false_non_match_range(estimate: Estimate) -> str:
    """Return the confidence interval of the false non-match rate and its counts."""
    return _range(estimate, _HUNDRED)


def promise_text(promise: Promise) -> str:
    """Return the promise per visitor as a sentence."""
    text = QT_TRANSLATE_NOOP("texts", "Of {count} strangers who try once, one is accepted ({people} enrolled).")
    count = value_texts.number(value_texts.round_to_two_figures(promise.held))
    return value_texts.translated(text).format(count=count, people=value_texts.number(promise.people))


def promise_limit_text(promise: Promise) -> str:
    """Return why the promise cannot be held, and what to do; empty if it is held."""
    if promise.is_held:
        return ""
    text = QT_TRANSLATE_NOOP(
        "texts", "This model holds no more with {people} people. For more, use badges or a second factor."
    )
    return value_texts.translated(text).format(people=value_texts.number(promise.people))


def weakness_text(member: WeakMember) -> str:
    """Return why a person may not be recognised."""
    return " · ".join(value_texts.translated(_WEAKNESSES[weakness]) for weakness in member.weaknesses)


def member_facts(member: WeakMember) -> str:
    """Return the figures behind a weakness."""
    if member.lowest is None:
        text = QT_TRANSLATE_NOOP("texts", "Templates: {count}. Quality {quality} %")
    else:
        text = QT_TRANSLATE_NOOP("texts", "Templates: {count}, lowest similarity {lowest}. Quality {quality} %")
    return value_texts.translated(text).format(
        count=value_texts.number(member.templates),
        lowest=f"{member.lowest or 0:.2f}",
        quality=round(member.quality * 100),
    )


def person_advice(value: PersonAdvice) -> str:
    """Return what to do about a weak gallery member."""
    return value_texts.translated(_PERSON_ADVICE[value])


def pair_advice(value: PairAdvice) -> str:
    """Return what to do about two people who look alike."""
    return value_texts.translated(_PAIR_ADVICE[value])


def similarity_text(similarity: float) -> str:
    """Return the similarity of two people as text."""
    return value_texts.translated(QT_TRANSLATE_NOOP("texts", "Similarity {value}")).format(value=f"{similarity:.2f}")


def _range(estimate: Estimate, of: int) -> str:
    numbers = _numbers(estimate, of)
    if estimate.rate is None:
        return ""
    if estimate.source is RateSource.REFERENCE:
        return value_texts.translated(QT_TRANSLATE_NOOP("texts", "{low} to {high}, by the model's reference")).format(
            **numbers
        )
    text = QT_TRANSLATE_NOOP("texts", "{low} to {high}. Counted: {errors} of {trials}")
    return value_texts.translated(text).format(**numbers)


def _numbers(estimate: Estimate, of: int) -> dict[str, str]:
    return {
        "count": _figure((estimate.rate or 0) * of),
        "low": _figure(estimate.low * of),
        "high": _figure(estimate.high * of),
        "errors": value_texts.number(estimate.errors),
        "trials": value_texts.number(estimate.trials),
    }


def _figure(value: float) -> str:
    """Return a number with two significant digits: the counts do not support more."""
    if value == 0 or value >= 10:
        return value_texts.number(value_texts.round_to_two_figures(value))
    return QLocale().toString(float(f"{value:.2g}"), "g", 2)
