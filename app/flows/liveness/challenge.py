"""Asking a face for movements in an order that nobody could know beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Self

import numpy as np

from app.core.faces import AnalyzedFace, Vector
from app.core.liveness import INVOLUNTARY_MOVEMENTS, CueName, CueResult, LivenessVerdict, Movement
from app.core.settings.sections import LivenessSettings
from app.flows.liveness.movements import (
    MovementDetector,
    Signals,
    compatible_movements,
    draw_order,
    median_signals,
    read_signals,
)

_SECOND_NS = 1_000_000_000

_REACTION_NS = 100_000_000
"""Nobody answers sooner: World Athletics calls a faster start a false one."""

_LOST_AFTER_NS = 700_000_000
"""Time without the face, or without any frame, after which it may be another one that comes back."""

_REST_NS, _REST_FRAMES = 500_000_000, 8
"""How long a face must rest before it is asked for anything, so that its baseline is known."""

_REST_DEGREES, _REST_TURN = 7.0, 20.0
"""How much yaw and pitch may wander within a rest, and how far yaw may lie from straight ahead, in degrees."""


class ChallengeState(StrEnum):
    """Where a challenge stands."""

    WAITING = "waiting"
    RESTING = "resting"
    ASKING = "asking"
    RETURNING = "returning"
    PASSED = "passed"
    FAILED = "failed"
    GIVEN_UP = "given-up"


class ChallengeEndReason(StrEnum):
    """Why a challenge was not passed."""

    TOO_SLOW = "too-slow"
    WRONG_MOVEMENTS = "wrong-movements"
    FACE_CHANGED = "face-changed"
    FACE_LOST = "face-lost"
    NEVER_AT_REST = "never-at-rest"


_FAILURES = {ChallengeEndReason.TOO_SLOW, ChallengeEndReason.WRONG_MOVEMENTS, ChallengeEndReason.FACE_CHANGED}
_OVER = {ChallengeState.PASSED, ChallengeState.FAILED, ChallengeState.GIVEN_UP}


@dataclass(frozen=True, slots=True)
class ChallengePlan:
    """What a challenge asks for.

    Attributes:
        steps: How many movements.
        window_ns: Longest time for each, and for looking straight again after it.
        rest_ns: Longest time until the face rests in front of the camera.
        same_person: Cosine that every embedding must have to the mean of those at rest.
        allowed: The movements that may be drawn.
        mirrored: The camera delivers its pictures mirrored.
        max_wrong: Wrong movements that are forgiven.
        max_restarts: How often a face that is lost or changed may begin anew, each time with a new order. Each is
            another chance for a recording that happens to fit.
    """

    steps: int
    window_ns: int
    rest_ns: int
    same_person: float
    allowed: tuple[Movement, ...] = tuple(Movement)
    mirrored: bool = False
    max_wrong: int = 1
    max_restarts: int = 1

    @classmethod
    def of(cls, asked: LivenessSettings, same_person: float, max_restarts: int = 1) -> Self:
        """By the settings.

        Args:
            asked: What they ask for.
            same_person: Cosine that every embedding must have to the mean of those at rest.
            max_restarts: How often a face that is lost or changed may begin anew.
        """
        return cls(
            steps=asked.steps,
            window_ns=round(asked.window_s * _SECOND_NS),
            rest_ns=round(asked.rest_s * _SECOND_NS),
            same_person=same_person,
            allowed=asked.movements,
            mirrored=asked.mirrored_input,
            max_restarts=max_restarts,
        )

    @property
    def longest_ns(self) -> int:
        """How long it can take until it is over: coming to rest, and each movement with the way back."""
        return (self.rest_ns + 2 * self.steps * self.window_ns) * (1 + self.max_restarts)


@dataclass(frozen=True, slots=True)
class ChallengeStatus:
    """Where a challenge stands.

    Attributes:
        state: Of the whole.
        track: The face it is bound to; None while there is none.
        prompt: What is asked for now; None unless ASKING.
        answered: Movements done so far.
        steps: Movements in all.
        time_left_ns: Until this state ends by itself.
        window_ns: What that was at the state's beginning.
        wrong: Movements that were not asked for.
        restarts: How often it began anew.
        end: Why it was not passed, when it is over.
    """

    state: ChallengeState
    track: int | None
    prompt: Movement | None
    answered: int
    steps: int
    time_left_ns: int
    window_ns: int
    wrong: int = 0
    restarts: int = 0
    end: ChallengeEndReason | None = None

    @property
    def over(self) -> bool:
        """Whether nothing can change any more."""
        return self.state in _OVER

    @property
    def verdict(self) -> LivenessVerdict:
        """What it says of the face so far."""
        match self.state:
            case ChallengeState.PASSED:
                return LivenessVerdict.PASSED
            case ChallengeState.FAILED:
                return LivenessVerdict.FAILED
            case _:
                return LivenessVerdict.NOT_ENOUGH

    @property
    def result(self) -> CueResult:
        """The same as a cue."""
        figures = {"asked": self.steps, "answered": self.answered, "wrong": self.wrong, "restarts": self.restarts}
        return CueResult(CueName.CHALLENGE, self.verdict, {name: float(value) for name, value in figures.items()})


class ChallengeFlow:
    """One attempt at a challenge. Each movement must come after it was asked for, from the face that was at rest.

    A face that is out of sight for long, gets another number, or no longer looks like itself begins anew with an order
    that is drawn anew; whatever it had shown is gone. Between two movements the face must be seen straight and be
    itself again, so that nobody can change places while it is turned away.

    ```mermaid
    stateDiagram-v2
        [*] --> waiting
        waiting --> resting: a face
        resting --> asking: its baseline is known
        asking --> returning: the movement that was asked for
        returning --> asking: at rest, the same person; a movement is left
        returning --> passed: at rest, the same person; none is left
        resting --> waiting: another face, or none
        asking --> waiting: another face, or none
        returning --> waiting: another face, or none
        asking --> failed: too slow, or too many wrong movements
        returning --> failed: too slow, or too many wrong movements
        waiting --> failed: the face changed too often
        waiting --> given_up: the face was lost too often, or never rested
        resting --> given_up: never rested
        passed --> [*]
        failed --> [*]
        given_up --> [*]
    ```

    Args:
        plan: What is asked for.
        random: Where the order comes from; `random.SystemRandom` where somebody could gain from guessing.
        order: Asked for in place of the first that would be drawn: for measuring on clips whose movements are known.
    """

    def __init__(self, plan: ChallengePlan, random: Random, order: tuple[Movement, ...] | None = None) -> None:
        self._plan = plan
        self._random = random
        self._order = order or draw_order(random, plan.steps, plan.allowed)
        self._state = ChallengeState.WAITING
        self._attempt: _Attempt | None = None
        self._restarts = 0
        self._entered_ns: int | None = None
        self._now_ns = self._seen_ns = 0
        self._end: ChallengeEndReason | None = None

    @property
    def status(self) -> ChallengeStatus:
        """Where it stands."""
        attempt, window = self._attempt, self._window_ns()
        answered = attempt.answered if attempt else 0
        since = self._now_ns - self._entered_ns if self._entered_ns is not None else 0
        return ChallengeStatus(
            state=self._state,
            track=attempt.track if attempt else None,
            prompt=self._order[answered] if self._state is ChallengeState.ASKING else None,
            answered=answered,
            steps=len(self._order),
            time_left_ns=max(window - since, 0),
            window_ns=window,
            wrong=attempt.wrong if attempt else 0,
            restarts=self._restarts,
            end=self._end,
        )

    def observe(self, faces: Sequence[AnalyzedFace], now_ns: int) -> ChallengeStatus:
        """Take in one frame.

        Args:
            faces: All in view, the largest first; or the one that is being verified.
            now_ns: Monotonic time of the frame.
        """
        if self._state not in _OVER:
            stalled = now_ns - self._now_ns > _LOST_AFTER_NS and self._attempt is not None
            self._now_ns = now_ns
            self._entered_ns = now_ns if self._entered_ns is None else self._entered_ns
            if stalled:
                self._begin_anew(ChallengeEndReason.FACE_LOST)
            self._look(faces)
        return self.status

    def _look(self, faces: Sequence[AnalyzedFace]) -> None:
        if self._state is ChallengeState.WAITING:
            self._wait(faces)
        elif self._attempt is not None:
            self._follow(self._attempt, faces)
        if self._state not in _OVER and self._now_ns - (self._entered_ns or 0) > self._window_ns():
            self._time_is_up()

    def _wait(self, faces: Sequence[AnalyzedFace]) -> None:
        if faces:
            self._attempt = _Attempt(faces[0].face.track, self._plan)
            self._seen_ns = self._now_ns
            # The time for coming to rest runs from the first frame on: coming and going does not prolong it.
            self._state = ChallengeState.RESTING
            self._follow(self._attempt, faces)

    def _follow(self, attempt: "_Attempt", faces: Sequence[AnalyzedFace]) -> None:
        face = next((face for face in faces if face.face.track == attempt.track), None)
        if face is None:
            if faces:
                self._begin_anew(ChallengeEndReason.FACE_CHANGED)
            elif self._now_ns - self._seen_ns > _LOST_AFTER_NS:
                self._begin_anew(ChallengeEndReason.FACE_LOST)
            return
        self._seen_ns = self._now_ns
        now = read_signals(face)
        if not attempt.is_same(face.embedding.vector if face.embedding else None):
            self._begin_anew(ChallengeEndReason.FACE_CHANGED)
        elif now is not None:
            self._advance(attempt, face, now)

    def _advance(self, attempt: "_Attempt", face: AnalyzedFace, now: Signals) -> None:
        match self._state:
            case ChallengeState.RESTING:
                if attempt.rests(face, now, self._now_ns):
                    self._enter(ChallengeState.ASKING)
            case ChallengeState.ASKING:
                self._judge_answer(attempt, now)
            case _:
                self._judge_return(attempt, face, now)

    def _judge_answer(self, attempt: "_Attempt", now: Signals) -> None:
        wanted = self._order[attempt.answered]
        begun = attempt.begun(now, allowed=wanted)
        early = self._now_ns - (self._entered_ns or 0) < _REACTION_NS
        if attempt.wrong > self._plan.max_wrong:
            self._finish(ChallengeEndReason.WRONG_MOVEMENTS)
        elif wanted in begun and not early:
            attempt.answered += 1
            self._enter(ChallengeState.RETURNING)

    def _judge_return(self, attempt: "_Attempt", face: AnalyzedFace, now: Signals) -> None:
        answer = self._order[attempt.answered - 1]
        attempt.begun(now, allowed=answer)
        if attempt.wrong > self._plan.max_wrong:
            self._finish(ChallengeEndReason.WRONG_MOVEMENTS)
        elif face.embedding is not None and attempt.is_at_rest(answer):
            done = attempt.answered == len(self._order)
            self._enter(ChallengeState.PASSED if done else ChallengeState.ASKING)

    def _begin_anew(self, why: ChallengeEndReason) -> None:
        """Forget the face and all it has shown; where it had been asked for something, that was one chance."""
        was_asked = self._state is not ChallengeState.RESTING
        self._attempt = None
        if not was_asked:
            self._state = ChallengeState.WAITING
            return
        self._restarts += 1
        self._order = draw_order(self._random, self._plan.steps, self._plan.allowed)
        if self._restarts > self._plan.max_restarts:
            self._finish(why)
        else:
            self._enter(ChallengeState.WAITING)

    def _time_is_up(self) -> None:
        asked = self._state in {ChallengeState.ASKING, ChallengeState.RETURNING}
        self._finish(ChallengeEndReason.TOO_SLOW if asked else ChallengeEndReason.NEVER_AT_REST)

    def _finish(self, end: ChallengeEndReason) -> None:
        self._end = end
        self._enter(ChallengeState.FAILED if end in _FAILURES else ChallengeState.GIVEN_UP)

    def _enter(self, state: ChallengeState) -> None:
        self._state, self._entered_ns = state, self._now_ns

    def _window_ns(self) -> int:
        if self._state in _OVER:
            return 0
        resting = self._state in {ChallengeState.WAITING, ChallengeState.RESTING}
        return self._plan.rest_ns if resting else self._plan.window_ns


class _Attempt:
    """What one face has shown since it came."""

    def __init__(self, track: int, plan: ChallengePlan) -> None:
        self.track = track
        self.answered = 0
        self.wrong = 0
        self._plan = plan
        self._rest: list[tuple[int, Signals]] = []
        self._vectors: list[Vector] = []
        self._watch: MovementDetector | None = None

    def is_same(self, vector: Vector | None) -> bool:
        """Whether this may be the face that was at rest; a face that could not be embedded may be."""
        if vector is None or not self._vectors:
            return True
        mean = np.mean(self._vectors, axis=0)
        return float(mean @ vector / np.linalg.norm(mean)) >= self._plan.same_person

    def rests(self, face: AnalyzedFace, now: Signals, now_ns: int) -> bool:
        """Count a frame of rest; True once the baseline is known."""
        if face.embedding is None or abs(now.yaw) > _REST_TURN or self._wanders(now):
            self._rest.clear()
            return False
        self._rest.append((now_ns, now))
        self._vectors.append(face.embedding.vector)
        if len(self._rest) < _REST_FRAMES or now_ns - self._rest[0][0] < _REST_NS:
            return False
        self._watch = MovementDetector(median_signals([seen for _, seen in self._rest]), mirrored=self._plan.mirrored)
        return True

    def begun(self, now: Signals, allowed: Movement) -> list[Movement]:
        """The movements that begin with this frame; those that are wrong are counted."""
        begun = self._watch.begun(now) if self._watch else []
        self.wrong += sum(movement not in compatible_movements(allowed) for movement in begun)
        return begun

    def is_at_rest(self, answer: Movement) -> bool:
        """Whether neither the answer nor any other movement that is made on purpose goes on."""
        return self._watch is not None and self._watch.active.isdisjoint(
            set(Movement) - INVOLUNTARY_MOVEMENTS | {answer}
        )

    def _wanders(self, now: Signals) -> bool:
        return any(
            abs(now.yaw - seen.yaw) > _REST_DEGREES or abs(now.pitch - seen.pitch) > _REST_DEGREES
            for _, seen in self._rest
        )
