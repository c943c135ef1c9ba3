"""Enrol people from camera samples and picture files."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from app.core.clock import Clock
from app.core.errors import AlreadyEnrolled, ImageError, NoConsent, SelfTestFailed, UnknownPerson
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.match_decision import NAMED_ONE_IN
from app.core.people import Consent, Person, PersonChanges
from app.core.roles import Permission
from app.core.settings.sections import EnrolmentSettings, PrivacySettings
from app.flows.enrolment import EnrolmentFlow, EnrolmentSample, EnrolmentState
from app.services.access.permissions import Access, Service, open_to_all, requires
from app.services.enrolment.lookalikes import (
    ChooseForLookalike,
    Lookalike,
    LookalikeChoice,
    cancel_enrolment,
    find_lookalike,
)
from app.services.enrolment.plans import Applicant, EnrolmentReport, guided_plan, pictures_plan
from app.services.enrolment.sample_collection import RefusedPicture, collect_from_pictures
from app.services.recognition.gallery_cache import GalleryCache
from app.services.recognition.matcher import Matcher
from app.services.recognition.pictures import PictureService
from app.store.people.names import clean_name
from app.store.people.repository import NewTemplate, PeopleRepository
from app.vision.manifest import EmbedderRow
from app.vision.quality import quality_score
from app.vision.thumbnail import encode_thumbnail

__all__ = ["Applicant", "EnrolmentReport", "EnrolmentService", "RefusedPicture"]


class EnrolmentService(Service):
    """Enrols people from the camera and from pictures.

    Args:
        access: Decides what the current session may do.
        people: Repository of people.
        gallery_cache: Gives the gallery; refreshed after every change.
        row: Manifest row of the model in use.
        matcher: Gives the match rule.
        settings: Requirements on samples.
        privacy: What is stored, and for how long.
        pictures: Detects and embeds faces in picture files.
        clock: Dates what is stored.
    """

    def __init__(
        self,
        access: Access,
        people: PeopleRepository,
        gallery_cache: GalleryCache,
        row: EmbedderRow,
        matcher: Matcher,
        settings: EnrolmentSettings,
        privacy: PrivacySettings,
        pictures: PictureService,
        clock: Clock,
    ) -> None:
        super().__init__(access)
        self._people = people
        self._gallery_cache = gallery_cache
        self._row = row
        self._matcher = matcher
        self._settings = settings
        self._privacy = privacy
        self._pictures = pictures
        self.clock = clock

    @requires(Permission.CHANGE_SETTINGS)
    def apply(self, settings: EnrolmentSettings, privacy: PrivacySettings) -> None:
        """Use other settings from the next enrolment on.

        Args:
            settings: Requirements on samples.
            privacy: What is stored, and for how long.
        """
        self._settings, self._privacy = settings, privacy

    @requires(Permission.ENROL)
    def check_name(self, name: str) -> str:
        """Return a name as it would be stored.

        Raises:
            InvalidName: The name cannot be stored.
            AlreadyEnrolled: A person has the name.
        """
        cleaned = clean_name(name)
        if self._known(cleaned) is not None:
            raise AlreadyEnrolled(name=cleaned)
        return cleaned

    @requires(Permission.ENROL)
    def resolve(self, applicant: Applicant, *, add: bool) -> Applicant | Person:
        """Return the receiver of new samples: an enrolled person or the applicant.

        Args:
            applicant: The person to be enrolled.
            add: Whether a person of the same name receives the samples.

        Raises:
            InvalidName: The name cannot be stored.
            AlreadyEnrolled: A person has the name, and `add` is false.
        """
        known = self._known(clean_name(applicant.name)) if add else None
        if known is not None:
            return known
        self.check_name(applicant.name)
        return applicant

    @requires(Permission.ENROL)
    def new_flow(
        self, receiver: Applicant | Person | None = None, *, quick: bool = False, endless: bool = False
    ) -> EnrolmentFlow:
        """Return a flow for a person in front of a camera or in a video.

        Args:
            receiver: Receives the samples; the self-test ignores the templates of an enrolled receiver.
            quick: Ask for the frontal pose only.
            endless: Set no timeout, as for a video, which ends by itself.
        """
        plan = guided_plan(self._settings, self._matcher.rule, _id_of(receiver), quick=quick, endless=endless)
        return EnrolmentFlow(plan, quality_score)

    @requires(Permission.ENROL)
    def save(
        self,
        receiver: Applicant | Person,
        samples: Sequence[EnrolmentSample],
        source: str,
        consent: Consent | None,
        *,
        anyway: bool = False,
    ) -> Person | Lookalike:
        """Store a new person with all samples, or add the samples to an enrolled person; all or nothing.

        Args:
            receiver: Receives the samples.
            samples: Samples selected by a flow; at least one.
            source: Source of samples that name none.
            consent: The consent given for these samples.
            anyway: Store even if another enrolled person looks like the new one.

        Returns:
            The stored person, or the look-alike because of whom nothing is stored.

        Raises:
            NoConsent: `consent` is None.
            InvalidName: The name of the person or of a group cannot be stored.
            AlreadyEnrolled: A person has the name.
            InvalidChange: Another value cannot be stored.
            BadgeTaken: A person has the badge number.
            UnknownPerson: The receiver has been erased.
            StoreError: The database cannot be written.
        """
        if consent is None:
            raise NoConsent(name=receiver.name)
        if isinstance(receiver, Applicant):
            self.check_name(receiver.name)
        lookalike = None if anyway else self._lookalike(samples, _id_of(receiver))
        if lookalike is not None:
            return lookalike
        templates = [self._template(sample, source) for sample in samples]
        if isinstance(receiver, Person):
            known = consent in self._people.consents_of(receiver.id)
            stored = self._people.add_templates(receiver.id, templates, consent=None if known else consent)
        else:
            stored = self._people.add(receiver.name, templates, consent=consent, **self._personal(receiver))
        self._gallery_cache.refresh()
        return stored

    @requires(Permission.ENROL)
    def enrol_from_pictures(
        self,
        receiver: Applicant | Person,
        paths: Iterable[Path],
        consent: Consent | None,
        *,
        decide: ChooseForLookalike = cancel_enrolment,
        progress: Callable[[Path], None] = lambda _: None,
    ) -> EnrolmentReport:
        """Enrol a person from picture files; unusable pictures are reported.

        Args:
            receiver: Receives the samples.
            paths: Picture files of this person.
            consent: The consent of the person.
            decide: Called when another enrolled person looks like the new one.
            progress: Called with each path after its analysis.

        Raises:
            FacelatchError: See `save`.
            ImageError: No picture can be used.
        """
        if consent is None:
            raise NoConsent(name=receiver.name)
        if isinstance(receiver, Applicant):
            self.check_name(receiver.name)
        flow = EnrolmentFlow(pictures_plan(self._settings, self._matcher.rule, _id_of(receiver)), quality_score)
        collected = collect_from_pictures(flow, self._pictures, self._matcher.identify, paths, progress)
        if not collected.samples:
            raise _nothing_usable(receiver.name, flow, collected.refused)
        report = self.complete(receiver, flow, consent, "", decide, samples=collected.samples)
        return replace(report, refused=collected.refused)

    @open_to_all
    def release_pictures(self) -> None:
        """Free the networks for pictures (80 MB). The next picture loads them again."""
        self._pictures.close()

    @requires(Permission.ENROL)
    def complete(
        self,
        receiver: Applicant | Person,
        flow: EnrolmentFlow,
        consent: Consent | None,
        source: str,
        decide: ChooseForLookalike = cancel_enrolment,
        *,
        samples: Sequence[EnrolmentSample] = (),
    ) -> EnrolmentReport:
        """Store the samples of a completed flow.

        Args:
            receiver: Receives the samples.
            flow: A completed flow.
            consent: The consent of the person.
            source: Source of samples that name none.
            decide: Called when another enrolled person looks like the new one.
            samples: Replace the flow's samples.

        Raises:
            FacelatchError: See `save`.
        """
        samples = samples or flow.samples
        saved = self.save(receiver, samples, source, consent)
        if isinstance(saved, Person):
            return EnrolmentReport(saved, len(samples), test=flow.status.test)
        choice = decide(saved)
        if choice is LookalikeChoice.CANCEL:
            return EnrolmentReport(None, 0, lookalike=saved, test=flow.status.test)
        chosen = saved.person if choice is LookalikeChoice.ADD else receiver
        stored = self.save(chosen, samples, source, consent, anyway=True)
        assert isinstance(stored, Person)
        return EnrolmentReport(stored, len(samples), lookalike=saved, test=flow.status.test)

    def _known(self, name: str) -> Person | None:
        try:
            return self._people.find(name)
        except UnknownPerson:
            return None

    def _lookalike(self, samples: Sequence[EnrolmentSample], exclude: str) -> Lookalike | None:
        rule = self._matcher.rule
        return find_lookalike(
            [sample.embedding for sample in samples],
            self._gallery_cache.current(),
            rule.curve,
            threshold=min(rule.threshold, self._matcher.search_rule.threshold),
            thresholds={one_in: self._matcher.promise(one_in).threshold for one_in in NAMED_ONE_IN},
            double_fmr=float(self._settings.double_fmr),
            exclude=exclude,
        )

    def _template(self, sample: EnrolmentSample, source: str) -> NewTemplate:
        keeps = self._privacy.keep_thumbnails and sample.aligned is not None
        return NewTemplate(
            sample.embedding,
            self._row.space,
            sample.score,
            sample.source or source,
            sample.quality.pose,
            encode_thumbnail(sample.aligned) if keeps and sample.aligned is not None else None,
        )

    def _personal(self, receiver: Applicant) -> PersonChanges:
        personal = PersonChanges(
            badge=receiver.badge,
            groups=receiver.groups,
            note=receiver.note,
            valid_from=receiver.valid_from,
            valid_until=receiver.valid_until,
        )
        if self._privacy.delete_after_days:
            personal["delete_after"] = self.clock.now() + timedelta(days=self._privacy.delete_after_days)
        return personal


def _id_of(receiver: Applicant | Person | None) -> str:
    return receiver.id if isinstance(receiver, Person) else ""


def _nothing_usable(name: str, flow: EnrolmentFlow, refused: Sequence[RefusedPicture]) -> ImageError:
    if flow.status.state is EnrolmentState.TEST_FAILED:
        return SelfTestFailed(name=name)
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
