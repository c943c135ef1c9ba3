"""Making people known."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from app.core.clock import Clock
from app.core.errors import AlreadyEnrolled, ImageError, NoConsent, SelfTestFailed, UnknownPerson
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Consent, Person, PersonChanges
from app.core.settings.sections import EnrolmentSettings, PrivacySettings
from app.flows.enrolment import EnrolmentFlow, EnrolmentSample, EnrolmentState
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


class EnrolmentService:
    """Enrols from the camera and from pictures.

    Args:
        people: Where templates are stored.
        keeper: Gives everybody enrolled, and is told of every change.
        row: Of the model in use.
        matcher: Says when a face is recognised.
        settings: What is asked for.
        privacy: What is kept, and how long.
        pictures: Looks at picture files.
        clock: Dates what is stored.
    """

    def __init__(
        self,
        people: PeopleRepository,
        gallery_cache: GalleryCache,
        row: EmbedderRow,
        matcher: Matcher,
        settings: EnrolmentSettings,
        privacy: PrivacySettings,
        pictures: PictureService,
        clock: Clock,
    ) -> None:
        self._people = people
        self._gallery_cache = gallery_cache
        self._row = row
        self._matcher = matcher
        self._settings = settings
        self._privacy = privacy
        self._pictures = pictures
        self.clock = clock

    def apply(self, settings: EnrolmentSettings, privacy: PrivacySettings) -> None:
        """Go by these from the next enrolment on."""
        self._settings, self._privacy = settings, privacy

    def check_name(self, name: str) -> str:
        """The name as it would be stored, free to be used.

        Raises:
            InvalidName: It cannot be stored.
            AlreadyEnrolled: Somebody has it.
        """
        cleaned = clean_name(name)
        if self._known(cleaned) is not None:
            raise AlreadyEnrolled(name=cleaned)
        return cleaned

    def whom(self, applicant: Applicant, *, add: bool) -> Applicant | Person:
        """Who gets the pictures: with `add` the person of that name, if there is one, else somebody new.

        Raises:
            InvalidName: The name cannot be stored.
            AlreadyEnrolled: Somebody has it, and `add` is not set.
        """
        known = self._known(clean_name(applicant.name)) if add else None
        if known is not None:
            return known
        self.check_name(applicant.name)
        return applicant

    def new_flow(
        self, who: Applicant | Person | None = None, *, quick: bool = False, endless: bool = False
    ) -> EnrolmentFlow:
        """A flow for a person in front of a camera, or in a film.

        Args:
            who: Gets the pictures; nobody's rival where they are enrolled already.
            quick: Ask for the front alone.
            endless: Give all the time there is, as to a film, which has its own end.
        """
        plan = guided_plan(self._settings, self._matcher.rule, _id_of(who), quick=quick, endless=endless)
        return EnrolmentFlow(plan, quality_score)

    def save(
        self,
        who: Applicant | Person,
        samples: Sequence[EnrolmentSample],
        source: str,
        consent: Consent | None,
        *,
        anyway: bool = False,
    ) -> Person | Lookalike:
        """Store somebody new with all pictures, or give them to somebody who is enrolled; all or nothing.

        Args:
            who: Gets the pictures.
            samples: What a flow has collected; at least one.
            source: Where those come from that do not say it themselves.
            consent: What the person has agreed to this time.
            anyway: Also where somebody else enrolled looks like them.

        Returns:
            The person as stored; or who stands in the way, and then nothing is stored.

        Raises:
            NoConsent: There is none.
            InvalidName: The name, or a group's, cannot be stored.
            AlreadyEnrolled: Somebody has it.
            InvalidChange: Something else cannot be stored so.
            BadgeTaken: Somebody has the badge number.
            UnknownPerson: They have been erased meanwhile.
            StoreError: The database cannot take it.
        """
        if consent is None:
            raise NoConsent(name=who.name)
        if isinstance(who, Applicant):
            self.check_name(who.name)
        lookalike = None if anyway else self._lookalike(samples, _id_of(who))
        if lookalike is not None:
            return lookalike
        templates = [self._template(sample, source) for sample in samples]
        if isinstance(who, Person):
            known = consent in self._people.consents_of(who.id)
            stored = self._people.add_templates(who.id, templates, consent=None if known else consent)
        else:
            stored = self._people.add(who.name, templates, consent=consent, **self._personal(who))
        self._gallery_cache.refresh()
        return stored

    def from_pictures(
        self,
        who: Applicant | Person,
        paths: Iterable[Path],
        consent: Consent | None,
        *,
        decide: ChooseForLookalike = cancel_enrolment,
        progress: Callable[[Path], None] = lambda _: None,
    ) -> EnrolmentReport:
        """Enrol from picture files: those that cannot be used are reported, and the rest is stored.

        Args:
            who: Gets the pictures.
            paths: Pictures of this person.
            consent: What the person has agreed to.
            decide: Called where somebody else enrolled looks like them.
            progress: Called with each path when it has been looked at.

        Raises:
            FacelatchError: As `save`.
            ImageError: No picture can be used.
        """
        if consent is None:
            raise NoConsent(name=who.name)
        if isinstance(who, Applicant):
            self.check_name(who.name)
        flow = EnrolmentFlow(pictures_plan(self._settings, self._matcher.rule, _id_of(who)), quality_score)
        collected = collect_from_pictures(flow, self._pictures, self._matcher.identify, paths, progress)
        if not collected.samples:
            raise _nothing_usable(who.name, flow, collected.refused)
        report = self.settle(who, flow, consent, "", decide, samples=collected.samples)
        return replace(report, refused=collected.refused)

    def release_pictures(self) -> None:
        """Let go of the networks for pictures, 80 MB, when no more are to come. The next picture has them made anew."""
        self._pictures.close()

    def settle(
        self,
        who: Applicant | Person,
        flow: EnrolmentFlow,
        consent: Consent | None,
        source: str,
        decide: ChooseForLookalike = cancel_enrolment,
        *,
        samples: Sequence[EnrolmentSample] = (),
    ) -> EnrolmentReport:
        """Store what a flow that is complete has collected, and report.

        Args:
            who: Gets the pictures.
            flow: Complete.
            consent: What the person has agreed to.
            source: Where the pictures come from.
            decide: Called where somebody else enrolled looks like them.
            samples: In place of the flow's own.

        Raises:
            FacelatchError: As `save`.
        """
        samples = samples or flow.samples
        saved = self.save(who, samples, source, consent)
        if isinstance(saved, Person):
            return EnrolmentReport(saved, len(samples), test=flow.status.test)
        choice = decide(saved)
        if choice is LookalikeChoice.CANCEL:
            return EnrolmentReport(None, 0, lookalike=saved, test=flow.status.test)
        receiver = saved.person if choice is LookalikeChoice.ADD else who
        stored = self.save(receiver, samples, source, consent, anyway=True)
        assert isinstance(stored, Person)
        return EnrolmentReport(stored, len(samples), lookalike=saved, test=flow.status.test)

    def _known(self, name: str) -> Person | None:
        try:
            return self._people.find(name)
        except UnknownPerson:
            return None

    def _lookalike(self, samples: Sequence[EnrolmentSample], but: str) -> Lookalike | None:
        rule = self._matcher.rule
        return find_lookalike(
            [sample.embedding for sample in samples],
            self._gallery_cache.current(),
            rule.curve,
            threshold=rule.threshold,
            double_fmr=float(self._settings.double_fmr),
            but=but,
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

    def _personal(self, who: Applicant) -> PersonChanges:
        personal = PersonChanges(
            badge=who.badge,
            groups=who.groups,
            note=who.note,
            valid_from=who.valid_from,
            valid_until=who.valid_until,
        )
        if self._privacy.delete_after_days:
            personal["delete_after"] = self.clock.now() + timedelta(days=self._privacy.delete_after_days)
        return personal


def _id_of(who: Applicant | Person | None) -> str:
    return who.id if isinstance(who, Person) else ""


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
