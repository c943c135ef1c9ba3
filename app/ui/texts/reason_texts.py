"""Translated rejection reasons: one sentence with the measured values, and a tip."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.core.audit import Detail
from app.core.decision import Check, Decision
from app.core.faces import QualityHint
from app.core.i18n import QT_TRANSLATE_NOOP

_QUALITY = {
    "min_brightness": QT_TRANSLATE_NOOP("reasons", "Too dark: {value}, needs {limit}."),
    "max_brightness": QT_TRANSLATE_NOOP("reasons", "Too bright: {value}, at most {limit}."),
    "min_eye_distance": QT_TRANSLATE_NOOP("reasons", "Too far away: {value} pixels between the eyes, needs {limit}."),
    "min_inside": QT_TRANSLATE_NOOP("reasons", "Cut off: {value} % of the face is in the picture, needs {limit} %."),
    "max_yaw": QT_TRANSLATE_NOOP("reasons", "Turned away by {value}°, at most {limit}°."),
    "max_pitch": QT_TRANSLATE_NOOP("reasons", "Looking up or down by {value}°, at most {limit}°."),
    "min_eyes_open": QT_TRANSLATE_NOOP("reasons", "Eyes closed: opening {value}, needs {limit}."),
    "min_sharpness": QT_TRANSLATE_NOOP("reasons", "Blurred: sharpness {value}, needs {limit}."),
}
_OTHER_QUALITY = QT_TRANSLATE_NOOP("reasons", "Not good enough to be judged: {value}, needs {limit}.")
_GATES = {
    Check.QUALITY: QT_TRANSLATE_NOOP("reasons", "Not good enough to be judged."),
    Check.GALLERY_EMPTY: QT_TRANSLATE_NOOP("reasons", "No people are enrolled."),
    Check.NOT_THIS_PERSON: QT_TRANSLATE_NOOP("reasons", "Marked as not {name}."),
    Check.SIMILARITY: QT_TRANSLATE_NOOP("reasons", "Not similar enough: {value}, needs {limit}."),
    Check.MARGIN: QT_TRANSLATE_NOOP("reasons", "Two people fit: {value} apart, needs {limit}."),
    Check.NOT_LIVE: QT_TRANSLATE_NOOP("reasons", "The liveness check failed."),
    Check.NOT_ACTIVE: QT_TRANSLATE_NOOP("reasons", "The person is not active."),
    Check.NOT_YET_VALID: QT_TRANSLATE_NOOP("reasons", "The person is not valid yet."),
    Check.EXPIRED: QT_TRANSLATE_NOOP("reasons", "The person's validity has ended."),
    Check.NOT_VALID: QT_TRANSLATE_NOOP("reasons", "The person is not valid at this time."),
    Check.NOT_IN_GROUP: QT_TRANSLATE_NOOP("reasons", "The person's groups have no access here."),
    Check.NOT_NOW: QT_TRANSLATE_NOOP("reasons", "No access at this time."),
    Check.LOCKED_OUT: QT_TRANSLATE_NOOP("reasons", "Too many failed attempts."),
    Check.LIVENESS_OPEN: QT_TRANSLATE_NOOP("reasons", "Liveness is not shown yet."),
    Check.LIVENESS_NOT_RUN: QT_TRANSLATE_NOOP("reasons", "Liveness is not checked."),
}
_QUALITY_TIPS = {
    QualityHint.TOO_DARK: QT_TRANSLATE_NOOP("reasons", "Turn on a light or face the window."),
    QualityHint.TOO_BRIGHT: QT_TRANSLATE_NOOP("reasons", "Turn away from the light."),
    QualityHint.MOVE_CLOSER: QT_TRANSLATE_NOOP("reasons", "Move a little closer."),
    QualityHint.CUT_OFF: QT_TRANSLATE_NOOP("reasons", "Move into the picture."),
    QualityHint.LOOK_AT_CAMERA: QT_TRANSLATE_NOOP("reasons", "Look at the camera."),
    QualityHint.EYES_CLOSED: QT_TRANSLATE_NOOP("reasons", "Open your eyes."),
    QualityHint.HOLD_STILL: QT_TRANSLATE_NOOP("reasons", "Hold still."),
}
_TIPS = {
    Check.GALLERY_EMPTY: QT_TRANSLATE_NOOP("reasons", "Enrol the first person."),
    Check.NOT_THIS_PERSON: QT_TRANSLATE_NOOP("reasons", "If that is wrong, remove the mark on the People page."),
    Check.SIMILARITY: QT_TRANSLATE_NOOP("reasons", "If you are enrolled, face the light and look at the camera."),
    Check.MARGIN: QT_TRANSLATE_NOOP("reasons", "Look straight at the camera."),
}
_SCALES = {"min_inside": (100.0, 0), "min_eyes_open": (1.0, 2), "": (1.0, 2)}
"""By setting: factor and decimals of the values shown. The empty name is for cosine similarities."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Rejection of a face, from a live verdict or from the audit log.

    Attributes:
        gate: Which it did not pass.
        value: The measured value; None without one.
        limit: The required value.
        hint: The quality hint, if the quality was insufficient.
        setting: Name of the setting that holds the limit, likewise.
        name: The person whom a negative template excludes.
    """

    gate: Check
    value: float | None = None
    limit: float | None = None
    hint: QualityHint | None = None
    setting: str = ""
    name: str = ""

    @property
    def sentence(self) -> str:
        """The reason with the measured values."""
        text = _GATES[self.gate]
        if self.gate is Check.QUALITY and self.value is not None:
            text = _QUALITY.get(self.setting, _OTHER_QUALITY)
        value, limit = _figures(self.value, self.limit, self.setting)
        return QCoreApplication.translate("reasons", text).format(value=value, limit=limit, name=self.name)

    @property
    def tip(self) -> str:
        """What the person can do; empty if nothing helps."""
        text = _TIPS.get(self.gate) or (_QUALITY_TIPS.get(self.hint) if self.hint else None)
        return QCoreApplication.translate("reasons", text) if text else ""


def rejection_of_decision(decision: Decision | None) -> Rejection | None:
    """Return the rejection of a live decision; None if the face is identified or is still being checked."""
    reason = decision.reason if decision else None
    if decision is None or reason is None or decision.is_identified:
        return None
    quality_issue = decision.quality_issues[0] if decision.quality_issues else None
    negative_match = decision.match.negative_match if decision.match else None
    return Rejection(
        reason.check,
        reason.value,
        reason.limit,
        quality_issue.hint if quality_issue else None,
        quality_issue.setting if quality_issue else "",
        negative_match.person.name if negative_match else "",
    )


def rejection_of_event(details: Mapping[str, Detail], name: str) -> Rejection | None:
    """Return the rejection in an event of the audit log; None if it has none.

    Args:
        details: Details of the event.
        name: Name of the event's subject.
    """
    gate, hint = details.get("gate"), details.get("hint")
    if gate not in set(Check):
        return None
    return Rejection(
        Check(str(gate)),
        _number(details.get("value")),
        _number(details.get("limit")),
        QualityHint(str(hint)) if hint in set(QualityHint) else None,
        str(details.get("setting") or ""),
        name,
    )


def _number(detail: Detail) -> float | None:
    return float(detail) if isinstance(detail, int | float) else None


def _figures(value: float | None, limit: float | None, setting: str) -> tuple[str, str]:
    """Format value and limit with enough decimals to differ: never "40, needs 40"."""
    if value is None or limit is None:
        return "", ""
    factor, decimals = _SCALES.get(setting, (1.0, 0))
    while True:
        shown = f"{value * factor:.{decimals}f}", f"{limit * factor:.{decimals}f}"
        if shown[0] != shown[1] or decimals >= 4:
            return shown
        decimals += 1
