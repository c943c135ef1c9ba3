"""What is said while the liveness check is tried, in the language of the window."""

from PySide6.QtCore import QCoreApplication

from app.core.i18n import QT_TRANSLATE_NOOP
from app.flows.liveness_trials import Species
from app.services.liveness_rates import Rate
from app.ui import texts

_HOLD_UP = {
    Species.LIVE: QT_TRANSLATE_NOOP("liveness", "Show your own face"),
    Species.PRINT: QT_TRANSLATE_NOOP("liveness", "Hold up a printed photo, flat"),
    Species.BENT_PRINT: QT_TRANSLATE_NOOP("liveness", "Bend the printed photo"),
    Species.PHONE_PICTURE: QT_TRANSLATE_NOOP("liveness", "Hold up a picture on a phone"),
    Species.PHONE_CLIP: QT_TRANSLATE_NOOP("liveness", "Hold up a film on a phone"),
}
_HOW = {
    Species.LIVE: QT_TRANSLATE_NOOP("liveness", "Look at the camera and do what you are asked for."),
    Species.PRINT: QT_TRANSLATE_NOOP("liveness", "A face as large as a real one. Move and tilt it as a cheat would."),
    Species.BENT_PRINT: QT_TRANSLATE_NOOP("liveness", "Bend it around your hand and turn it to and fro."),
    Species.PHONE_PICTURE: QT_TRANSLATE_NOOP("liveness", "Bring it so near that its edges are out of the picture."),
    Species.PHONE_CLIP: QT_TRANSLATE_NOOP("liveness", "Somebody who moves, blinks and turns the head."),
}
_NAMES = {
    Species.LIVE: QT_TRANSLATE_NOOP("liveness", "Your face"),
    Species.PRINT: QT_TRANSLATE_NOOP("liveness", "Printed photo"),
    Species.BENT_PRINT: QT_TRANSLATE_NOOP("liveness", "Bent photo"),
    Species.PHONE_PICTURE: QT_TRANSLATE_NOOP("liveness", "Picture on a phone"),
    Species.PHONE_CLIP: QT_TRANSLATE_NOOP("liveness", "Film on a phone"),
}


def hold_up(species: Species) -> str:
    """What is to be presented."""
    return _said(_HOLD_UP[species])


def how(species: Species) -> str:
    """How that is best done."""
    return _said(_HOW[species])


def name(species: Species) -> str:
    """What was presented."""
    return _said(_NAMES[species])


def cell(rate: Rate, *, is_attack: bool) -> str:
    """A count, and in which range the share lies with 95 % certainty."""
    wrong = (
        QT_TRANSLATE_NOOP("liveness", "{errors} of {trials} passed")
        if is_attack
        else QT_TRANSLATE_NOOP("liveness", "{errors} of {trials} refused")
    )
    span = f"{texts.number(round(rate.low * 100))}–{texts.number(round(rate.high * 100))} %"
    return f"{_said(wrong).format(errors=rate.errors, trials=rate.trials)}\n{span}"


def _said(text: str) -> str:
    return QCoreApplication.translate("liveness", text)
