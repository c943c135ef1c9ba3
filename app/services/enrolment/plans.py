"""Applicants, enrolment reports, and enrolment plans made from the settings."""

from dataclasses import dataclass
from datetime import datetime

from app.core.faces import HeadPose
from app.core.people import Person
from app.core.settings.sections import EnrolmentSettings
from app.flows.enrolment import EnrolmentPlan
from app.flows.enrolment_status import EnrolmentSelfTest
from app.flows.sample_selection import PoseTarget
from app.matching.threshold import MatchRule
from app.services.enrolment.lookalikes import Lookalike
from app.services.enrolment.sample_collection import RefusedPicture

_SAME_PERSON_FMR = 1e-3
"""Operating point at which frames of one sitting show the same person: they are seconds apart and very similar."""

_SAME_PERSON_IN_PICTURES_FMR = 1e-2
"""Operating point at which pictures of one folder show the same person: they may be years apart."""

_ASIDE = {HeadPose.LEFT: 1, HeadPose.RIGHT: -1}
_ALONG = {HeadPose.UP: 1, HeadPose.DOWN: -1}
_NO_TIMEOUT_NS = 10**18


def guided_plan(
    settings: EnrolmentSettings, rule: MatchRule, person_id: str = "", *, quick: bool = False, endless: bool = False
) -> EnrolmentPlan:
    """Return the plan for a person in front of a camera or in a video.

    Args:
        settings: Poses, tolerances and limits.
        rule: The match rule in use.
        person_id: Id of the person who receives the samples; empty for a new person.
        quick: Ask for the frontal pose only.
        endless: Set no timeout.
    """
    poses = (HeadPose.FRONT,) if quick else settings.poses
    return EnrolmentPlan(
        targets=tuple(_target(pose, settings) for pose in poses),
        streak=settings.streak,
        kept_per_pose=settings.kept_per_pose,
        near_duplicate=settings.near_duplicate,
        same_person=rule.curve.threshold_for(_SAME_PERSON_FMR),
        max_covered=settings.max_covered,
        threshold=rule.threshold,
        test_margin=settings.test_margin,
        test_frames=settings.test_frames,
        timeout_ns=_NO_TIMEOUT_NS if endless else round(settings.timeout_s * 1e9),
        person_id=person_id,
    )


def pictures_plan(settings: EnrolmentSettings, rule: MatchRule, person_id: str = "") -> EnrolmentPlan:
    """Return the plan for picture files: each is one frame, in any pose.

    Args:
        settings: Tolerances and limits.
        rule: The match rule in use.
        person_id: Id of the person who receives the samples; empty for a new person.
    """
    return EnrolmentPlan(
        targets=(_target(HeadPose.FRONT, settings),),
        streak=1,
        kept_per_pose=settings.kept_of_pictures,
        near_duplicate=settings.near_duplicate,
        same_person=rule.curve.threshold_for(_SAME_PERSON_IN_PICTURES_FMR),
        max_covered=settings.max_covered,
        threshold=rule.threshold,
        test_margin=settings.test_margin,
        test_frames=settings.test_frames,
        timeout_ns=_NO_TIMEOUT_NS,
        person_id=person_id,
        any_pose=True,
    )


def _target(pose: HeadPose, settings: EnrolmentSettings) -> PoseTarget:
    """Return the angles of a pose. A turned pose tolerates some pitch, and a tilted one some yaw."""
    yaw, pitch = _ASIDE.get(pose, 0) * settings.turn, _ALONG.get(pose, 0) * settings.tilt
    loose = max(settings.front_tolerance, settings.turn_tolerance, settings.tilt_tolerance)
    if yaw:
        return PoseTarget(pose, yaw, 0.0, settings.turn_tolerance, loose)
    if pitch:
        return PoseTarget(pose, 0.0, pitch, loose, settings.tilt_tolerance)
    return PoseTarget(pose, 0.0, 0.0, settings.front_tolerance, settings.front_tolerance)


@dataclass(frozen=True, slots=True)
class Applicant:
    """Data of a person to be enrolled.

    Attributes:
        name: As typed.
        badge: Badge number; None without a badge.
        groups: Names of groups.
        note: Free text.
        valid_from: Start of validity; None for no start.
        valid_until: End of validity; None for no end.
    """

    name: str
    badge: str | None = None
    groups: tuple[str, ...] = ()
    note: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentReport:
    """Result of an enrolment.

    Attributes:
        person: The stored person; None when nothing was stored.
        taken: How many samples became templates.
        refused: Pictures that were not used.
        lookalike: A similar person: the reason why nothing was stored, or stored beside.
        test: Result of the self-test with samples that were not selected; None without one.
    """

    person: Person | None
    taken: int
    refused: tuple[RefusedPicture, ...] = ()
    lookalike: Lookalike | None = None
    test: EnrolmentSelfTest | None = None
