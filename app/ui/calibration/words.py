"""Rates and advice in words, in the language of the window."""

from PySide6.QtCore import QLocale

from app.core.i18n import QT_TRANSLATE_NOOP
from app.services.calibration import Estimate, PairAdvice, PersonAdvice, Source, WeakMember, Weakness
from app.ui import texts

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


def strangers(estimate: Estimate) -> str:
    """How many strangers in a million are taken for a person."""
    if estimate.source is Source.GALLERY and not estimate.errors:
        text = QT_TRANSLATE_NOOP("texts", "Of a million strangers, at most {high} would be taken for a given person")
    else:
        text = QT_TRANSLATE_NOOP("texts", "Of a million strangers, about {count} would be taken for a given person")
    return texts.translated(text).format(**_numbers(estimate, _MILLION))


def own(estimate: Estimate) -> str:
    """How many looks at an enrolled person in a hundred do not match."""
    if estimate.rate is None:
        text = QT_TRANSLATE_NOOP("texts", "How often your own people are refused is not known")
    elif estimate.source is Source.GALLERY and not estimate.errors:
        text = QT_TRANSLATE_NOOP("texts", "Of a hundred attempts by your people, at most {high} would be refused")
    else:
        text = QT_TRANSLATE_NOOP("texts", "Of a hundred attempts by your people, about {count} would be refused")
    return texts.translated(text).format(**_numbers(estimate, _HUNDRED))


def strangers_range(estimate: Estimate) -> str:
    """The range behind it, and what was counted."""
    return _range(estimate, _MILLION)


def own_range(estimate: Estimate) -> str:
    """The range behind it, and what was counted."""
    return _range(estimate, _HUNDRED)


def anybody(share: float, people: int) -> str:
    """How many strangers in a million are taken for somebody, whoever it is."""
    text = QT_TRANSLATE_NOOP("texts", "With {people} enrolled: about {count} in a million for one of them")
    return texts.translated(text).format(people=texts.number(people), count=_figure(share * _MILLION))


def weakness(member: WeakMember) -> str:
    """Why somebody may not be recognised."""
    return " · ".join(texts.translated(_WEAKNESSES[weakness]) for weakness in member.weaknesses)


def facts(member: WeakMember) -> str:
    """The figures behind it."""
    if member.lowest is None:
        text = QT_TRANSLATE_NOOP("texts", "Templates: {count}. Quality {quality} %")
    else:
        text = QT_TRANSLATE_NOOP("texts", "Templates: {count}, least similarity {lowest}. Quality {quality} %")
    return texts.translated(text).format(
        count=texts.number(member.templates), lowest=f"{member.lowest or 0:.2f}", quality=round(member.quality * 100)
    )


def person_advice(value: PersonAdvice) -> str:
    """What to do about somebody weak."""
    return texts.translated(_PERSON_ADVICE[value])


def pair_advice(value: PairAdvice) -> str:
    """What to do about two who look alike."""
    return texts.translated(_PAIR_ADVICE[value])


def likeness(similarity: float) -> str:
    """How alike two people are."""
    return texts.translated(QT_TRANSLATE_NOOP("texts", "Similarity {value}")).format(value=f"{similarity:.2f}")


def _range(estimate: Estimate, of: int) -> str:
    numbers = _numbers(estimate, of)
    if estimate.rate is None:
        return ""
    if estimate.source is Source.REFERENCE:
        return texts.translated(QT_TRANSLATE_NOOP("texts", "{low} to {high}, by the model's reference")).format(
            **numbers
        )
    text = QT_TRANSLATE_NOOP("texts", "{low} to {high}. Counted: {errors} of {trials}")
    return texts.translated(text).format(**numbers)


def _numbers(estimate: Estimate, of: int) -> dict[str, str]:
    return {
        "count": _figure((estimate.rate or 0) * of),
        "low": _figure(estimate.low * of),
        "high": _figure(estimate.high * of),
        "errors": texts.number(estimate.errors),
        "trials": texts.number(estimate.trials),
    }


def _figure(value: float) -> str:
    """With two leading figures: more would claim what nobody knows."""
    if value == 0 or value >= 10:
        return texts.number(texts.rounded(value))
    return QLocale().toString(float(f"{value:.2g}"), "g", 2)
