from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest

from app.core.faces import Embedding
from app.services.recognition.calibration import Calibration, Method, PairAdvice, RateSource, Weakness
from app.store.people.vectors import NewTemplate
from app.wiring import Application

SIZE = 192


def enrol(application: Application, people: int, templates: int = 5, spread: float = 0.06) -> None:
    """People in distinct random directions, each with templates close to their direction."""
    random, row = np.random.default_rng(7), application.models.embedder_row
    for person in range(people):
        centre = random.normal(size=SIZE)
        centre /= np.linalg.norm(centre)
        vectors = [centre + spread * random.normal(size=SIZE) for _ in range(templates)]
        made = [
            NewTemplate(Embedding((v / np.linalg.norm(v)).astype(np.float32), row.name), row.space, 0.8, "test")
            for v in vectors
        ]
        application.storage.people.add(f"Person {person:03}", made)


def calibrated(application: Application) -> Calibration:
    found = application.calibration.measure()
    assert found is not None
    return found


def test_an_empty_gallery_gives_reference_rates(application: Application) -> None:
    found = calibrated(application)
    reading = found.reading(1e-4)
    assert (found.people, found.templates, found.genuine, found.impostor) == ((), 0, 0, 0)
    assert reading.strangers.source is reading.own.source is RateSource.REFERENCE
    assert reading.strangers.rate == pytest.approx(1e-4)
    assert reading.anybody == 0
    assert found.weakest(1e-4) == []
    assert found.closest(1e-4) == []
    assert len(found.curve().fmr) == 0
    assert not found.histograms().genuine.any()


def test_a_small_gallery_gives_reference_rates(application: Application) -> None:
    enrol(application, 4)
    found = calibrated(application)
    reading = found.reading(1e-4)
    assert (len(found.people), found.templates, found.genuine, found.impostor) == (4, 20, 20, 60)
    assert reading.strangers.source is RateSource.REFERENCE
    assert reading.strangers.method is Method.REFERENCE
    assert reading.strangers.high == pytest.approx(5e-4, rel=0.01)
    assert reading.own.source is RateSource.REFERENCE
    assert reading.own.rate == pytest.approx(1 - 0.9721, abs=1e-3)
    assert reading.anybody == pytest.approx(4e-4, rel=0.01)


def test_the_number_of_people_needed_is_sufficient(application: Application) -> None:
    enrol(application, 4)
    needed = calibrated(application).reading(1e-2).people_needed
    assert needed * (needed - 1) * 5 * 1e-2 >= 10
    assert (needed - 1) * (needed - 2) * 5 * 1e-2 < 10
    enrol_more = calibrated(application)
    assert enrol_more.reading(1e-3).people_needed > needed


def test_a_large_gallery_gives_measured_rates(application: Application) -> None:
    enrol(application, 30)
    reading = calibrated(application).reading(1e-2)
    assert reading.strangers.source is reading.own.source is RateSource.GALLERY
    assert reading.strangers.trials == 30 * 29 * 5
    assert (reading.own.errors, reading.own.trials) == (0, 150)
    assert reading.own.method is Method.RULE_OF_THREE
    assert reading.own.high == pytest.approx(3 / 30)
    assert calibrated(application).reading(1e-5).strangers.source is RateSource.REFERENCE


def test_a_small_gallery_worse_than_the_reference_gives_measured_rates(application: Application) -> None:
    row, random = application.models.embedder_row, np.random.default_rng(8)
    common = random.normal(size=SIZE)
    for person in range(12):
        vector = common + 0.6 * random.normal(size=SIZE)
        embedding = Embedding((vector / np.linalg.norm(vector)).astype(np.float32), row.name)
        application.storage.people.add(f"Sibling {person}", [NewTemplate(embedding, row.space, 0.9, "test")])
    strangers = calibrated(application).reading(1e-4).strangers
    assert strangers.source is RateSource.GALLERY
    assert strangers.trials == 12 * 11
    assert strangers.low > 0.5


def test_operating_point_and_threshold_convert_into_each_other(application: Application) -> None:
    found = calibrated(application)
    for fmr in (1e-2, 3e-4, 1e-6):
        threshold = found.threshold_for(fmr)
        assert found.fmr_at(threshold) == pytest.approx(fmr)
        assert found.reading(fmr).threshold == threshold == application.matcher.threshold(fmr)


def test_weak_and_close_people_are_listed(application: Application) -> None:
    enrol(application, 3)
    row, vector = application.models.embedder_row, np.eye(SIZE, dtype=np.float32)[0]
    for name in ("Twin", "Other twin"):
        application.storage.people.add(name, [NewTemplate(Embedding(vector, row.name), row.space, 0.2, "test")])
    found = calibrated(application)
    weak = found.weakest(1e-4)
    assert [member.person.name for member in weak] == ["Other twin", "Twin"]
    assert weak[0].weaknesses == (Weakness.FEW_TEMPLATES, Weakness.LOW_QUALITY)
    (first, *others) = found.closest(1e-4)
    assert {first.first.name, first.second.name} == {"Twin", "Other twin"}
    assert first.advice is PairAdvice.CHECK_WHETHER_ONE
    assert first.fmr < 1e-6
    assert all(pair.similarity <= first.similarity for pair in others)


def test_only_people_recognised_now_are_compared(application: Application) -> None:
    enrol(application, 3)
    gone, late = application.people.all()[:2]
    application.people.change(gone, active=False)
    application.people.change(late, valid_from=datetime(2999, 1, 1, tzinfo=UTC))
    assert len(calibrated(application).people) == 1


def test_histograms_count_every_comparison_once(application: Application) -> None:
    enrol(application, 5)
    shown = calibrated(application).histograms(64)
    assert len(shown.edges) == 65
    assert shown.genuine.sum() == pytest.approx(1)
    assert shown.impostor.sum() == pytest.approx(1)
    assert shown.genuine[48:].sum() > 0.9
    assert shown.impostor[48:].sum() < 0.1


def test_a_measurement_reports_progress_and_can_be_stopped(application: Application) -> None:
    enrol(application, 3)
    told: list[float] = []
    assert application.calibration.measure(told.append) is not None
    assert told[-1] == 1
    answers: Iterator[bool] = iter([True])
    assert application.calibration.measure(stopped=lambda: next(answers)) is None


def test_a_change_raises_the_revision(application: Application) -> None:
    before = calibrated(application).revision
    assert application.calibration.revision() == before
    enrol(application, 1)
    assert application.calibration.revision() > before
