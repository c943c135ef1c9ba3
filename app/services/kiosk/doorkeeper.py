"""Who may come in at one kiosk, as of one moment."""

from dataclasses import dataclass
from datetime import datetime

from app.core.clock import Clock
from app.core.people import Person
from app.core.schedule import Schedule
from app.core.settings import RecognitionSettings
from app.core.types import Embedding, Match, Verdict
from app.flows.face_run import SeenFace
from app.flows.kiosk_types import Refusal
from app.matching.gallery import Gallery, Rule
from app.pipeline.recognition import FrameResult
from app.services.galleries import GalleryKeeper
from app.services.kiosk.policy import KioskPolicy
from app.services.matching import rule_for
from app.vision.manifest import EmbedderRow
from app.vision.quality import score


@dataclass(frozen=True, slots=True)
class PolicyJudge:
    """See `app.flows.kiosk_types.Judge`.

    Attributes:
        gallery: As of the moment.
        rule: When a candidate is accepted.
        groups: Members of any may come in; everybody where there are none. In the one spelling of `fold`.
        schedule: When.
        moment: The moment.
        claimed: Compare with this person alone.
    """

    gallery: Gallery
    rule: Rule
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

    def admits(self, person: Person) -> Refusal | None:
        """Why this person may not come in here and now; None if they may."""
        if not person.is_valid_at(self.moment):
            return Refusal.NOT_VALID
        if self.groups and self.groups.isdisjoint(map(fold, person.groups)):
            return Refusal.NOT_IN_GROUP
        return self.hours()

    def hours(self) -> Refusal | None:
        """Why nobody at all may come in now; None if somebody may."""
        return None if self.schedule.is_open(self.moment) else Refusal.NOT_NOW


class Doorkeeper:
    """Makes a judge for each frame.

    Args:
        policy: Of the kiosk.
        keeper: Gives the gallery.
        row: Of the model in use.
        settings: What the policy leaves out.
        clock: Says what time it is.
    """

    def __init__(
        self,
        policy: KioskPolicy,
        keeper: GalleryKeeper,
        row: EmbedderRow,
        settings: RecognitionSettings,
        clock: Clock,
    ) -> None:
        self._keeper = keeper
        self._rule = rule_for(row, recognition_of(policy, settings))
        self._groups = frozenset(map(fold, policy.who.groups))
        self._schedule = policy.when.schedule()
        self._clock = clock

    def judge(self, claimed: Person | None = None) -> PolicyJudge:
        """As of now.

        Raises:
            StoreError: The gallery could not be read from the start.
        """
        gallery, now = self._keeper.current(), self._clock.now()
        return PolicyJudge(gallery, self._rule, self._groups, self._schedule, now, claimed)


def recognition_of(policy: KioskPolicy, settings: RecognitionSettings) -> RecognitionSettings:
    """The settings with what the policy says otherwise."""
    matching = policy.matching
    changes = {
        "operating_point": settings.operating_point if matching.operating_point is None else matching.operating_point,
        "min_margin": settings.min_margin if matching.min_margin is None else matching.min_margin,
    }
    return settings.model_copy(update=changes)


def fold(group: str) -> str:
    """What two names of a group share when they are held the same."""
    return group.strip().casefold()


def seen_in(result: FrameResult) -> tuple[SeenFace, ...]:
    """The faces of a frame as the machine wants them, the largest first."""
    return tuple(
        SeenFace(
            track=face.analyzed.face.track,
            box=face.analyzed.face.box,
            embedding=face.analyzed.embedding,
            weight=score(face.analyzed.quality),
            hints=face.analyzed.quality.hints,
        )
        for face in result.faces
    )
