"""What enrolling from several pictures is worth, on pictures whose people are known."""

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ImageError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.evaluation.protocols.verification import OperatingPointReport, Progress, embed_pictures, list_people_pictures
from app.evaluation.statistics.multi_template import NOT_ENROLLED, MultiTemplateComparison, PairedDifference
from app.vision.analysis import FaceAnalyzer


@dataclass(frozen=True, slots=True)
class EnrolmentStudy:
    """The outcome; the names are those of the JSON output.

    Attributes:
        people: Enrolled: those with more pictures than are enrolled at most.
        probes: Their other pictures.
        strangers: Probes of people who are not enrolled.
        impostor: Comparisons of a probe with somebody else.
        fmr: The false match rate held.
        by_pictures: By number of pictures enrolled; the ranges are over people.
        gain: What the most bring over one.
        not_detected: Pictures without a face; left out.
        seconds: How long it took.
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
    """Enrol everybody from their first picture, from their first two, and so on, and try all on the same probes.

    Args:
        analyzer: Vision that embeds every face it finds.
        images: A folder for each person.
        aliases: Folders that show the person of another folder, by name.
        most: Pictures enrolled at most; whoever has more is enrolled, and those beyond are probes.
        fmr: The false match rate to hold, 0 to 1.
        progress: Called with each picture when it is done.

    Raises:
        ImageError: Fewer than two people have so many pictures.
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
    counts = MultiTemplateComparison(templates, probes, owners, fmr)
    return EnrolmentStudy(
        people=len(templates),
        probes=counts.genuine,
        strangers=int((owners == NOT_ENROLLED).sum()),
        impostor=counts.impostor,
        fmr=fmr,
        by_pictures={str(count): _report(counts, count) for count in range(1, most + 1)},
        gain=counts.gain(1, most),
        not_detected=len(paths) - len(found),
        seconds=perf_counter() - start,
    )


def _split(
    vectors: NDArray[np.float32], names: NDArray[np.str_], most: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
    """Templates of those with enough pictures, (people, most, size); all other pictures; and whose each of these is."""
    known, places, pictures = np.unique(names, return_inverse=True, return_counts=True)
    enrolled = np.flatnonzero(pictures > most)
    chosen = [np.flatnonzero(places == place)[:most] for place in enrolled]
    person_of = np.full(len(known), NOT_ENROLLED)
    person_of[enrolled] = np.arange(len(enrolled))
    rest = np.setdiff1d(np.arange(len(names)), np.concatenate([np.empty(0, np.int64), *chosen]))
    return vectors[np.array(chosen, np.int64).reshape(-1, most)], vectors[rest], person_of[places[rest]]


def _report(counts: MultiTemplateComparison, count: int) -> OperatingPointReport:
    enrolled = counts.enrolled(count)
    return OperatingPointReport(enrolled.threshold, enrolled.tar, enrolled.low, enrolled.high)
