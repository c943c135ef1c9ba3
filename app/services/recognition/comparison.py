"""Comparing pictures with each other and with the people enrolled."""

from dataclasses import dataclass
from pathlib import Path

from app.core.errors import NoFace
from app.core.faces import AnalyzedFace, Embedding
from app.core.match_decision import Match
from app.core.people import NegativeTemplate
from app.matching.gallery import MatchRule
from app.services.people.people_service import PeopleService
from app.services.recognition.matcher import Matcher
from app.services.recognition.pictures import PictureService


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two faces held against each other.

    Attributes:
        similarity: Cosine, -1 to 1.
        match: Whether the operating point is reached.
        fmr: The share of impostor comparisons that reach this similarity.
        threshold: What the operating point asks for.
    """

    similarity: float
    match: bool
    fmr: float
    threshold: float


@dataclass(frozen=True, slots=True)
class IdentifiedFace:
    """A face in a picture, and who it is.

    Attributes:
        face: With its quality.
        match: None where the face could not be judged.
    """

    face: AnalyzedFace
    match: Match | None


class ComparisonService:
    """Answers questions about picture files.

    Args:
        pictures: Finds faces.
        matcher: Compares them with the gallery.
        people: Finds people by name.
    """

    def __init__(self, pictures: PictureService, matcher: Matcher, people: PeopleService) -> None:
        self._pictures = pictures
        self._matcher = matcher
        self._people = people

    def compare(self, first: Path, second: Path) -> Comparison:
        """Whether two pictures show one person.

        Raises:
            ImageError: One of them cannot be used.
        """
        a, b = (_embedding(self._pictures.usable_face(path), path) for path in (first, second))
        return _compared(float(a.vector @ b.vector), self._matcher.rule)

    def verify(self, name: str, picture: Path) -> Match:
        """Whether a picture shows the person of that name (1:1).

        Raises:
            UnknownPerson: There is no such person.
            ImageError: The picture cannot be used.
        """
        person = self._people.find(name)
        return self._matcher.verify(_embedding(self._pictures.usable_face(picture), picture), person)

    def identify(self, picture: Path) -> list[IdentifiedFace]:
        """Who is in a picture (1:N), the largest face first.

        Raises:
            NoFace: There is none.
            ImageError: The picture cannot be used.
        """
        faces = self._pictures.faces_in(picture)
        if not faces:
            raise NoFace(path=picture)
        return [
            IdentifiedFace(face, None if face.embedding is None else self._matcher.identify(face.embedding))
            for face in faces
        ]

    def add_negative_template(self, name: str, picture: Path) -> NegativeTemplate:
        """Keep the face in a picture as not that person's: from now on it must not be taken for them.

        Raises:
            UnknownPerson: There is no such person, or they have no template of the model in use.
            ImageError: The picture cannot be used.
        """
        person = self._people.find(name)
        face = _embedding(self._pictures.usable_face(picture), picture)
        similarity = self._matcher.verify(face, person).similarity
        return self._people.add_negative_template(person, face, self._matcher.model_sha256, similarity)


def _compared(similarity: float, rule: MatchRule) -> Comparison:
    return Comparison(similarity, similarity >= rule.threshold, rule.curve.fmr_at(similarity), rule.threshold)


def _embedding(face: AnalyzedFace, path: Path) -> Embedding:
    if face.embedding is None:
        raise NoFace(path=path)
    return face.embedding
