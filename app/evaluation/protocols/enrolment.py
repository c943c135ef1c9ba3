"""Enrolment study: true accept rate by the number of pictures enrolled, at equal false match rate."""

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ImageError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.evaluation.protocols.pictures import Progress, embed_pictures, list_people_pictures
from app.evaluation.protocols.verification import OperatingPointReport
from app.evaluation.statistics.multi_template import NOT_ENROLLED, MultiTemplateComparison
from app.evaluation.statistics.paired_bootstrap import PairedDifference
from app.vision.analysis import FaceAnalyzer


@dataclass(frozen=True, slots=True)
class EnrolmentStudy:
    """Result of the study; field names are the keys of the JSON output.

    Attributes:
        people: People enrolled: those with more pictures than are enrolled at most.
        probes: Mated probes: the other pictures of people enrolled.
        strangers: Probes of people who are not enrolled.
        impostor: Non-mated comparisons of a probe and a person.
        fmr: False match rate.
        by_pictures: Result by number of pictures enrolled; the ranges are over people.
        gain: Difference between the most pictures and one.
        not_detected: Pictures without a face; left out.
        seconds: Duration.
    """

    people: int
    probes: int
    strangers: int
    impostor: int
    fmr: float
    by_pictures: dict[str, OperatingPointReport]
    gain: PairedDifference
    not_detected: int
    seconds: float


def study_enrolment(
    analyzer: FaceAnalyzer,
    images: Path,
    aliases: dict[str, str],
    *,
    most: int = 5,
    fmr: float = 1e-4,
    progress: Progress = lambda _: None,
) -> EnrolmentStudy:
    """Enrol people with their first picture, with their first two, and so on, and compare all on the same probes.

    Args:
        analyzer: Vision that embeds every face.
        images: Folder with a folder of pictures for each person.
        aliases: Folder names of the same person: alias to name.
        most: Pictures enrolled at most; people with more pictures are enrolled, and their other pictures are probes.
        fmr: False match rate, 0 to 1.
        progress: Called with each picture when it is done.

    Raises:
        ImageError: Fewer than two people have enough pictures.
    """
    start = perf_counter()
    paths = list_people_pictures(images)
    found = embed_pictures(analyzer, paths, progress)
    names = np.array([aliases.get(path.parent.name, path.parent.name) for path in found])
    templates, probes, owners = _split(np.array(list(found.values()), np.float32), names, most)
    if len(templates) < 2:
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "Fewer than two people have more than {count} pictures in: {path}"),
            QT_TRANSLATE_NOOP("errors", "Enrol fewer pictures a person, or give more."),
            count=most,
            path=images,
        )
    comparison = MultiTemplateComparison(templates, probes, owners, fmr)
    return EnrolmentStudy(
        people=len(templates),
        probes=comparison.genuine,
        strangers=int((owners == NOT_ENROLLED).sum()),
        impostor=comparison.impostor,
        fmr=fmr,
        by_pictures={str(count): _operating_point(comparison, count) for count in range(1, most + 1)},
        gain=comparison.difference(1, most),
        not_detected=len(paths) - len(found),
        seconds=perf_counter() - start,
    )


def _split(
    vectors: NDArray[np.float32], names: NDArray[np.str_], most: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
    """Templates of people with enough pictures, (people, most, size); all other pictures; and the owner of each."""
    known, places, pictures = np.unique(names, return_inverse=True, return_counts=True)
    enrolled = np.flatnonzero(pictures > most)
    chosen = [np.flatnonzero(places == place)[:most] for place in enrolled]
    person_of = np.full(len(known), NOT_ENROLLED)
    person_of[enrolled] = np.arange(len(enrolled))
    rest = np.setdiff1d(np.arange(len(names)), np.concatenate([np.empty(0, np.int64), *chosen]))
    return vectors[np.array(chosen, np.int64).reshape(-1, most)], vectors[rest], person_of[places[rest]]


def _operating_point(comparison: MultiTemplateComparison, count: int) -> OperatingPointReport:
    result = comparison.result(count)
    return OperatingPointReport(result.threshold, result.tar, result.low, result.high)
