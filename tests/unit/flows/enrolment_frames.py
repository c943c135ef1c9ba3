"""Plans, people and frames for tests of enrolment."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from app.core.faces import AnalyzedFace, Box, Embedding, Face, HeadPose, Pose, Quality, QualityHint
from app.core.match_decision import Match, Verdict
from app.core.people import Person
from app.flows.enrolment import EnrolmentFlow, EnrolmentPlan, EnrolmentStatus
from app.flows.sample_selection import PoseTarget
from tests.fakes.quality_issues import issues_for

STRAIGHT = Pose(0.0, 0.0, 0.0)
POSES = {
    HeadPose.FRONT: STRAIGHT,
    HeadPose.LEFT: Pose(25.0, 0.0, 0.0),
    HeadPose.RIGHT: Pose(-25.0, 0.0, 0.0),
    HeadPose.UP: Pose(0.0, 15.0, 0.0),
    HeadPose.DOWN: Pose(0.0, -15.0, 0.0),
}
TARGETS = tuple(PoseTarget(name, pose.yaw, pose.pitch, 8.0, 7.0) for name, pose in POSES.items())
STREAK, KEPT = 3, 2
PLAN = EnrolmentPlan(
    targets=TARGETS,
    streak=STREAK,
    kept_per_pose=KEPT,
    near_duplicate=0.99,
    same_person=0.45,
    max_covered=0.5,
    threshold=0.53,
    test_margin=0.1,
    test_frames=3,
    timeout_ns=1_000_000,
)
QUICK = replace(PLAN, targets=TARGETS[:1])
GOOD = Quality(60, 200, 128, STRAIGHT, 0.3, 1.0)
NO_POINTS = np.zeros((478, 3), np.float32)
DIRECTIONS = 16


def embedding(who: int = 0, shade: int = 0) -> Embedding:
    """Return a person's embedding: shades of one person have a cosine of 0.8, different people one of 0."""
    vector = np.zeros(DIRECTIONS * DIRECTIONS, np.float32)
    vector[who] = np.sqrt(0.8)
    vector[DIRECTIONS + who * 8 + shade] += np.sqrt(0.2)
    return Embedding(vector, "m")


def face(
    who: int = 0,
    pose: Pose = STRAIGHT,
    *,
    shade: int = 0,
    width: float = 100,
    hints: tuple[QualityHint, ...] = (),
    track: int = 0,
    covered: float = 0.0,
    sharpness: float = 200,
) -> AnalyzedFace:
    """Return a face in a frame."""
    quality = replace(GOOD, pose=pose, quality_issues=issues_for(*hints), covered=covered, sharpness=sharpness)
    seen = None if hints else embedding(who, shade)
    return AnalyzedFace(Face(Box(0, 0, width, width), NO_POINTS, track), quality, seen)


def score(quality: Quality) -> float:
    """Return a score that grows with the sharpness."""
    return min(quality.sharpness / 400, 1.0)


def person(name: str) -> Person:
    """Return an enrolled person."""
    return Person(name.lower(), name, datetime(2026, 1, 1, tzinfo=UTC), 1)


def match(name: str, similarity: float, runner_up: float | None = None) -> Match:
    """Return a match with an enrolled person."""
    return Match(Verdict.NO_MATCH, person(name), similarity, runner_up, 0.53, 0.01)


class Camera:
    """Shows frames to an enrolment flow, ten nanoseconds apart."""

    def __init__(self, plan: EnrolmentPlan = PLAN) -> None:
        self.flow = EnrolmentFlow(plan, score)
        self.now = 0

    def show(self, *faces: AnalyzedFace, matched: Match | None = None) -> EnrolmentStatus:
        self.now += 10
        return self.flow.observe(faces, self.now, [matched] * len(faces))

    def hold(self, pose: HeadPose, frames: int = STREAK, who: int = 0) -> EnrolmentStatus:
        """Show frames in which the person holds a pose."""
        status = self.flow.status
        for number in range(frames):
            status = self.show(face(who, POSES[pose], shade=number % 8))
        return status

    def hold_all(self) -> EnrolmentStatus:
        """Show frames of every pose."""
        status = self.flow.status
        for pose in POSES:
            status = self.hold(pose)
        return status
