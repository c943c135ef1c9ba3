"""Compare pictures with each other and with the gallery."""

from dataclasses import dataclass
from pathlib import Path

from app.core.errors import NoFace
from app.core.faces import AnalyzedFace, Embedding
from app.core.match_decision import Match
from app.core.people import NegativeTemplate
from app.core.roles import Permission
from app.matching.threshold import MatchRule
from app.services.access.permissions import Access, Service, open_to_all, requires
from app.services.people.people_service import PeopleService
from app.services.recognition.matcher import Matcher
from app.services.recognition.pictures import PictureService


@dataclass(frozen=True, slots=True)
class Comparison:
    """Comparison of two faces.

    Attributes:
        similarity: Cosine similarity, -1 to 1.
        match: Whether the similarity reaches the threshold.
        fmr: False match rate at this similarity, 0 to 1.
        threshold: Threshold of the operating point in use.
    """

    similarity: float
    match: bool
    fmr: float
    threshold: float


@dataclass(frozen=True, slots=True)
class IdentifiedFace:
    """A face in a picture with its match.

    Attributes:
        face: The face with its quality.
        match: Result of the search; None when the quality is insufficient.
    """

    face: AnalyzedFace
    match: Match | None


class ComparisonService(Service):
    """Compares faces in picture files.

    Args:
        access: Decides what the current session may do.
        pictures: Detects and embeds faces.
        matcher: Compares them with the gallery.
        people: Finds people by name.
    """

    def __init__(self, access: Access, pictures: PictureService, matcher: Matcher, people: PeopleService) -> None:
        super().__init__(access)
        self._pictures = pictures
        self._matcher = matcher
        self._people = people

    @open_to_all
    def compare(self, first: Path, second: Path) -> Comparison:
        """Compare the faces in two pictures.

        Args:
            first: A picture file with one prominent face.
            second: Another one.

        Raises:
            ImageError: A picture cannot be used.
        """
        a, b = (_embedding(self._pictures.usable_face(path), path) for path in (first, second))
        return _comparison(float(a.vector @ b.vector), self._matcher.rule)

    @requires(Permission.SEE_PEOPLE)
    def verify(self, name: str, picture: Path) -> Match:
        """Compare a picture with a person's templates (1:1).

        Args:
            name: Name or id of the person.
            picture: A picture file with one prominent face.

        Raises:
            UnknownPerson: No person matches the name.
            ImageError: The picture cannot be used.
        """
        person = self._people.find(name)
        return self._matcher.verify(_embedding(self._pictures.usable_face(picture), picture), person)

    @requires(Permission.SEE_PEOPLE)
    def identify(self, picture: Path) -> list[IdentifiedFace]:
        """Search the gallery for each face in a picture (1:N), largest face first.

        Raises:
            NoFace: The picture shows no face.
            ImageError: The picture cannot be used.
        """
        faces = self._pictures.faces_in(picture)
        if not faces:
            raise NoFace(path=picture)
        return [
            IdentifiedFace(face, None if face.embedding is None else self._matcher.identify(face.embedding))
            for face in faces
        ]

    @requires(Permission.MARK_MATCH)
    def add_negative_template(self, name: str, picture: Path) -> NegativeTemplate:
        """Store the face in a picture as not a person's, so that it no longer matches them.

        Args:
            name: Name or id of the person.
            picture: A picture file with one prominent face.

        Raises:
            UnknownPerson: No person matches the name, or the person has no template of the model in use.
            ImageError: The picture cannot be used.
        """
        person = self._people.find(name)
        face = _embedding(self._pictures.usable_face(picture), picture)
        similarity = self._matcher.verify(face, person).similarity
        return self._people.add_negative_template(person, face, self._matcher.model_sha256, similarity)


def _comparison(similarity: float, rule: MatchRule) -> Comparison:
    return Comparison(similarity, similarity >= rule.threshold, rule.curve.fmr_at(similarity), rule.threshold)


def _embedding(face: AnalyzedFace, path: Path) -> Embedding:
    if face.embedding is None:
        raise NoFace(path=path)
    return face.embedding
