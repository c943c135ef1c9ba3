import pytest

from app.core.settings.sections import RecognitionSettings
from app.services.recognition.matcher import fmr_curve, match_rule
from app.vision.manifest import ThresholdPoint
from app.wiring import Application


@pytest.mark.parametrize("fmr", ["1e-3", "1e-4", "3.7e-5"])
def test_an_operating_point_is_kept_after_a_change_of_model(application: Application, fmr: str) -> None:
    """The rate is kept, and each model's own table gives its threshold."""
    settings, row = RecognitionSettings(operating_point=fmr), application.models.embedder_row
    points = tuple(
        ThresholdPoint(fmr=point.fmr, threshold=point.threshold / 2 + 0.4) for point in row.thresholds.points
    )
    other = row.model_copy(update={"thresholds": row.thresholds.model_copy(update={"points": points})})
    first, second = match_rule(row, settings), match_rule(other, settings)
    assert second.threshold == pytest.approx(first.threshold / 2 + 0.4)
    for model, rule in ((row, first), (other, second)):
        assert fmr_curve(model).fmr_at(rule.threshold) == pytest.approx(float(fmr))
