"""Taking good pictures of one person from several directions, and trying them out."""

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
"""A face less than this share of the largest one's width stands behind, and is not the one enrolled."""

_SPARES = 8
"""Good frames remembered so that, when no fresh one can come, one is left that was not kept."""

_STRAIGHT = Pose(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Good:
    """A frame that can be used: one face, well seen, and of the person who began."""

    face: AnalyzedFace
    embedding: Embedding
    match: Match | None
    now_ns: int


@dataclass(frozen=True, slots=True)
class _Unusable:
    """A frame that cannot, and why."""

    guidance: Guidance
    hints: tuple[QualityHint, ...] = ()


class EnrolmentFlow:
    """Collects pictures of every direction asked for, as they come, and then tries them on a fresh frame.

    ```mermaid
    stateDiagram-v2
        [*] --> collecting
        collecting --> collecting: a frame (good, alone, the same person, in a direction asked for)
        collecting --> testing: the last direction has been held, or go on without the rest
        collecting --> timed_out: too long
        collecting --> incomplete: no more frames, and the front is missing
        testing --> complete: a fresh frame matches, or nobody else but a lookalike stands in the way
        testing --> test_failed: no fresh frame matches
        testing --> timed_out: too long
        collecting --> complete: no more frames
        collecting --> cancelled: cancel
        testing --> cancelled: cancel
        complete --> [*]
    ```

    Args:
        plan: What is asked for.
        score: A picture's worth, 0 to 1.
    """

    def __init__(self, plan: EnrolmentPlan, score: Callable[[Quality], float]) -> None:
        self._plan = plan
        self._score = score
        made = (PoseSamples(target, plan.streak, plan.kept_per_pose, plan.near_duplicate) for target in plan.targets)
        self._frames = {frames.target.pose: frames for frames in made}
        self._spares: deque[_Good] = deque(maxlen=_SPARES)
        self._track: int | None = None
        self._started_ns: int | None = None
        self._test_began_ns = 0
        self._tested = 0
        self._test: EnrolmentSelfTest | None = None
        self._status = self._made(EnrolmentState.COLLECTING, Guidance.SHOW_FACE)

    @property
    def status(self) -> EnrolmentStatus:
        """Where it stands."""
        return self._status

    @property
    def samples(self) -> tuple[EnrolmentSample, ...]:
        """The pictures kept so far, by direction; empty after any end but COMPLETE."""
        return tuple(sample for frames in self._frames.values() for sample in frames.kept)

    def observe(
        self, faces: Sequence[AnalyzedFace], now_ns: int, matches: Sequence[Match | None] = ()
    ) -> EnrolmentStatus:
        """Take in one frame.

        Args:
            faces: All in view, the largest first.
            now_ns: Monotonic time of the frame.
            matches: For each face, whom the gallery holds to be nearest; may be left out where nobody is enrolled.
        """
        if not self._status.is_running:
            return self._status
        self._started_ns = now_ns if self._started_ns is None else self._started_ns
        if now_ns - self._started_ns > self._plan.timeout_ns:
            return self._give_up(EnrolmentState.TIMED_OUT)
        seen = self._judge(faces, matches, now_ns)
        if isinstance(seen, _Unusable):
            self._release()
            return self._say(self._status.state, seen.guidance, seen.hints)
        self._spares.append(seen)
        return self._try_out(seen) if self._status.state is EnrolmentState.TESTING else self._collect(seen)

    def skip_missing_poses(self) -> EnrolmentStatus:
        """Ask for no further direction. Without effect until the front is there."""
        if self._status.state is EnrolmentState.COLLECTING and self._is_enough():
            self._begin_test(self._spares[-1].now_ns if self._spares else 0)
        return self._status

    def end(self) -> EnrolmentStatus:
        """No more frames will come. What there is is tried on good frames that were not kept, if there are any."""
        if not self._status.is_running:
            return self._status
        if not self._is_enough():
            return self._give_up(EnrolmentState.INCOMPLETE)
        kept = {sample.taken_ns for sample in self.samples}
        spares = [good for good in reversed(self._spares) if good.now_ns not in kept]
        if not spares:
            return self._say(EnrolmentState.COMPLETE, Guidance.HOLD)
        self._test_began_ns, self._tested = spares[0].now_ns, self._plan.test_frames - len(spares)
        for spare in spares:
            if self._status.is_running:
                self._try_out(spare)
        return self._status

    def cancel(self) -> EnrolmentStatus:
        """Give up and forget the pictures. Without effect once it has ended."""
        return self._give_up(EnrolmentState.CANCELLED) if self._status.is_running else self._status

    def _judge(self, faces: Sequence[AnalyzedFace], matches: Sequence[Match | None], now_ns: int) -> _Good | _Unusable:
        near = _in_front(faces)
        if not near:
            return _Unusable(Guidance.SHOW_FACE)
        if len(near) > 1:
            return _Unusable(Guidance.ONE_AT_A_TIME)
        face = faces[near[0]]
        if face.embedding is None or not face.quality.is_judgeable:
            return self._lacking(face.quality)
        if face.quality.covered > self._plan.max_covered:
            return _Unusable(Guidance.UNCOVER)
        if not self._is_same_person(face.embedding):
            return _Unusable(Guidance.SOMEONE_ELSE)
        if face.face.track != self._track:
            self._release()
            self._track = face.face.track
        return _Good(face, face.embedding, matches[near[0]] if matches else None, now_ns)

    def _lacking(self, quality: Quality) -> _Unusable:
        asked = self._next()
        turned = quality.hints == (QualityHint.LOOK_AT_CAMERA,) and asked is not None
        if turned and asked is not None and asked.target.is_overshot(quality.pose, self._origin()):
            return _Unusable(Guidance.TURN_LESS)
        return _Unusable(Guidance.IMPROVE, quality.hints)

    def _collect(self, good: _Good) -> EnrolmentStatus:
        frames, pose = self._looking_at(good), good.face.quality.pose
        self._release(frames)
        if frames is not None:
            was_done = frames.done
            frames.take(self._sample(good, frames.target.pose))
            if self._next() is None and not self._plan.any_pose:
                return self._begin_test(good.now_ns)
            if not was_done and not frames.done:
                return self._say(EnrolmentState.COLLECTING, Guidance.HOLD, (), frames.target.pose)
        asked = self._next()
        if asked is None:
            return self._say(EnrolmentState.COLLECTING, Guidance.HOLD)
        overshot = asked.target.is_overshot(pose, self._origin())
        return self._say(EnrolmentState.COLLECTING, Guidance.TURN_LESS if overshot else Guidance.TURN)

    def _try_out(self, good: _Good) -> EnrolmentStatus:
        self._tested += 1
        own = max(float(sample.embedding.vector @ good.embedding.vector) for sample in self.samples)
        rival, theirs = self._rival(good.match)
        recognised = own >= self._plan.threshold
        passed = recognised and own - theirs >= self._plan.test_margin
        self._test = EnrolmentSelfTest(own, rival, theirs, passed, good.now_ns - self._test_began_ns)
        if passed:
            return self._say(EnrolmentState.COMPLETE, Guidance.HOLD)
        if self._tested < self._plan.test_frames:
            return self._say(EnrolmentState.TESTING, Guidance.LOOK_AHEAD)
        # A lookalike is for people to judge; pictures that do not even fit each other are not.
        return (
            self._say(EnrolmentState.COMPLETE, Guidance.HOLD)
            if recognised
            else self._give_up(EnrolmentState.TEST_FAILED)
        )

    def _rival(self, match: Match | None) -> tuple[str, float]:
        if match is None or match.person is None:
            return "", -1.0
        if match.person.id != self._plan.person_id:
            return match.person.name, match.similarity
        return "", -1.0 if match.runner_up is None else match.runner_up

    def _looking_at(self, good: _Good) -> PoseSamples | None:
        pose, origin = good.face.quality.pose, self._origin()
        frames = min(self._frames.values(), key=lambda frames: frames.target.distance(pose, origin))
        return frames if self._plan.any_pose or frames.target.distance(pose, origin) <= 1 else None

    def _origin(self) -> Pose:
        """Where the person looks when they look to the front, which no two cameras and heads agree on."""
        front = self._frames.get(HeadPose.FRONT)
        if front is None or not front.done or self._plan.any_pose:
            return _STRAIGHT
        poses = [sample.quality.pose for sample in front.kept]
        return Pose(float(np.mean([pose.yaw for pose in poses])), float(np.mean([pose.pitch for pose in poses])), 0.0)

    def _next(self) -> PoseSamples | None:
        """The first direction that is still missing: the one that is asked for."""
        return next((frames for frames in self._frames.values() if not frames.done), None)

    def _is_enough(self) -> bool:
        return bool(self.samples) if self._plan.any_pose else self._frames[HeadPose.FRONT].done

    def _is_same_person(self, embedding: Embedding) -> bool:
        samples = self.samples
        if not samples:
            return True
        mean = np.mean([sample.embedding.vector for sample in samples], axis=0)
        return float(mean @ embedding.vector / np.linalg.norm(mean)) >= self._plan.same_person

    def _sample(self, good: _Good, pose: HeadPose) -> EnrolmentSample:
        quality = good.face.quality
        return EnrolmentSample(good.embedding, quality, self._score(quality), pose, good.now_ns, good.face.aligned)

    def _release(self, but: PoseSamples | None = None) -> None:
        for frames in self._frames.values():
            if frames is not but:
                frames.release()

    def _begin_test(self, now_ns: int) -> EnrolmentStatus:
        self._release()
        self._test_began_ns = now_ns
        return self._say(EnrolmentState.TESTING, Guidance.LOOK_AHEAD)

    def _give_up(self, state: EnrolmentState) -> EnrolmentStatus:
        for frames in self._frames.values():
            frames.forget()
        self._spares.clear()
        return self._say(state, self._status.guidance, self._status.hints)

    def _say(
        self,
        state: EnrolmentState,
        guidance: Guidance,
        hints: tuple[QualityHint, ...] = (),
        pose: HeadPose | None = None,
    ) -> EnrolmentStatus:
        self._status = self._made(state, guidance, hints, pose)
        return self._status

    def _made(
        self,
        state: EnrolmentState,
        guidance: Guidance,
        hints: tuple[QualityHint, ...] = (),
        pose: HeadPose | None = None,
    ) -> EnrolmentStatus:
        asked = self._next()
        ring = tuple(PoseProgress(name, frames.share) for name, frames in self._frames.items())
        return EnrolmentStatus(
            state,
            guidance,
            hints,
            pose or (asked.target.pose if asked else None),
            ring,
            len(self.samples),
            state is EnrolmentState.COLLECTING and self._is_enough(),
            self._test,
        )


def _in_front(faces: Sequence[AnalyzedFace]) -> list[int]:
    """The places of the faces that do not stand behind."""
    widest = max((face.face.box.width for face in faces), default=0.0)
    return [place for place, face in enumerate(faces) if face.face.box.width >= widest * _BYSTANDER_SHARE]
