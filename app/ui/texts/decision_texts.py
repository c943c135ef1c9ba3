"""The one table of words, icons and colours of a decision: live view, recent list, audit log and kiosk use it."""

from dataclasses import dataclass

from app.core.decision import Check, Decision, Outcome
from app.core.i18n import QT_TRANSLATE_NOOP
from app.flows.verification import TrackStatus
from app.ui.texts import value_texts


@dataclass(frozen=True, slots=True)
class DecisionLook:
    """How a decision is shown.

    Attributes:
        word: The untranslated word.
        icon: Name in the icon family, so that colour never carries meaning alone.
        role: Colour role.
    """

    word: str
    icon: str
    role: str

    @property
    def text(self) -> str:
        """The word in the language of the window."""
        return value_texts.translated(self.word)


LOOKING = DecisionLook(QT_TRANSLATE_NOOP("texts", "Looking"), "dots-three-circle", "accent")
OUTCOME_LOOKS = {
    Outcome.VERIFIED: DecisionLook(QT_TRANSLATE_NOOP("texts", "Verified"), "check-circle", "good"),
    Outcome.RECOGNISED: DecisionLook(QT_TRANSLATE_NOOP("texts", "Recognised, not verified"), "user-focus", "caution"),
    Outcome.NOT_RECOGNISED: DecisionLook(QT_TRANSLATE_NOOP("texts", "Not recognised"), "x-circle", "bad"),
    Outcome.CANNOT_TELL: DecisionLook(QT_TRANSLATE_NOOP("texts", "Cannot tell"), "warning", "caution"),
    Outcome.DENIED: DecisionLook(QT_TRANSLATE_NOOP("texts", "Denied"), "prohibit", "bad"),
}
_CHECK_LOOKS = {
    Check.GALLERY_EMPTY: DecisionLook(QT_TRANSLATE_NOOP("texts", "No people enrolled"), "user-plus", "accent"),
    Check.MARGIN: DecisionLook(QT_TRANSLATE_NOOP("texts", "Not clear who"), "question", "caution"),
}
"""Checks that have a word of their own."""


def look_of(decision: Decision | None) -> DecisionLook:
    """Return how a decision is shown; None is shown as "Looking"."""
    if decision is None:
        return LOOKING
    check_look = _CHECK_LOOKS.get(decision.check) if decision.check else None
    return check_look or OUTCOME_LOOKS[decision.outcome]


def face_tag(status: TrackStatus) -> str:
    """Return the tag of a face: the name of the identified person, the first hint, or the word of the decision."""
    if status.decision is not None and status.decision.person is not None:
        return status.decision.person.name
    if status.hints:
        return value_texts.hint(status.hints[0])
    return look_of(status.decision).text
