"""Translated texts of liveness: cues, verdicts, policies, and the guided liveness test."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.liveness import NETWORK_CUE_PREFIX, CueName, CueResult, LivenessPolicy, LivenessResult, LivenessVerdict
from app.flows.liveness.liveness_test import Species
from app.services.liveness.error_rates import LivenessErrorRate
from app.ui.texts import value_texts

_CUES: dict[str, str] = {
    CueName.CHALLENGE: QT_TRANSLATE_NOOP("liveness", "Movements asked for"),
    CueName.GEOMETRY: QT_TRANSLATE_NOOP("liveness", "Depth of the head"),
    CueName.LIGHT: QT_TRANSLATE_NOOP("liveness", "Light of the screen"),
    CueName.REPEATS: QT_TRANSLATE_NOOP("liveness", "Frames that repeat"),
    CueName.DEVICE_FRAME: QT_TRANSLATE_NOOP("liveness", "Edges of a device"),
    CueName.SCREEN: QT_TRANSLATE_NOOP("liveness", "Pattern of a screen"),
    CueName.CAMERA: QT_TRANSLATE_NOOP("liveness", "Kind of camera"),
    f"{NETWORK_CUE_PREFIX}face_antispoof": QT_TRANSLATE_NOOP("liveness", "Texture of the face"),
}
_ONLY_DENY = {CueName.REPEATS, CueName.DEVICE_FRAME, CueName.SCREEN, CueName.CAMERA}
"""Cues that only detect attacks; they are not listed unless they failed."""

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
    """Return the name of a cue; a network of the user is shown with its own name."""
    return _liveness_text(_CUES[cue]) if cue in _CUES else cue


def verdict_text(verdict: LivenessVerdict) -> str:
    """Return the text of a verdict."""
    return _liveness_text(_VERDICTS[verdict])


def policy_text(policy: LivenessPolicy) -> str:
    """Return the name of a liveness policy."""
    return _liveness_text(_POLICIES[policy])


def cue_text(cue: CueResult) -> str:
    """Return a cue with its verdict."""
    return f"{cue_name(cue.cue)}: {verdict_text(cue.verdict)}"


def cues_by_verdict(liveness: LivenessResult, verdicts: Iterable[LivenessVerdict]) -> str:
    """Return the cues on one line, grouped by verdict, without attack detectors that passed.

    Args:
        liveness: The result with its cues.
        verdicts: The verdicts to list, in this order.
    """
    parts = []
    for verdict in verdicts:
        names = [cue_name(cue.cue) for cue in liveness.cues if cue.verdict is verdict and _tells(cue)]
        if names:
            word = verdict_text(verdict)
            parts.append(f"{word[:1].upper()}{word[1:]}: {', '.join(names)}")
    return " · ".join(parts)


def _tells(cue: CueResult) -> bool:
    return cue.verdict is LivenessVerdict.FAILED or cue.cue not in _ONLY_DENY


def _liveness_text(text: str) -> str:
    return QCoreApplication.translate("liveness", text)


_HOLD_UP = {
    Species.LIVE: QT_TRANSLATE_NOOP("liveness", "Show your own face"),
    Species.PRINT: QT_TRANSLATE_NOOP("liveness", "Hold up a printed photo, flat"),
    Species.BENT_PRINT: QT_TRANSLATE_NOOP("liveness", "Bend the printed photo"),
    Species.PHONE_PICTURE: QT_TRANSLATE_NOOP("liveness", "Hold up a picture on a phone"),
    Species.PHONE_CLIP: QT_TRANSLATE_NOOP("liveness", "Hold up a video on a phone"),
}
_HOW = {
    Species.LIVE: QT_TRANSLATE_NOOP("liveness", "Look at the camera and do what you are asked for."),
    Species.PRINT: QT_TRANSLATE_NOOP("liveness", "A face in life size. Move and tilt it as an attacker would."),
    Species.BENT_PRINT: QT_TRANSLATE_NOOP("liveness", "Bend it around your hand and turn it to and fro."),
    Species.PHONE_PICTURE: QT_TRANSLATE_NOOP("liveness", "Bring it so near that its edges are out of the picture."),
    Species.PHONE_CLIP: QT_TRANSLATE_NOOP("liveness", "A person who moves, blinks and turns the head."),
}
_NAMES = {
    Species.LIVE: QT_TRANSLATE_NOOP("liveness", "Your face"),
    Species.PRINT: QT_TRANSLATE_NOOP("liveness", "Printed photo"),
    Species.BENT_PRINT: QT_TRANSLATE_NOOP("liveness", "Bent photo"),
    Species.PHONE_PICTURE: QT_TRANSLATE_NOOP("liveness", "Picture on a phone"),
    Species.PHONE_CLIP: QT_TRANSLATE_NOOP("liveness", "Video on a phone"),
}


def presentation_prompt(species: Species) -> str:
    """Return what to hold up."""
    return _liveness_text(_HOLD_UP[species])


def presentation_advice(species: Species) -> str:
    """Return how to hold it up."""
    return _liveness_text(_HOW[species])


def species_name(species: Species) -> str:
    """Return the name of a presentation species."""
    return _liveness_text(_NAMES[species])


def rate_text(rate: LivenessErrorRate, *, is_attack: bool) -> str:
    """Return the error count and the 95 % confidence interval of the error rate.

    Args:
        rate: Errors and trials of one species.
        is_attack: Whether an error is an accepted attack (APCER) or a rejected bona fide presentation (BPCER), as in
            ISO/IEC 30107-3.
    """
    wrong = (
        QT_TRANSLATE_NOOP("liveness", "{errors} of {trials} passed")
        if is_attack
        else QT_TRANSLATE_NOOP("liveness", "{errors} of {trials} refused")
    )
    span = f"{value_texts.number(round(rate.low * 100))}–{value_texts.number(round(rate.high * 100))} %"
    return f"{_liveness_text(wrong).format(errors=rate.errors, trials=rate.trials)}\n{span}"
