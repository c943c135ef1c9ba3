"""Faces and a gallery of one person, for the tests of the frame path."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from app.core.faces import AnalyzedFace, Box, Embedding, Face, Pose, Quality, QualityHint
from app.core.match_decision import Match, Verdict
from app.core.people import Person
from tests.fakes.analyzer import blank
from tests.fakes.quality_issues import issues_for

ADA = Person("ada", "Ada", datetime(2026, 1, 1, tzinfo=UTC), 1)
GOOD = Quality(60, 200, 128, Pose(0, 0, 0), 0.3, 1.0)
LIKE_ADA, LIKE_STRANGER = (Embedding(np.eye(4, dtype=np.float32)[i], "m") for i in range(2))


def face(track: int, embedding: Embedding | None = LIKE_ADA) -> AnalyzedFace:
    quality = GOOD if embedding else replace(GOOD, quality_issues=issues_for(QualityHint.HOLD_STILL))
    return AnalyzedFace(Face(Box(0, 0, 50, 50), np.zeros((478, 3), np.float32), track), quality, embedding, blank())


def identify(embedding: Embedding) -> Match:
    verdict = Verdict.MATCH if embedding is LIKE_ADA else Verdict.NO_MATCH
    return Match(verdict, ADA, float(embedding.vector[0]), None, 0.53, 1e-6)
