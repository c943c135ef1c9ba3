"""The promise per visitor, on synthetic people."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import ImageError
from app.core.faces import Vector
from app.evaluation.protocols.promise import PromiseReport, PromiseTrial, evaluate_promise
from app.matching.promise import PromiseModel
from app.matching.threshold import FmrCurve

SIZE = 24
"""Dimensions of the synthetic embeddings: few, so that strangers resemble enrolled people."""


def people(count: int, pictures: int) -> tuple[list[Path], dict[Path, Vector]]:
    random = np.random.default_rng(1)
    found: dict[Path, Vector] = {}
    for person in range(count):
        centre = random.normal(size=SIZE)
        for picture in range(pictures):
            vector = centre + 0.3 * random.normal(size=SIZE)
            found[Path(f"p{person}/{picture}.jpg")] = (vector / np.linalg.norm(vector)).astype(np.float32)
    return list(found), found


def evaluated(trial: PromiseTrial, *, count: int = 300, halves: bool = True) -> PromiseReport:
    paths, found = people(count, 4)

    def embed(wanted: Sequence[Path]) -> Mapping[Path, Vector]:
        return {path: found[path] for path in wanted}

    model = PromiseModel(FmrCurve([(1e-2, 0.9), (1e-4, 0.99)]), 10**6)
    return evaluate_promise(paths, embed, {}, model, trial, halves=halves)


@pytest.mark.parametrize(("enrolled", "templates", "attempts"), [(5, 1, 1), (40, 1, 1), (40, 2, 1), (20, 2, 2)])
def test_the_promise_is_kept_on_people_whom_the_threshold_was_not_made_from(
    enrolled: int, templates: int, attempts: int
) -> None:
    report = evaluated(PromiseTrial(enrolled, templates, attempts, one_in=20, min_margin=0.0))
    assert report.promised == 0.05
    assert report.fpir_low <= report.fpir <= report.fpir_high <= 0.1
    assert report.fnir < 0.2
    assert (report.people, report.templates, report.attempts) == (enrolled, templates, attempts)


def test_a_stricter_promise_has_a_higher_price() -> None:
    loose, strict = (evaluated(PromiseTrial(40, 1, one_in=one_in)) for one_in in (10, 1000))
    assert strict.threshold > loose.threshold
    assert strict.fpir <= loose.fpir
    assert strict.fnir >= loose.fnir


def test_a_run_needs_its_mean_and_its_last_picture() -> None:
    single = evaluated(PromiseTrial(20, 2, one_in=20, min_margin=0.0))
    run = evaluated(PromiseTrial(20, 2, one_in=20, run=2, min_margin=0.0))
    assert run.fpir <= single.fpir
    assert run.run == 2


def test_all_templates_leave_one_probe() -> None:
    report = evaluated(PromiseTrial(20, 0, one_in=20))
    assert report.templates == 3
    assert report.probes == 20 * report.draws


def test_no_accepted_stranger_bounds_the_rate_by_the_number_of_strangers() -> None:
    report = evaluated(PromiseTrial(5, 1, one_in=1000), halves=False)
    assert report.fpir == 0
    assert report.fpir_high == pytest.approx(1 - 0.025 ** (1 / report.strangers))


@pytest.mark.parametrize("trial", [PromiseTrial(400), PromiseTrial(10, 5), PromiseTrial(10, 1, attempts=5)])
def test_too_few_people_or_pictures_are_named(trial: PromiseTrial) -> None:
    with pytest.raises(ImageError):
        evaluated(trial, halves=False)
