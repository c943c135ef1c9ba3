"""Faces that cannot be judged, with figures as they are measured."""

from app.core.types import Hint, Shortfall

FAULTS = {
    Hint.TOO_DARK: Shortfall(Hint.TOO_DARK, "min_brightness", 31.2, 40.0),
    Hint.TOO_BRIGHT: Shortfall(Hint.TOO_BRIGHT, "max_brightness", 240.4, 225.0),
    Hint.MOVE_CLOSER: Shortfall(Hint.MOVE_CLOSER, "min_eye_distance", 17.6, 24.0),
    Hint.CUT_OFF: Shortfall(Hint.CUT_OFF, "min_inside", 0.61, 0.85),
    Hint.LOOK_AT_CAMERA: Shortfall(Hint.LOOK_AT_CAMERA, "max_yaw", 47.3, 40.0),
    Hint.EYES_CLOSED: Shortfall(Hint.EYES_CLOSED, "min_eyes_open", 0.04, 0.1),
    Hint.HOLD_STILL: Shortfall(Hint.HOLD_STILL, "min_sharpness", 12.0, 25.0),
}


def lacking(*hints: Hint) -> tuple[Shortfall, ...]:
    """What a face falls short of, one for each hint."""
    return tuple(FAULTS[hint] for hint in hints)
