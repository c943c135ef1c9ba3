"""What is said of whether a face is living, in the language of the window."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.liveness import CueName, CueResult, Liveness, LivenessPolicy, LivenessVerdict

_CUES: dict[str, str] = {
    CueName.CHALLENGE: QT_TRANSLATE_NOOP("liveness", "Movements asked for"),
    CueName.GEOMETRY: QT_TRANSLATE_NOOP("liveness", "Depth of the head"),
    CueName.LIGHT: QT_TRANSLATE_NOOP("liveness", "Light of the screen"),
    CueName.REPEATS: QT_TRANSLATE_NOOP("liveness", "Frames that repeat"),
    CueName.DEVICE_FRAME: QT_TRANSLATE_NOOP("liveness", "Edges of a device"),
    CueName.SCREEN: QT_TRANSLATE_NOOP("liveness", "Pattern of a screen"),
    CueName.CAMERA: QT_TRANSLATE_NOOP("liveness", "Kind of camera"),
}
_ONLY_DENY = {CueName.REPEATS, CueName.DEVICE_FRAME, CueName.SCREEN, CueName.CAMERA}
"""Cues of which there is nothing to tell as long as they have found nothing."""

_VERDICTS = {
    LivenessVerdict.PASSED: QT_TRANSLATE_NOOP("liveness", "passed"),
    LivenessVerdict.FAILED: QT_TRANSLATE_NOOP("liveness", "failed"),
    LivenessVerdict.NOT_ENOUGH: QT_TRANSLATE_NOOP("liveness", "not enough seen"),
    LivenessVerdict.NOT_RUN: QT_TRANSLATE_NOOP("liveness", "not run"),
}
_POLICIES = {
    LivenessPolicy.OFF: QT_TRANSLATE_NOOP("liveness", "Off"),
    LivenessPolicy.PASSIVE: QT_TRANSLATE_NOOP("liveness", "Passive"),
    LivenessPolicy.CHALLENGE: QT_TRANSLATE_NOOP("liveness", "Challenge"),
    LivenessPolicy.STRICT: QT_TRANSLATE_NOOP("liveness", "Strict"),
}


def cue_name(cue: str) -> str:
    """What a cue looks at. A network that was plugged in has the name that its owner gave it."""
    return _said(_CUES[cue]) if cue in _CUES else cue


def verdict_word(verdict: LivenessVerdict) -> str:
    """What a cue says, in a word or two."""
    return _said(_VERDICTS[verdict])


def policy_word(policy: LivenessPolicy) -> str:
    """How much has to be shown."""
    return _said(_POLICIES[policy])


def cue_line(cue: CueResult) -> str:
    """One cue and what it says."""
    return f"{cue_name(cue.cue)}: {verdict_word(cue.verdict)}"


def by_verdict(liveness: Liveness, verdicts: Iterable[LivenessVerdict]) -> str:
    """Cues on one line, those that say the same together, without those that only deny and have not.

    Args:
        liveness: What was said.
        verdicts: Which of them to tell, in this order.
    """
    parts = []
    for verdict in verdicts:
        names = [cue_name(cue.cue) for cue in liveness.cues if cue.verdict is verdict and _tells(cue)]
        if names:
            word = verdict_word(verdict)
            parts.append(f"{word[:1].upper()}{word[1:]}: {', '.join(names)}")
    return " · ".join(parts)


def _tells(cue: CueResult) -> bool:
    return cue.verdict is LivenessVerdict.FAILED or cue.cue not in _ONLY_DENY


def _said(text: str) -> str:
    return QCoreApplication.translate("liveness", text)
