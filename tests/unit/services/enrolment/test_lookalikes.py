from datetime import UTC, datetime

import numpy as np
import pytest

from app.core.faces import Embedding
from app.core.people import Person
from app.matching.gallery import Gallery
from app.matching.threshold import FmrCurve
from app.services.enrolment.lookalikes import AlreadyEnrolledAs, Lookalike, LooksLike, find_lookalike

CURVE = FmrCurve([(1e-3, 0.45), (1e-4, 0.53), (1e-5, 0.59), (1e-6, 0.64)])
THRESHOLDS = {1000: 0.53, 10_000: 0.59, 100_000: 0.64}
ADA, BOB = (Person(name.lower(), name, datetime(2026, 1, 1, tzinfo=UTC), 1) for name in ("Ada", "Bob"))
GALLERY = Gallery.of("m", [ADA, BOB], np.eye(3, dtype=np.float32)[:2], np.array([0, 1]))


def towards(ada: float, bob: float = 0.0) -> Embedding:
    rest = np.sqrt(max(1 - ada**2 - bob**2, 0))
    return Embedding(np.array([ada, bob, rest], np.float32), "m")


def found(*faces: Embedding, exclude: str = "") -> Lookalike | None:
    return find_lookalike(
        faces, GALLERY, CURVE, threshold=0.53, thresholds=THRESHOLDS, double_fmr=1e-6, exclude=exclude
    )


def test_a_stranger_has_no_lookalike() -> None:
    assert found(towards(0.5)) is None
    assert (
        find_lookalike([towards(1)], Gallery("m"), CURVE, threshold=0.53, thresholds=THRESHOLDS, double_fmr=1e-6)
        is None
    )


@pytest.mark.parametrize(("similarity", "stricter"), [(0.54, 10_000), (0.62, 100_000)])
def test_a_match_at_the_operating_point_is_a_lookalike(similarity: float, stricter: int) -> None:
    lookalike = found(towards(0.1), towards(similarity))
    assert isinstance(lookalike, LooksLike)
    assert (lookalike.person, lookalike.stricter) == (ADA, stricter)
    assert lookalike.similarity == pytest.approx(similarity)
    assert lookalike.fmr == pytest.approx(CURVE.fmr_at(similarity), rel=1e-3)


def test_a_match_at_the_strictest_rate_is_the_same_person() -> None:
    lookalike = found(towards(0.1, 0.65))
    assert isinstance(lookalike, AlreadyEnrolledAs)
    assert lookalike.person == BOB


def test_without_a_stricter_point_none_is_offered() -> None:
    lookalike = find_lookalike([towards(0.66)], GALLERY, CURVE, threshold=0.53, thresholds=THRESHOLDS, double_fmr=1e-8)
    assert isinstance(lookalike, LooksLike)
    assert lookalike.stricter == 0


def test_the_receiver_is_excluded() -> None:
    assert found(towards(0.9, 0.2), exclude="ada") is None
    lookalike = found(towards(0.7, 0.6), exclude="ada")
    assert lookalike is not None
    assert lookalike.person == BOB
