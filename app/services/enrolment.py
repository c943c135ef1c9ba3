"""Making people known."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import AlreadyEnrolled, ImageError, UnknownPerson
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Person
from app.core.settings import EnrolmentSettings
from app.flows.enrolment import EnrolmentFlow, EnrolmentPlan, Sample
from app.matching.operating_points import FmrCurve
from app.services.galleries import GalleryKeeper
from app.services.pictures import PictureService
from app.store.names import clean_name
from app.store.people import NewTemplate, PeopleRepository
from app.vision.manifest import EmbedderRow
from app.vision.quality import score

_SAME_PERSON_FMR = 1e-3
"""Pictures of one enrolment follow each other within seconds: a looser point than for matching is enough."""


@dataclass(frozen=True, slots=True)
class RefusedPicture:
    """A picture that was not taken, and why."""

    path: Path
    error: ImageError


@dataclass(frozen=True, slots=True)
class EnrolmentReport:
    """What came of enrolling from pictures.

    Attributes:
        person: As stored.
        taken: How many pictures became templates.
        refused: The others.
    """

    person: Person
    taken: int
    refused: tuple[RefusedPicture, ...]


class EnrolmentService:
    """Enrols from the camera and from pictures.

    Args:
        people: Where templates are stored.
        keeper: Told of every change.
        row: Of the model in use.
        curve: What its similarities mean.
        settings: How many pictures, how fast.
        pictures: Looks at picture files.
    """

    def __init__(
        self,
        people: PeopleRepository,
        keeper: GalleryKeeper,
        row: EmbedderRow,
        curve: FmrCurve,
        settings: EnrolmentSettings,
        pictures: PictureService,
    ) -> None:
        self._people = people
        self._keeper = keeper
        self._row = row
        self._curve = curve
        self._settings = settings
        self._pictures = pictures

    def apply(self, settings: EnrolmentSettings) -> None:
        """Enrol as these say, from the next flow on."""
        self._settings = settings

    def check_name(self, name: str) -> str:
        """The name as it would be stored, free to be used.

        Raises:
            InvalidName: It cannot be stored.
            AlreadyEnrolled: Somebody has it.
        """
        cleaned = clean_name(name)
        try:
            self._people.find(cleaned)
        except UnknownPerson:
            return cleaned
        raise AlreadyEnrolled(name=cleaned)

    def new_flow(self) -> EnrolmentFlow:
        """A flow that collects pictures from the camera, as the settings say."""
        settings = self._settings
        plan = EnrolmentPlan(
            wanted=settings.frames,
            interval_ns=settings.interval_ms * 1_000_000,
            timeout_ns=round(settings.timeout_s * 1e9),
            same_person=self._curve.threshold_for(_SAME_PERSON_FMR),
        )
        return EnrolmentFlow(plan)

    def save(self, name: str, samples: Sequence[Sample], source: str, *, add: bool = False) -> Person:
        """Store a person with all pictures, or nothing.

        Args:
            name: Of the person.
            samples: What a flow has collected; at least one.
            source: Where the pictures come from.
            add: Give them to the person of that name, if there is one.

        Raises:
            InvalidName: The name cannot be stored.
            AlreadyEnrolled: Somebody has it, and `add` is not set.
            StoreError: The database cannot take it.
        """
        return self._store(name, [(sample, source) for sample in samples], add=add)

    def from_pictures(
        self,
        name: str,
        paths: Iterable[Path],
        *,
        add: bool = False,
        progress: Callable[[Path], None] = lambda _: None,
    ) -> EnrolmentReport:
        """Enrol from picture files: those that cannot be used are reported, and the rest is stored.

        Args:
            name: Of the person.
            paths: Pictures of this person.
            add: Give them to the person of that name, if there is one.
            progress: Called with each path when it is done.

        Raises:
            InvalidName: The name cannot be stored.
            AlreadyEnrolled: Somebody has it, and `add` is not set.
            ImageError: No picture can be used.
        """
        if not add:
            self.check_name(name)
        taken, refused = [], []
        for path in paths:
            try:
                face = self._pictures.good_face(path)
                assert face.embedding is not None
                taken.append((Sample(face.embedding, face.quality), path.name))
            except ImageError as error:
                refused.append(RefusedPicture(path, error))
            progress(path)
        if not taken:
            raise _nothing_usable(refused)
        person = self._store(name, taken, add=add)
        return EnrolmentReport(person, len(taken), tuple(refused))

    def _store(self, name: str, samples: Sequence[tuple[Sample, str]], *, add: bool) -> Person:
        templates = [
            NewTemplate(sample.embedding, self._row.sha256, score(sample.quality), source) for sample, source in samples
        ]
        try:
            known = self._people.find(clean_name(name)) if add else None
        except UnknownPerson:
            known = None
        person = self._people.add_templates(known.id, templates) if known else self._people.add(name, templates)
        self._keeper.refresh()
        return person


def _nothing_usable(refused: Sequence[RefusedPicture]) -> ImageError:
    if len(refused) == 1:
        return refused[0].error
    if not refused:
        return ImageError(
            QT_TRANSLATE_NOOP("errors", "There are no pictures to enrol from."),
            QT_TRANSLATE_NOOP("errors", "Name a folder with JPEG, PNG, WebP, BMP or TIFF files."),
        )
    return ImageError(
        QT_TRANSLATE_NOOP("errors", "None of the {count} pictures can be used. The first: {first}"),
        QT_TRANSLATE_NOOP("errors", "Use pictures that are lit evenly, sharp, and look at the camera."),
        count=len(refused),
        first=refused[0].error.message,
    )
