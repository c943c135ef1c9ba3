"""What the settings ask of somebody who is enrolled."""

from dataclasses import dataclass
from datetime import datetime

from app.core.faces import HeadPose
from app.core.people import Person
from app.core.settings.sections import EnrolmentSettings
from app.flows.enrolment import EnrolmentPlan
from app.flows.enrolment_status import EnrolmentSelfTest
from app.flows.sample_selection import PoseTarget
from app.matching.gallery import MatchRule
from app.services.enrolment.lookalikes import Lookalike
from app.services.enrolment.sample_collection import RefusedPicture

_SAME_PERSON_FMR = 1e-3
"""Frames of one enrolment follow each other within seconds: a looser point than for matching is enough."""

_SAME_PERSON_IN_PICTURES_FMR = 1e-2
"""Pictures of one folder may be years apart."""

_ASIDE = {HeadPose.LEFT: 1, HeadPose.RIGHT: -1}
_ALONG = {HeadPose.UP: 1, HeadPose.DOWN: -1}
_EVER_NS = 10**18


def guided_plan(
    settings: EnrolmentSettings, rule: MatchRule, person_id: str = "", *, quick: bool = False, endless: bool = False
) -> EnrolmentPlan:
    """For a person in front of a camera, or in a film.

    Args:
        settings: What is asked for.
        rule: When a face is recognised.
        person_id: Who gets the pictures; empty where it is somebody new.
        quick: Ask for the front alone.
        endless: Give all the time there is.
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
        timeout_ns=_EVER_NS if endless else round(settings.timeout_s * 1e9),
        person_id=person_id,
    )


def pictures_plan(settings: EnrolmentSettings, rule: MatchRule, person_id: str = "") -> EnrolmentPlan:
    """For pictures that are there already: each is one frame, and whatever direction it shows is welcome."""
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
        timeout_ns=_EVER_NS,
        person_id=person_id,
        any_pose=True,
    )


def _target(pose: HeadPose, settings: EnrolmentSettings) -> PoseTarget:
    """A turn leaves room for some nodding, and a nod for some turning."""
    yaw, pitch = _ASIDE.get(pose, 0) * settings.turn, _ALONG.get(pose, 0) * settings.tilt
    loose = max(settings.front_tolerance, settings.turn_tolerance, settings.tilt_tolerance)
    if yaw:
        return PoseTarget(pose, yaw, 0.0, settings.turn_tolerance, loose)
    if pitch:
        return PoseTarget(pose, 0.0, pitch, loose, settings.tilt_tolerance)
    return PoseTarget(pose, 0.0, 0.0, settings.front_tolerance, settings.front_tolerance)


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who wants to be enrolled.

    Attributes:
        name: As typed.
        badge: The number on their badge; None where there is none.
        groups: Their names.
        note: Free text.
        valid_from: The moment from which they are to be recognised; None for ever since.
        valid_until: The moment from which they are not any more; None for ever.
    """

    name: str
    badge: str | None = None
    groups: tuple[str, ...] = ()
    note: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentReport:
    """What came of an enrolment.

    Attributes:
        person: As stored; None where nothing was.
        taken: How many pictures became templates.
        refused: Those that did not.
        lookalike: Who stood in the way, or was stored beside.
        test: How a picture that was not kept fared; None where there was none.
    """

    person: Person | None
    taken: int
    refused: tuple[RefusedPicture, ...] = ()
    lookalike: Lookalike | None = None
    test: EnrolmentSelfTest | None = None
