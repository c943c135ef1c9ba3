"""Who may enter at one kiosk, as of one moment."""

import math
from dataclasses import dataclass
from datetime import datetime

from app.core.calendar import Schedule
from app.core.clock import Clock
from app.core.faces import Embedding
from app.core.match_decision import Match, Verdict
from app.core.people import Person
from app.core.settings.sections import RecognitionSettings
from app.flows.kiosk.face_run import ObservedFace
from app.flows.kiosk.types import DenialReason, IdentifyBy
from app.matching.gallery import Gallery
from app.matching.promise import Promise
from app.matching.threshold import MatchRule
from app.pipeline.results import FrameResult
from app.services.kiosk.policy import KioskPolicy
from app.services.recognition.gallery_cache import GalleryCache
from app.services.recognition.matcher import Identification, match_rule
from app.vision.manifest import EmbedderRow
from app.vision.quality import quality_score


@dataclass(frozen=True, slots=True)
class AccessSnapshot:
    """The access policy as of one moment; implements `app.flows.kiosk.types.AccessCheck`.

    Attributes:
        gallery: The gallery at that moment.
        rule: When a claimed person is accepted (1:1).
        search_rule: When a person found in the whole gallery is accepted (1:N).
        groups: Normalized names of the groups whose members may enter; empty for everyone.
        schedule: Opening hours.
        moment: The moment.
        claimed: Person to compare with; None to compare with the whole gallery.
        identify_by: Whether faces may be compared with the whole gallery.
    """

    gallery: Gallery
    rule: MatchRule
    search_rule: MatchRule
    groups: frozenset[str]
    schedule: Schedule
    moment: datetime
    claimed: Person | None = None
    identify_by: IdentifyBy = IdentifyBy.FACE

    def compare(self, probe: Embedding) -> Match:
        """Compare a probe with the gallery (1:N), or with the claimed person only (1:1)."""
        if self.claimed is None and self.identify_by is IdentifyBy.CLAIM:
            return Match(Verdict.NO_MATCH, None, -1.0, None, self.rule.threshold, 1.0)
        if self.claimed is None:
            return self.gallery.identify(probe, self.search_rule)
        try:
            return self.gallery.verify(probe, self.claimed.id, self.rule)
        except KeyError:
            return Match(Verdict.NO_MATCH, self.claimed, -1.0, None, self.rule.threshold, 1.0)

    def denial_reason(self, person: Person) -> DenialReason | None:
        """Why the policy denies this person access now; None if it does not."""
        if not person.is_valid_at(self.moment):
            return DenialReason.NOT_VALID
        if self.groups and self.groups.isdisjoint(map(normalize_group, person.groups)):
            return DenialReason.NOT_IN_GROUP
        return self.closed_reason()

    def closed_reason(self) -> DenialReason | None:
        """Why the policy denies everyone access now; None if it does not."""
        return None if self.schedule.is_open(self.moment) else DenialReason.NOT_NOW


class AccessPolicy:
    """Takes a snapshot of a kiosk's access policy for each frame.

    Args:
        policy: Policy of the kiosk.
        gallery_cache: Provides the gallery.
        row: Manifest row of the current model.
        settings: Values that the policy leaves out.
        clock: Provides the moment.
        attempts: Attempts of a stranger until the lockout.
    """

    def __init__(
        self,
        policy: KioskPolicy,
        gallery_cache: GalleryCache,
        row: EmbedderRow,
        settings: RecognitionSettings,
        clock: Clock,
        attempts: int,
    ) -> None:
        self._gallery_cache = gallery_cache
        effective = effective_recognition(policy, settings)
        self._rule = match_rule(row, effective)
        self._identification = Identification(row, effective, attempts)
        self._groups = frozenset(map(normalize_group, policy.who.groups))
        self._schedule = policy.when.schedule()
        self._identify_by = policy.who.identify
        self._clock = clock

    def snapshot(self, claimed: Person | None = None) -> AccessSnapshot:
        """Return the policy as of now.

        Args:
            claimed: Person to compare with; None to compare with the whole gallery.

        Raises:
            StoreError: The gallery was never read, and cannot be.
        """
        gallery, now = self._gallery_cache.current(), self._clock.now()
        search_rule = self._identification.rule(gallery)
        return AccessSnapshot(
            gallery, self._rule, search_rule, self._groups, self._schedule, now, claimed, self._identify_by
        )

    def promise(self) -> Promise:
        """Return what the kiosk promises per visitor with the present gallery.

        Raises:
            StoreError: The gallery was never read, and cannot be.
        """
        return self._identification.promise(self._gallery_cache.current())


def effective_recognition(policy: KioskPolicy, settings: RecognitionSettings) -> RecognitionSettings:
    """Return the recognition settings with the values that the policy overrides.

    Args:
        policy: Policy of the kiosk.
        settings: The settings.
    """
    matching = policy.matching
    changes = {
        "one_in": matching.visitors,
        "operating_point": settings.operating_point if matching.operating_point is None else matching.operating_point,
        "min_margin": settings.min_margin if matching.min_margin is None else matching.min_margin,
    }
    return settings.model_copy(update=changes)


def normalize_group(group: str) -> str:
    """Return the form of a group's name in which equal groups are equal."""
    return group.strip().casefold()


def observed_faces(result: FrameResult) -> tuple[ObservedFace, ...]:
    """Return the faces of a frame as input of the state machine."""
    height, width = result.frame.image.shape[:2]
    centre, half_diagonal = (width / 2, height / 2), math.hypot(width, height) / 2
    return tuple(
        ObservedFace(
            track=face.analyzed.face.track,
            box=face.analyzed.face.box,
            embedding=face.analyzed.embedding,
            weight=quality_score(face.analyzed.quality),
            hints=face.analyzed.quality.hints,
            share=min(max(face.analyzed.face.box.height / height, 0.0), 1.0),
            offset=min(math.dist(face.analyzed.face.box.centre, centre) / half_diagonal, 1.0),
        )
        for face in result.faces
    )
