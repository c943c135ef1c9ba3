"""The movement challenge: a face must perform movements in an unpredictable order."""

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
"""Shortest reaction time: World Athletics treats a start within 0.1 s of the gun as a false start."""

_LOST_AFTER_NS = 700_000_000
"""Time without the face, or without any frame, after which another face may have taken its place."""

_REST_NS, _REST_FRAMES = 500_000_000, 8
"""How long a face must rest before the first prompt, so that its baseline is known."""

_REST_DEGREES, _REST_TURN = 7.0, 20.0
"""Largest change of yaw and pitch within a rest, and largest absolute yaw, in degrees."""


class ChallengeState(StrEnum):
    """State of a challenge."""

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
    """Parameters of a challenge.

    Attributes:
        steps: Number of movements.
        window_ns: Longest time for each movement, and for returning to rest after it.
        rest_ns: Longest time until the face rests in front of the camera.
        same_person: Least cosine, -1 to 1, of every embedding to the mean of those at rest.
        allowed: Movements that may be drawn.
        mirrored: Whether the camera delivers mirrored frames.
        max_wrong: Wrong movements that are tolerated.
        max_restarts: Restarts after the face was lost or changed, each with a new order. Each restart gives a recording
            another chance to fit.
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
    def of(cls, settings: LivenessSettings, same_person: float, max_restarts: int = 1) -> Self:
        """Return the plan that the settings describe.

        Args:
            settings: Steps, times and movements.
            same_person: Least cosine, -1 to 1, of every embedding to the mean of those at rest.
            max_restarts: Restarts after the face was lost or changed.
        """
        return cls(
            steps=settings.steps,
            window_ns=round(settings.window_s * _SECOND_NS),
            rest_ns=round(settings.rest_s * _SECOND_NS),
            same_person=same_person,
            allowed=settings.movements,
            mirrored=settings.mirrored_input,
            max_restarts=max_restarts,
        )

    @property
    def longest_ns(self) -> int:
        """Longest duration of the challenge: coming to rest, and each movement with the return to rest."""
        return (self.rest_ns + 2 * self.steps * self.window_ns) * (1 + self.max_restarts)


@dataclass(frozen=True, slots=True)
class ChallengeStatus:
    """Snapshot of a challenge.

    Attributes:
        state: Current state.
        track: Track number of the face it is bound to; None while there is none.
        prompt: Movement that the face is asked for; None unless ASKING.
        answered: Movements completed so far.
        steps: Movements in all.
        time_left_ns: Time until the state ends by itself.
        window_ns: Full duration of the state.
        wrong: Wrong movements so far.
        restarts: Restarts so far.
        end: Why the challenge was not passed, once it is over.
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
    def is_over(self) -> bool:
        """Whether the challenge has ended."""
        return self.state in _OVER

    @property
    def verdict(self) -> LivenessVerdict:
        """Liveness verdict so far."""
        match self.state:
            case ChallengeState.PASSED:
                return LivenessVerdict.PASSED
            case ChallengeState.FAILED:
                return LivenessVerdict.FAILED
            case _:
                return LivenessVerdict.NOT_ENOUGH

    @property
    def result(self) -> CueResult:
        """The verdict as a liveness cue, with its evidence."""
        figures = {"asked": self.steps, "answered": self.answered, "wrong": self.wrong, "restarts": self.restarts}
        return CueResult(CueName.CHALLENGE, self.verdict, {name: float(value) for name, value in figures.items()})


