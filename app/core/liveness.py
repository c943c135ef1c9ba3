"""What is said of whether a face is a living person in front of the camera: types, never a magic score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class LivenessVerdict(StrEnum):
    """The outcome of one cue, or of all of them. Not having looked is neither good nor bad."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not-run"
    NOT_ENOUGH = "not-enough-evidence"


class LivenessPolicy(StrEnum):
    """How much has to be shown before a face counts as living."""

    OFF = "off"
    PASSIVE = "passive"
    CHALLENGE = "challenge"
    STRICT = "strict"


class CueName(StrEnum):
    """The cues the program has. A network that was plugged in has its own, `network:` and its name."""

    CHALLENGE = "challenge"
    GEOMETRY = "geometry"
    LIGHT = "light"
    REPEATS = "repeats"
    DEVICE_FRAME = "device-frame"
    SCREEN = "screen"
    CAMERA = "camera"


class Movement(StrEnum):
    """What a person can be asked to do; left and right are the person's own."""

    BLINK = "blink"
    TURN_LEFT = "turn-left"
    TURN_RIGHT = "turn-right"
    LOOK_UP = "look-up"
    SMILE = "smile"
    OPEN_MOUTH = "open-mouth"
    RAISE_BROWS = "raise-brows"


TURN_MOVEMENTS = frozenset({Movement.TURN_LEFT, Movement.TURN_RIGHT})
INVOLUNTARY_MOVEMENTS = frozenset({Movement.BLINK, Movement.RAISE_BROWS})
"""What faces do by themselves all the time: asked for at most once in a challenge, and never counted as wrong."""


def max_challenge_steps(allowed: Sequence[Movement]) -> int:
    """The longest challenge that can be made of these movements: none twice, and at most one that is involuntary."""
    voluntary = [movement for movement in allowed if movement not in INVOLUNTARY_MOVEMENTS]
    return len(voluntary) + (len(voluntary) < len(allowed))


class LightStimulus(Protocol):
    """What a screen shows while it asks faces to reflect it. See `app.flows.liveness.light_sequence.LightSequence`."""

    @property
    def end_ns(self) -> int:
        """When it is over."""
        ...

    def colour_at(self, now_ns: int) -> tuple[int, int, int] | None:
        """What is shown at a moment, 8-bit sRGB; None before and after."""
        ...


NETWORK_CUE_PREFIX = "network:"


@dataclass(frozen=True, slots=True)
class CueResult:
    """What one cue says.

    Attributes:
        cue: Its name, such as "challenge" or "geometry".
        verdict: What it says.
        evidence: The figures behind that, by name.
    """

    cue: str
    verdict: LivenessVerdict
    evidence: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LivenessResult:
    """What all cues together say of one tracked face, under a policy.

    Attributes:
        track: The face's number.
        policy: What was asked for.
        verdict: NOT_RUN under OFF.
        cues: Every cue there is, also those that were not run.
    """

    track: int
    policy: LivenessPolicy
    verdict: LivenessVerdict
    cues: tuple[CueResult, ...] = ()

    def cue(self, name: str) -> CueResult:
        """What the cue of that name says; NOT_RUN where there is none."""
        return next((cue for cue in self.cues if cue.cue == name), cue_not_run(name))

    def with_cues(self, *results: CueResult) -> "LivenessResult":
        """The same face with these cues added, or put in place of those of their names, and judged anew."""
        names = {result.cue for result in results}
        return fuse_cues(self.track, self.policy, [*(cue for cue in self.cues if cue.cue not in names), *results])


def cue_not_run(cue: str) -> CueResult:
    """A cue that did not look."""
    return CueResult(cue, LivenessVerdict.NOT_RUN)


def fuse_cues(track: int, policy: LivenessPolicy, cues: Sequence[CueResult]) -> LivenessResult:
    """One verdict from all cues, by the first of these rules that fits.

    1. OFF: not run.
    2. Any cue that failed fails the face: each can deny by itself, and none can outvote another.
    3. PASSIVE: the geometry or a plugged-in network must have passed. What only ever denies (repeated frames, a
       device's frame, a screen's pattern, a virtual camera) proves nothing by staying silent.
    4. CHALLENGE: the challenge must have passed.
    5. STRICT: the challenge and the geometry must have passed, and so must the light challenge and every network, each
       unless it was not run.
    6. Else there is not enough evidence.

    Args:
        track: The face's number.
        policy: What is asked for.
        cues: What each says, at most one of a name.
    """
    return LivenessResult(track, policy, _verdict(policy, {cue.cue: cue.verdict for cue in cues}), tuple(cues))


def _verdict(policy: LivenessPolicy, verdicts: Mapping[str, LivenessVerdict]) -> LivenessVerdict:
    if policy is LivenessPolicy.OFF:
        return LivenessVerdict.NOT_RUN
    if LivenessVerdict.FAILED in verdicts.values():
        return LivenessVerdict.FAILED
    return LivenessVerdict.PASSED if _shown(policy, verdicts) else LivenessVerdict.NOT_ENOUGH


def _shown(policy: LivenessPolicy, verdicts: Mapping[str, LivenessVerdict]) -> bool:
    passed = {name for name, verdict in verdicts.items() if verdict is LivenessVerdict.PASSED}
    networks = {name for name in verdicts if name.startswith(NETWORK_CUE_PREFIX)}
    match policy:
        case LivenessPolicy.PASSIVE:
            return CueName.GEOMETRY in passed or bool(passed & networks)
        case LivenessPolicy.CHALLENGE:
            return CueName.CHALLENGE in passed
        case _:
            may_be_silent = {name for name, verdict in verdicts.items() if verdict is LivenessVerdict.NOT_RUN}
            extra = ({CueName.LIGHT.value} & set(verdicts) | networks) - may_be_silent
            return {CueName.CHALLENGE.value, CueName.GEOMETRY.value} | extra <= passed
