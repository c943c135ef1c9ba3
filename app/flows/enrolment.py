"""State machine of an enrolment: collects samples of several head poses, then tests them."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.core.faces import AnalyzedFace, Embedding, HeadPose, Pose, Quality, QualityHint
from app.core.match_decision import Match
from app.flows.enrolment_status import (
    EnrolmentPlan,
    EnrolmentSelfTest,
    EnrolmentState,
    EnrolmentStatus,
    Guidance,
    PoseProgress,
)
from app.flows.sample_selection import EnrolmentSample, PoseSamples

__all__ = ["EnrolmentFlow", "EnrolmentPlan", "EnrolmentSample", "EnrolmentState", "EnrolmentStatus", "Guidance"]

_BYSTANDER_SHARE = 0.5
"""A face narrower than this share of the widest one belongs to a bystander."""

_SPARES = 8
"""Good frames remembered, so that one that was not selected is left for the self-test when no fresh one can come."""

_STRAIGHT = Pose(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Usable:
    """A usable frame: one face, of good quality, of the same person as before."""

    face: AnalyzedFace
    embedding: Embedding
    match: Match | None
    now_ns: int


@dataclass(frozen=True, slots=True)
class _Unusable:
    """An unusable frame, with the instruction for the person."""

    guidance: Guidance
    hints: tuple[QualityHint, ...] = ()


class EnrolmentFlow:
    """Collects samples of every head pose in the order in which they come, then tests them on a fresh frame.

    ```mermaid
    stateDiagram-v2
        [*] --> collecting
        collecting --> collecting: a usable frame in a required pose
        collecting --> testing: the last pose is done, or the missing poses are skipped
        collecting --> timed_out: too long
        collecting --> incomplete: end of frames, and the front is missing
        testing --> complete: a fresh frame matches, or only a lookalike is too close
        testing --> test_failed: no fresh frame matches
        testing --> timed_out: too long
        collecting --> complete: end of frames
        collecting --> cancelled: cancel
        testing --> cancelled: cancel
        complete --> [*]
    ```

    Args:
        plan: Parameters.
        score: Returns the quality of a face as one number, 0 to 1.
    """

    def __init__(self, plan: EnrolmentPlan, score: Callable[[Quality], float]) -> None:
        self._plan = plan
        self._score = score
        poses = (PoseSamples(target, plan.streak, plan.kept_per_pose, plan.near_duplicate) for target in plan.targets)
        self._poses = {samples.target.pose: samples for samples in poses}
        self._spares: deque[_Usable] = deque(maxlen=_SPARES)
        self._track: int | None = None
        self._started_ns: int | None = None
        self._test_started_ns = 0
        self._tested = 0
        self._test: EnrolmentSelfTest | None = None
        self._status = self._make_status(EnrolmentState.COLLECTING, Guidance.SHOW_FACE)

    @property
    def status(self) -> EnrolmentStatus:
        """Snapshot of the enrolment."""
        return self._status

    @property
    def samples(self) -> tuple[EnrolmentSample, ...]:
        """The samples selected so far, by pose; empty after any end but COMPLETE."""
        return tuple(sample for samples in self._poses.values() for sample in samples.selected)

    def observe(
        self, faces: Sequence[AnalyzedFace], now_ns: int, matches: Sequence[Match | None] = ()
    ) -> EnrolmentStatus:
        """Process one frame.

        Args:
            faces: All faces in the frame, the largest first.
            now_ns: Monotonic time of the frame.
            matches: Comparison of each face with the gallery; may be omitted for an empty gallery.
        """
        if not self._status.is_running:
            return self._status
        self._started_ns = now_ns if self._started_ns is None else self._started_ns
        if now_ns - self._started_ns > self._plan.timeout_ns:
            return self._abort(EnrolmentState.TIMED_OUT)
        frame = self._assess(faces, matches, now_ns)
        if isinstance(frame, _Unusable):
            self._end_streaks()
            return self._update(self._status.state, frame.guidance, frame.hints)
        self._spares.append(frame)
        return self._in_testing(frame) if self._status.state is EnrolmentState.TESTING else self._in_collecting(frame)

    def skip_missing_poses(self) -> EnrolmentStatus:
        """Ask for no further pose. Has no effect until the front is done."""
        if self._status.state is EnrolmentState.COLLECTING and self._is_enough():
            self._start_test(self._spares[-1].now_ns if self._spares else 0)
        return self._status

    def end(self) -> EnrolmentStatus:
        """Process the end of the frames: test the samples on good frames that were not selected, if there are any."""
        if not self._status.is_running:
            return self._status
        if not self._is_enough():
            return self._abort(EnrolmentState.INCOMPLETE)
        selected = {sample.taken_ns for sample in self.samples}
        spares = [frame for frame in reversed(self._spares) if frame.now_ns not in selected]
        if not spares:
            return self._update(EnrolmentState.COMPLETE, Guidance.HOLD)
        self._test_started_ns, self._tested = spares[0].now_ns, self._plan.test_frames - len(spares)
        for spare in spares:
            if self._status.is_running:
                self._in_testing(spare)
        return self._status

    def cancel(self) -> EnrolmentStatus:
        """Cancel the enrolment and discard the samples. Has no effect once it has ended."""
        return self._abort(EnrolmentState.CANCELLED) if self._status.is_running else self._status

    def _assess(
        self, faces: Sequence[AnalyzedFace], matches: Sequence[Match | None], now_ns: int
    ) -> _Usable | _Unusable:
        near = _foreground(faces)
        if not near:
            return _Unusable(Guidance.SHOW_FACE)
        if len(near) > 1:
            return _Unusable(Guidance.ONE_AT_A_TIME)
        face = faces[near[0]]
        if face.embedding is None or not face.quality.is_judgeable:
            return self._poor_quality(face.quality)
        if face.quality.covered > self._plan.max_covered:
            return _Unusable(Guidance.UNCOVER)
        if not self._is_same_person(face.embedding):
            return _Unusable(Guidance.OTHER_PERSON)
        if face.face.track != self._track:
            self._end_streaks()
            self._track = face.face.track
        return _Usable(face, face.embedding, matches[near[0]] if matches else None, now_ns)

    def _poor_quality(self, quality: Quality) -> _Unusable:
        wanted = self._next()
        only_turned = quality.hints == (QualityHint.LOOK_AT_CAMERA,)
        if only_turned and wanted is not None and wanted.target.is_overshot(quality.pose, self._origin()):
            return _Unusable(Guidance.TURN_LESS)
        return _Unusable(Guidance.IMPROVE, quality.hints)

    def _in_collecting(self, frame: _Usable) -> EnrolmentStatus:
        samples, pose = self._nearest_pose(frame), frame.face.quality.pose
        self._end_streaks(samples)
        if samples is not None:
            was_done = samples.is_done
            samples.add(self._sample(frame, samples.target.pose))
            if self._next() is None and not self._plan.any_pose:
                return self._start_test(frame.now_ns)
            if not was_done and not samples.is_done:
                return self._update(EnrolmentState.COLLECTING, Guidance.HOLD, (), samples.target.pose)
        wanted = self._next()
        if wanted is None:
            return self._update(EnrolmentState.COLLECTING, Guidance.HOLD)
        overshot = wanted.target.is_overshot(pose, self._origin())
        return self._update(EnrolmentState.COLLECTING, Guidance.TURN_LESS if overshot else Guidance.TURN)

    def _in_testing(self, frame: _Usable) -> EnrolmentStatus:
        self._tested += 1
        similarity = max(float(sample.embedding.vector @ frame.embedding.vector) for sample in self.samples)
        rival, rival_similarity = self._rival(frame.match)
        recognised = similarity >= self._plan.threshold
        passed = recognised and similarity - rival_similarity >= self._plan.test_margin
        took_ns = frame.now_ns - self._test_started_ns
        self._test = EnrolmentSelfTest(similarity, rival, rival_similarity, passed, took_ns)
        if passed:
            return self._update(EnrolmentState.COMPLETE, Guidance.HOLD)
        if self._tested < self._plan.test_frames:
            return self._update(EnrolmentState.TESTING, Guidance.LOOK_AHEAD)
        # A lookalike is for a person to decide; samples that do not even match each other are not.
        if recognised:
            return self._update(EnrolmentState.COMPLETE, Guidance.HOLD)
        return self._abort(EnrolmentState.TEST_FAILED)

    def _rival(self, match: Match | None) -> tuple[str, float]:
        """Return the name of and the cosine to the nearest other person; an empty name and -1 if there is none."""
        if match is None or match.person is None:
            return "", -1.0
        if match.person.id != self._plan.person_id:
            return match.person.name, match.similarity
        return "", -1.0 if match.runner_up is None else match.runner_up

    def _nearest_pose(self, frame: _Usable) -> PoseSamples | None:
        """Return the pose that a frame counts for; None if it is out of tolerance."""
        pose, origin = frame.face.quality.pose, self._origin()
        samples = min(self._poses.values(), key=lambda samples: samples.target.distance(pose, origin))
        return samples if self._plan.any_pose or samples.target.distance(pose, origin) <= 1 else None

    def _origin(self) -> Pose:
        """Return the person's pose when they look straight ahead, which differs between cameras and heads."""
        front = self._poses.get(HeadPose.FRONT)
        if front is None or not front.is_done or self._plan.any_pose:
            return _STRAIGHT
        poses = [sample.quality.pose for sample in front.selected]
        return Pose(float(np.mean([pose.yaw for pose in poses])), float(np.mean([pose.pitch for pose in poses])), 0.0)

    def _next(self) -> PoseSamples | None:
        """Return the first pose that is not done, which is the one asked for."""
        return next((samples for samples in self._poses.values() if not samples.is_done), None)

    def _is_enough(self) -> bool:
        return bool(self.samples) if self._plan.any_pose else self._poses[HeadPose.FRONT].is_done

    def _is_same_person(self, embedding: Embedding) -> bool:
        samples = self.samples
        if not samples:
            return True
        mean = np.mean([sample.embedding.vector for sample in samples], axis=0)
        return float(mean @ embedding.vector / np.linalg.norm(mean)) >= self._plan.same_person

    def _sample(self, frame: _Usable, pose: HeadPose) -> EnrolmentSample:
        quality = frame.face.quality
        return EnrolmentSample(frame.embedding, quality, self._score(quality), pose, frame.now_ns, frame.face.aligned)

    def _end_streaks(self, but: PoseSamples | None = None) -> None:
        for samples in self._poses.values():
            if samples is not but:
                samples.end_streak()

    def _start_test(self, now_ns: int) -> EnrolmentStatus:
        self._end_streaks()
        self._test_started_ns = now_ns
        return self._update(EnrolmentState.TESTING, Guidance.LOOK_AHEAD)

    def _abort(self, state: EnrolmentState) -> EnrolmentStatus:
        for samples in self._poses.values():
            samples.reset()
        self._spares.clear()
        return self._update(state, self._status.guidance, self._status.hints)

    def _update(
        self,
        state: EnrolmentState,
        guidance: Guidance,
        hints: tuple[QualityHint, ...] = (),
        pose: HeadPose | None = None,
    ) -> EnrolmentStatus:
        self._status = self._make_status(state, guidance, hints, pose)
        return self._status

    def _make_status(
        self,
        state: EnrolmentState,
        guidance: Guidance,
        hints: tuple[QualityHint, ...] = (),
        pose: HeadPose | None = None,
    ) -> EnrolmentStatus:
        wanted = self._next()
        return EnrolmentStatus(
            state,
            guidance,
            hints,
            pose or (wanted.target.pose if wanted else None),
            tuple(PoseProgress(name, samples.share) for name, samples in self._poses.items()),
            len(self.samples),
            state is EnrolmentState.COLLECTING and self._is_enough(),
            self._test,
        )


def _foreground(faces: Sequence[AnalyzedFace]) -> list[int]:
    """Return the indices of the faces that do not belong to bystanders."""
    widest = max((face.face.box.width for face in faces), default=0.0)
    return [index for index, face in enumerate(faces) if face.face.box.width >= widest * _BYSTANDER_SHARE]