class ChallengeFlow:
    """One challenge. Each movement must begin after its prompt, and come from the face that was at rest.

    If the face is out of view for too long, gets another track number, or no longer resembles itself, the challenge
    restarts with a new order and discards all answers. Between two movements the face must look straight ahead and
    match itself again, so that people cannot swap places while the face is turned away.

    ```mermaid
    stateDiagram-v2
        [*] --> waiting
        waiting --> resting: a face in view
        resting --> asking: baseline known
        asking --> returning: the prompted movement
        returning --> asking: at rest, same person; a movement is left
        returning --> passed: at rest, same person; none is left
        resting --> waiting: another face, or none
        asking --> waiting: another face, or none
        returning --> waiting: another face, or none
        asking --> failed: too slow, or too many wrong movements
        returning --> failed: too slow, or too many wrong movements
        waiting --> failed: face changed too often
        waiting --> given_up: face lost too often, or never at rest
        resting --> given_up: never at rest
        passed --> [*]
        failed --> [*]
        given_up --> [*]
    ```

    Args:
        plan: Parameters.
        random: Source of the order; `random.SystemRandom` where an attacker could benefit from a prediction.
        order: First order instead of a random one, to measure on clips whose movements are known.
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
        """Snapshot of the challenge."""
        attempt, window = self._attempt, self._window_ns()
        answered = attempt.answered if attempt else 0
        elapsed = self._now_ns - self._entered_ns if self._entered_ns is not None else 0
        return ChallengeStatus(
            state=self._state,
            track=attempt.track if attempt else None,
            prompt=self._order[answered] if self._state is ChallengeState.ASKING else None,
            answered=answered,
            steps=len(self._order),
            time_left_ns=max(window - elapsed, 0),
            window_ns=window,
            wrong=attempt.wrong if attempt else 0,
            restarts=self._restarts,
            end=self._end,
        )

    def observe(self, faces: Sequence[AnalyzedFace], now_ns: int) -> ChallengeStatus:
        """Process one frame.

        Args:
            faces: All faces in the frame, the largest first; or only the face to verify.
            now_ns: Monotonic time of the frame.
        """
        if self._state not in _OVER:
            stalled = now_ns - self._now_ns > _LOST_AFTER_NS and self._attempt is not None
            self._now_ns = now_ns
            self._entered_ns = now_ns if self._entered_ns is None else self._entered_ns
            if stalled:
                self._restart(ChallengeEndReason.FACE_LOST)
            self._process(faces)
        return self.status

    def _process(self, faces: Sequence[AnalyzedFace]) -> None:
        if self._state is ChallengeState.WAITING:
            self._in_waiting(faces)
        elif self._attempt is not None:
            self._follow(self._attempt, faces)
        if self._state not in _OVER and self._now_ns - (self._entered_ns or 0) > self._window_ns():
            self._time_out()

    def _in_waiting(self, faces: Sequence[AnalyzedFace]) -> None:
        if faces:
            self._attempt = _Attempt(faces[0].face.track, self._plan)
            self._seen_ns = self._now_ns
            # The time to come to rest runs from the first frame: leaving and coming back does not extend it.
            self._state = ChallengeState.RESTING
            self._follow(self._attempt, faces)

    def _follow(self, attempt: "_Attempt", faces: Sequence[AnalyzedFace]) -> None:
        face = next((face for face in faces if face.face.track == attempt.track), None)
        if face is None:
            if faces:
                self._restart(ChallengeEndReason.FACE_CHANGED)
            elif self._now_ns - self._seen_ns > _LOST_AFTER_NS:
                self._restart(ChallengeEndReason.FACE_LOST)
            return
        self._seen_ns = self._now_ns
        signals = read_signals(face)
        if not attempt.is_same(face.embedding.vector if face.embedding else None):
            self._restart(ChallengeEndReason.FACE_CHANGED)
        elif signals is not None:
            self._advance(attempt, face, signals)

    def _advance(self, attempt: "_Attempt", face: AnalyzedFace, signals: Signals) -> None:
        match self._state:
            case ChallengeState.RESTING:
                if attempt.add_rest(face, signals, self._now_ns):
                    self._enter(ChallengeState.ASKING)
            case ChallengeState.ASKING:
                self._in_asking(attempt, signals)
            case _:
                self._in_returning(attempt, face, signals)

    def _in_asking(self, attempt: "_Attempt", signals: Signals) -> None:
        wanted = self._order[attempt.answered]
        begun = attempt.detect(signals, allowed=wanted)
        early = self._now_ns - (self._entered_ns or 0) < _REACTION_NS
        if attempt.wrong > self._plan.max_wrong:
            self._finish(ChallengeEndReason.WRONG_MOVEMENTS)
        elif wanted in begun and not early:
            attempt.answered += 1
            self._enter(ChallengeState.RETURNING)

    def _in_returning(self, attempt: "_Attempt", face: AnalyzedFace, signals: Signals) -> None:
        answer = self._order[attempt.answered - 1]
        attempt.detect(signals, allowed=answer)
        if attempt.wrong > self._plan.max_wrong:
            self._finish(ChallengeEndReason.WRONG_MOVEMENTS)
        elif face.embedding is not None and attempt.is_at_rest(answer):
            done = attempt.answered == len(self._order)
            self._enter(ChallengeState.PASSED if done else ChallengeState.ASKING)

    def _restart(self, reason: ChallengeEndReason) -> None:
        """Discard the face and its answers; after the first prompt this uses up one restart."""
        was_prompted = self._state is not ChallengeState.RESTING
        self._attempt = None
        if not was_prompted:
            self._state = ChallengeState.WAITING
            return
        self._restarts += 1
        self._order = draw_order(self._random, self._plan.steps, self._plan.allowed)
        if self._restarts > self._plan.max_restarts:
            self._finish(reason)
        else:
            self._enter(ChallengeState.WAITING)

    def _time_out(self) -> None:
        prompted = self._state in {ChallengeState.ASKING, ChallengeState.RETURNING}
        self._finish(ChallengeEndReason.TOO_SLOW if prompted else ChallengeEndReason.NEVER_AT_REST)

    def _finish(self, end: ChallengeEndReason) -> None:
        self._end = end
        self._enter(ChallengeState.FAILED if end in _FAILURES else ChallengeState.GIVEN_UP)

    def _enter(self, state: ChallengeState) -> None:
        self._state, self._entered_ns = state, self._now_ns

    def _window_ns(self) -> int:
        """Return the longest duration of the current state; 0 once the challenge is over."""
        if self._state in _OVER:
            return 0
        resting = self._state in {ChallengeState.WAITING, ChallengeState.RESTING}
        return self._plan.rest_ns if resting else self._plan.window_ns


class _Attempt:
    """The rest and the answers of one face."""

    def __init__(self, track: int, plan: ChallengePlan) -> None:
        self.track = track
        self.answered = 0
        self.wrong = 0
        self._plan = plan
        self._rest: list[tuple[int, Signals]] = []
        self._vectors: list[Vector] = []
        self._detector: MovementDetector | None = None

    def is_same(self, vector: Vector | None) -> bool:
        """Whether an embedding may be of the face that was at rest; True for a face without one."""
        if vector is None or not self._vectors:
            return True
        mean = np.mean(self._vectors, axis=0)
        return float(mean @ vector / np.linalg.norm(mean)) >= self._plan.same_person

    def add_rest(self, face: AnalyzedFace, signals: Signals, now_ns: int) -> bool:
        """Add a frame of rest, or start over if the face moves.

        Args:
            face: The face.
            signals: Its signals.
            now_ns: Monotonic time of the frame.

        Returns:
            Whether the baseline is known.
        """
        if face.embedding is None or abs(signals.yaw) > _REST_TURN or self._wanders(signals):
            self._rest.clear()
            return False
        self._rest.append((now_ns, signals))
        self._vectors.append(face.embedding.vector)
        if len(self._rest) < _REST_FRAMES or now_ns - self._rest[0][0] < _REST_NS:
            return False
        baseline = median_signals([seen for _, seen in self._rest])
        self._detector = MovementDetector(baseline, mirrored=self._plan.mirrored)
        return True

    def detect(self, signals: Signals, allowed: Movement) -> list[Movement]:
        """Return the movements that begin with this frame, and count those incompatible with the allowed one.

        Args:
            signals: Signals of the face in this frame.
            allowed: The movement that may begin; it and those compatible with it are not counted in `wrong`.

        Returns:
            The movements that begin; empty until the baseline is known.
        """
        begun = self._detector.detect(signals) if self._detector else []
        self.wrong += sum(movement not in compatible_movements(allowed) for movement in begun)
        return begun

    def is_at_rest(self, answer: Movement) -> bool:
        """Whether neither the answer nor any voluntary movement is active."""
        moving = set(Movement) - INVOLUNTARY_MOVEMENTS | {answer}
        return self._detector is not None and self._detector.active.isdisjoint(moving)

    def _wanders(self, signals: Signals) -> bool:
        return any(
            abs(signals.yaw - seen.yaw) > _REST_DEGREES or abs(signals.pitch - seen.pitch) > _REST_DEGREES
            for _, seen in self._rest
        )
