"""Quality issues with realistic values."""

from app.core.faces import QualityHint, QualityIssue

QUALITY_ISSUES = {
    QualityHint.TOO_DARK: QualityIssue(QualityHint.TOO_DARK, "min_brightness", 31.2, 40.0),
    QualityHint.TOO_BRIGHT: QualityIssue(QualityHint.TOO_BRIGHT, "max_brightness", 240.4, 225.0),
    QualityHint.MOVE_CLOSER: QualityIssue(QualityHint.MOVE_CLOSER, "min_eye_distance", 17.6, 24.0),
    QualityHint.CUT_OFF: QualityIssue(QualityHint.CUT_OFF, "min_inside", 0.61, 0.85),
    QualityHint.LOOK_AT_CAMERA: QualityIssue(QualityHint.LOOK_AT_CAMERA, "max_yaw", 47.3, 40.0),
    QualityHint.EYES_CLOSED: QualityIssue(QualityHint.EYES_CLOSED, "min_eyes_open", 0.04, 0.1),
    QualityHint.HOLD_STILL: QualityIssue(QualityHint.HOLD_STILL, "min_sharpness", 12.0, 25.0),
}


def issues_for(*hints: QualityHint) -> tuple[QualityIssue, ...]:
    """Return one quality issue per hint."""
    return tuple(QUALITY_ISSUES[hint] for hint in hints)
