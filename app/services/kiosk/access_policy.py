"""Who may come in at one kiosk, as of one moment."""

from dataclasses import dataclass
from datetime import datetime

from app.core.calendar import Schedule
from app.core.clock import Clock
from app.core.faces import Embedding
from app.core.match_decision import Match, Verdict
from app.core.people import Person
from app.core.settings.sections import RecognitionSettings
from app.flows.kiosk.face_run import ObservedFace
from app.flows.kiosk.types import DenialReason
from app.matching.gallery import Gallery, MatchRule
from app.pipeline.results import FrameResult
from app.services.kiosk.policy import KioskPolicy
from app.services.recognition.gallery_cache import GalleryCache
from app.services.recognition.matcher import match_rule
from app.vision.manifest import EmbedderRow
from app.vision.quality import quality_score


@dataclass(frozen=True, slots=True)
class AccessSnapshot:
    """See `app.flows.kiosk.types.AccessCheck`.

    Attributes:
        gallery: As of the moment.
        rule: When a candidate is accepted.
        groups: Members of any may come in; everybody where there are none. In the one spelling of `fold`.
        schedule: When.
        moment: The moment.
        claimed: Compare with this person alone.
    """

    gallery: Gallery
    rule: MatchRule
    groups: frozenset[str]
    schedule: Schedule
    moment: datetime
    claimed: Person | None = None

    def compare(self, probe: Embedding) -> Match:
        """Who this is; with a claim, whether it is the one claimed."""
        if self.claimed is None:
            return self.gallery.identify(probe, self.rule)
        try:
            return self.gallery.verify(probe, self.claimed.id, self.rule)
        except KeyError:
            return Match(Verdict.NO_MATCH, self.claimed, -1.0, None, self.rule.threshold, 1.0)

    def denial_reason(self, person: Person) -> DenialReason | None:
        """Why this person may not come in here and now; None if they may."""
        if not person.is_valid_at(self.moment):
            return DenialReason.NOT_VALID
        if self.groups and self.groups.isdisjoint(map(normalize_group, person.groups)):
            return DenialReason.NOT_IN_GROUP
        return self.hours()

    def hours(self) -> DenialReason | None:
        """Why nobody at all may come in now; None if somebody may."""
        return None if self.schedule.is_open(self.moment) else DenialReason.NOT_NOW


class AccessPolicy:
    """Makes a judge for each frame.

    Args:
        policy: Of the kiosk.
        gallery_cache: Gives the gallery.
        row: Of the model in use.
        settings: What the policy leaves out.
        clock: Says what time it is.
    """

    def __init__(
        self,
        policy: KioskPolicy,
        gallery_cache: GalleryCache,
        row: EmbedderRow,
        settings: RecognitionSettings,
        clock: Clock,
    ) -> None:
        self._gallery_cache = gallery_cache
        self._rule = match_rule(row, effective_recognition(policy, settings))
        self._groups = frozenset(map(normalize_group, policy.who.groups))
        self._schedule = policy.when.schedule()
        self._clock = clock

    def judge(self, claimed: Person | None = None) -> AccessSnapshot:
        """As of now.

        Raises:
            StoreError: The gallery could not be read from the start.
        """
        gallery, now = self._gallery_cache.current(), self._clock.now()
        return AccessSnapshot(gallery, self._rule, self._groups, self._schedule, now, claimed)


def effective_recognition(policy: KioskPolicy, settings: RecognitionSettings) -> RecognitionSettings:
    """The settings with what the policy says otherwise."""
    matching = policy.matching
    changes = {
        "operating_point": settings.operating_point if matching.operating_point is None else matching.operating_point,
        "min_margin": settings.min_margin if matching.min_margin is None else matching.min_margin,
    }
    return settings.model_copy(update=changes)


def normalize_group(group: str) -> str:
    """What two names of a group share when they are held the same."""
    return group.strip().casefold()


def observed_faces(result: FrameResult) -> tuple[ObservedFace, ...]:
    """The faces of a frame as the machine wants them, the largest first."""
    return tuple(
        ObservedFace(
            track=face.analyzed.face.track,
            box=face.analyzed.face.box,
            embedding=face.analyzed.embedding,
            weight=quality_score(face.analyzed.quality),
            hints=face.analyzed.quality.hints,
        )
        for face in result.faces
    )
