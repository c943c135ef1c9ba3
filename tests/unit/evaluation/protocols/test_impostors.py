"""Impostor attempts run through the kiosk's state machine."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.core.errors import ImageError
from app.core.faces import AnalyzedFace, Box, Embedding, Face, Frame, Pose, Quality
from app.core.paths import models_dir
from app.core.settings.sections import RecognitionSettings
from app.evaluation.protocols.impostors import ImpostorReport, evaluate_impostors
from app.flows.kiosk.types import KioskRules
from app.services.kiosk.policy import KioskPolicy
from app.services.recognition.matcher import Identification
from app.vision.manifest import Manifest

RECOGNITION = RecognitionSettings(operating_point="1e-4")
SCHEDULE = KioskPolicy.model_validate({"name": "door"}).when.schedule()
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Eye:
    """Embeds a picture's grey level as one of many directions; finds no face in a black picture."""

    def analyze(self, frame: Frame, least_share: float = 0.0) -> tuple[AnalyzedFace, ...]:
        grey = round(float(frame.image.mean()))
        vector = np.eye(64, dtype=np.float32)[grey // 4]
        face = Face(Box(0, 0, 50, 50), np.zeros((478, 3), np.float32))
        seen = AnalyzedFace(face, Quality(60, 200, 128, Pose(0, 0, 0), 0.3, 1.0), Embedding(vector, "m"))
        return (seen,) if grey else ()


def folder(root: Path, greys: Sequence[int]) -> Path:
    for number, grey in enumerate(greys):
        path = root / f"person{number:02d}" / "1.png"
        path.parent.mkdir(parents=True)
        cv2.imwrite(str(path), np.full((16, 16, 3), grey, np.uint8))
    return root


def run(images: Path, gallery: int) -> ImpostorReport:
    eye: object = Eye()
    identification = Identification(Manifest(models_dir()).embedder("mobilefacenet"), RECOGNITION)
    return evaluate_impostors(
        eye,  # type: ignore[arg-type]
        images,
        identification,
        KioskRules(),
        SCHEDULE,
        NOW,
        model="m",
        gallery=gallery,
    )


def test_distinct_people_are_rejected(tmp_path: Path) -> None:
    report = run(folder(tmp_path, range(4, 84, 4)), 10)
    assert (report.probes, report.let_in, report.not_detected) == (20, 0, 0)
    assert 0 == report.low < report.high < 0.2


def test_an_identical_face_is_accepted_if_the_other_is_enrolled(tmp_path: Path) -> None:
    report = run(folder(tmp_path, [*range(4, 40, 4), 36]), 9)
    assert report.probes == 10
    assert report.let_in == 2


def test_pictures_without_a_face_are_left_out(tmp_path: Path) -> None:
    report = run(folder(tmp_path, [0, *range(4, 40, 4)]), 5)
    assert (report.probes, report.not_detected) == (9, 1)


def test_too_few_people_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="too few people"):
        run(folder(tmp_path, [4, 8, 12]), 3)
