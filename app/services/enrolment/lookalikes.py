"""Whether somebody who is being enrolled is enrolled already, or looks like somebody who is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.core.faces import Embedding
from app.core.people import Person
from app.matching.gallery import Gallery
from app.matching.threshold import FmrCurve


@dataclass(frozen=True, slots=True)
class AlreadyEnrolledAs:
    """The new pictures show somebody who is enrolled.

    Attributes:
        person: Who.
        similarity: Cosine of the nearest two pictures, -1 to 1.
        fmr: The share of strangers that reach this similarity in one comparison, 0 to 1.
    """

    person: Person
    similarity: float
    fmr: float


@dataclass(frozen=True, slots=True)
class LooksLike:
    """The new pictures would be taken for somebody else at the operating point in use.

    Attributes:
        person: For whom.
        similarity: Cosine of the nearest two pictures, -1 to 1.
        fmr: The share of strangers that reach this similarity in one comparison, 0 to 1.
        stricter: The false match rate at which they would not be, where one can be chosen: "1e-5"; else empty.
    """

    person: Person
    similarity: float
    fmr: float
    stricter: str


Lookalike = AlreadyEnrolledAs | LooksLike


class LookalikeChoice(StrEnum):
    """What is to be done about a lookalike."""

    CANCEL = "cancel"
    SAVE = "save"
    ADD = "add"


ChooseForLookalike = Callable[[Lookalike], LookalikeChoice]
"""Says what is to be done: store nothing, store nevertheless, or give the pictures to the lookalike."""


def cancel_enrolment(_: Lookalike) -> LookalikeChoice:
    """Store nothing."""
    return LookalikeChoice.CANCEL


_CHOICES = ("1e-3", "1e-4", "1e-5", "1e-6")


def find_lookalike(
    embeddings: Sequence[Embedding],
    gallery: Gallery,
    curve: FmrCurve,
    *,
    threshold: float,
    double_fmr: float,
    but: str = "",
) -> Lookalike | None:
    """The person enrolled whom new pictures show, or are like; None where nobody is near.

    Args:
        embeddings: Of the new pictures.
        gallery: Everybody.
        curve: What similarities mean.
        threshold: Of the operating point in use: from it on somebody looks like another.
        double_fmr: The false match rate from whose threshold on they are held to be one person.
        but: The id of the person who gets the pictures.
    """
    found = [candidate for face in embeddings for candidate in gallery.search(face) if candidate.person.id != but]
    if not found:
        return None
    nearest = max(found, key=lambda candidate: candidate.similarity)
    rate = curve.fmr_at(nearest.similarity)
    if nearest.similarity >= curve.threshold_for(double_fmr):
        return AlreadyEnrolledAs(nearest.person, nearest.similarity, rate)
    if nearest.similarity < threshold:
        return None
    apart = (choice for choice in _CHOICES if nearest.similarity < curve.threshold_for(float(choice)))
    return LooksLike(nearest.person, nearest.similarity, rate, next(apart, ""))
