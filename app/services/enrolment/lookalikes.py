"""Look-alike check: whether a new person is enrolled already, or similar to an enrolled person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.core.faces import Embedding
from app.core.people import Person
from app.matching.gallery import Gallery
from app.matching.threshold import FmrCurve


@dataclass(frozen=True, slots=True)
class AlreadyEnrolledAs:
    """The new samples show an enrolled person.

    Attributes:
        person: The enrolled person.
        similarity: Highest cosine similarity of a sample and a template, -1 to 1.
        fmr: False match rate at this similarity, 0 to 1.
    """

    person: Person
    similarity: float
    fmr: float


@dataclass(frozen=True, slots=True)
class LooksLike:
    """The new samples would match another person at the operating point in use.

    Attributes:
        person: The other person.
        similarity: Highest cosine similarity of a sample and a template, -1 to 1.
        fmr: False match rate at this similarity, 0 to 1.
        stricter: The next promise per visitor at which they would not match, such as 10000; 0 if there is none.
    """

    person: Person
    similarity: float
    fmr: float
    stricter: int


Lookalike = AlreadyEnrolledAs | LooksLike


class LookalikeChoice(StrEnum):
    """What to do about a look-alike."""

    CANCEL = "cancel"
    SAVE = "save"
    ADD = "add"


ChooseForLookalike = Callable[[Lookalike], LookalikeChoice]
"""Decides on a look-alike: store nothing, store a new person, or add the samples to the look-alike."""


def cancel_enrolment(_: Lookalike) -> LookalikeChoice:
    """Return CANCEL: nothing is stored."""
    return LookalikeChoice.CANCEL


def find_lookalike(
    embeddings: Sequence[Embedding],
    gallery: Gallery,
    curve: FmrCurve,
    *,
    threshold: float,
    thresholds: Mapping[int, float],
    double_fmr: float,
    exclude: str = "",
) -> Lookalike | None:
    """Search the gallery for a person whom new samples show or resemble.

    Args:
        embeddings: Embeddings of the new samples.
        gallery: The gallery.
        curve: Converts similarities to false match rates.
        threshold: Threshold of the operating point in use; at or above it a person is a look-alike.
        thresholds: Thresholds of stricter promises per visitor, by promise.
        double_fmr: False match rate at whose threshold both count as the same person.
        exclude: Id of the person who receives the samples; empty for a new person.

    Returns:
        The nearest person, or None when no person is near.
    """
    found = [candidate for face in embeddings for candidate in gallery.search(face) if candidate.person.id != exclude]
    if not found:
        return None
    nearest = max(found, key=lambda candidate: candidate.similarity)
    rate = curve.fmr_at(nearest.similarity)
    if nearest.similarity >= curve.threshold_for(double_fmr):
        return AlreadyEnrolledAs(nearest.person, nearest.similarity, rate)
    if nearest.similarity < threshold:
        return None
    stricter = [one_in for one_in, needed in thresholds.items() if nearest.similarity < needed]
    return LooksLike(nearest.person, nearest.similarity, rate, min(stricter, default=0))
