"""Words that several parts of the people's page share."""

from PySide6.QtCore import QLocale

from app.core.i18n import QT_TRANSLATE_NOOP
from app.services.people.people_index import PeopleOrder, Standing, TemplateCoverage
from app.services.recognition.calibration import Estimate, PairAdvice, PersonAdvice, Source, WeakMember, Weakness
from app.ui.texts import value_texts

_STANDINGS = {
    Standing.ACTIVE: QT_TRANSLATE_NOOP("texts", "Active"),
    Standing.INACTIVE: QT_TRANSLATE_NOOP("texts", "Inactive"),
    Standing.NOT_YET: QT_TRANSLATE_NOOP("texts", "Not yet valid"),
    Standing.EXPIRED: QT_TRANSLATE_NOOP("texts", "Expired"),
}
_COVERAGES = {
    TemplateCoverage.NONE: QT_TRANSLATE_NOOP("texts", "No template of this model"),
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
"""Icon and role of each standing; the word always stands beside them."""


def standing_text(value: Standing) -> str:
    """Whether somebody is recognised."""
    return value_texts.translated(_STANDINGS[value])


def coverage_text(value: TemplateCoverage) -> str:
    """What there is to mend about somebody's templates."""
    return value_texts.translated(_COVERAGES[value])


def order_text(value: PeopleOrder) -> str:
    """What a list is sorted by, which is also the heading of its column."""
    return value_texts.translated(_ORDERS[value])


_MILLION, _HUNDRED = 1_000_000, 100

_WEAKNESSES = {
    Weakness.UNLIKE_TEMPLATES: QT_TRANSLATE_NOOP("texts", "Half of the templates are unlike the others"),
    Weakness.ODD_TEMPLATE: QT_TRANSLATE_NOOP("texts", "A template is unlike the others"),
    Weakness.FEW_TEMPLATES: QT_TRANSLATE_NOOP("texts", "Few templates"),
    Weakness.LOW_QUALITY: QT_TRANSLATE_NOOP("texts", "Poor pictures"),
}
_PERSON_ADVICE = {
    PersonAdvice.ENROL_AGAIN: QT_TRANSLATE_NOOP("texts", "Enrol the person again, in even light."),
    PersonAdvice.CHECK_TEMPLATES: QT_TRANSLATE_NOOP(
        "texts", "See whether all pictures show this person. Add more like the odd one, or retire it."
    ),
    PersonAdvice.ADD_TEMPLATES: QT_TRANSLATE_NOOP("texts", "Add templates."),
    PersonAdvice.ADD_BETTER_TEMPLATES: QT_TRANSLATE_NOOP("texts", "Add templates from sharp, evenly lit pictures."),
}
_PAIR_ADVICE = {
    PairAdvice.CHECK_WHETHER_ONE: QT_TRANSLATE_NOOP("texts", "See whether they are one person, enrolled twice."),
    PairAdvice.BE_STRICTER: QT_TRANSLATE_NOOP("texts", "One can be taken for the other. Be stricter."),
    PairAdvice.ADD_TEMPLATES: QT_TRANSLATE_NOOP("texts", "Close to the threshold. Add templates to both."),
    PairAdvice.NOTHING: QT_TRANSLATE_NOOP("texts", "Far enough apart."),
}


def false_match_text(estimate: Estimate) -> str:
    """How many strangers in a million are taken for a person."""
    if estimate.source is Source.GALLERY and not estimate.errors:
        text = QT_TRANSLATE_NOOP("texts", "Of a million strangers, at most {high} would be taken for a given person")
    else:
        text = QT_TRANSLATE_NOOP("texts", "Of a million strangers, about {count} would be taken for a given person")
    return value_texts.translated(text).format(**_numbers(estimate, _MILLION))


def false_non_match_text(estimate: Estimate) -> str:
    """How many looks at an enrolled person in a hundred do not match."""
    if estimate.rate is None:
        text = QT_TRANSLATE_NOOP("texts", "How often your own people are refused is not known")
    elif estimate.source is Source.GALLERY and not estimate.errors:
        text = QT_TRANSLATE_NOOP("texts", "Of a hundred attempts by your people, at most {high} would be refused")
    else:
        text = QT_TRANSLATE_NOOP("texts", "Of a hundred attempts by your people, about {count} would be refused")
    return value_texts.translated(text).format(**_numbers(estimate, _HUNDRED))


def false_match_range(estimate: Estimate) -> str:
    """The range behind it, and what was counted."""
    return _range(estimate, _MILLION)


def false_non_match_range(estimate: Estimate) -> str:
    """The range behind it, and what was counted."""
    return _range(estimate, _HUNDRED)


def false_positive_text(share: float, people: int) -> str:
    """How many strangers in a million are taken for somebody, whoever it is."""
    text = QT_TRANSLATE_NOOP("texts", "With {people} enrolled: about {count} in a million for one of them")
    return value_texts.translated(text).format(people=value_texts.number(people), count=_figure(share * _MILLION))


def weakness_text(member: WeakMember) -> str:
    """Why somebody may not be recognised."""
    return " · ".join(value_texts.translated(_WEAKNESSES[weakness]) for weakness in member.weaknesses)


def member_facts(member: WeakMember) -> str:
    """The figures behind it."""
    if member.lowest is None:
        text = QT_TRANSLATE_NOOP("texts", "Templates: {count}. Quality {quality} %")
    else:
        text = QT_TRANSLATE_NOOP("texts", "Templates: {count}, least similarity {lowest}. Quality {quality} %")
    return value_texts.translated(text).format(
        count=value_texts.number(member.templates),
        lowest=f"{member.lowest or 0:.2f}",
        quality=round(member.quality * 100),
    )


def person_advice(value: PersonAdvice) -> str:
    """What to do about somebody weak."""
    return value_texts.translated(_PERSON_ADVICE[value])


def pair_advice(value: PairAdvice) -> str:
    """What to do about two who look alike."""
    return value_texts.translated(_PAIR_ADVICE[value])


def similarity_text(similarity: float) -> str:
    """How alike two people are."""
    return value_texts.translated(QT_TRANSLATE_NOOP("texts", "Similarity {value}")).format(value=f"{similarity:.2f}")


def _range(estimate: Estimate, of: int) -> str:
    numbers = _numbers(estimate, of)
    if estimate.rate is None:
        return ""
    if estimate.source is Source.REFERENCE:
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
    """With two leading figures: more would claim what nobody knows."""
    if value == 0 or value >= 10:
        return value_texts.number(value_texts.round_to_two_figures(value))
    return QLocale().toString(float(f"{value:.2g}"), "g", 2)
