"""Results of presentation attack detection (PAD): cues, policies, and their fusion into a verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class LivenessVerdict(StrEnum):
    """Result of one cue, or of all cues together. NOT_RUN is neither passed nor failed."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not-run"
    NOT_ENOUGH = "not-enough-evidence"


class LivenessPolicy(StrEnum):
    """The evidence required for a bona fide presentation."""

    OFF = "off"
    PASSIVE = "passive"
    CHALLENGE = "challenge"
    STRICT = "strict"


class CueName(StrEnum):
    """Built-in cues. The cue of a plug-in network is called `network:` and its name."""

    CHALLENGE = "challenge"
    GEOMETRY = "geometry"
    LIGHT = "light"
    REPEATS = "repeats"
    DEVICE_FRAME = "device-frame"
    SCREEN = "screen"
    CAMERA = "camera"


class Movement(StrEnum):
    """Movements of a challenge; left and right are the person's own."""

    BLINK = "blink"
    TURN_LEFT = "turn-left"
    TURN_RIGHT = "turn-right"
    LOOK_UP = "look-up"
    SMILE = "smile"
    OPEN_MOUTH = "open-mouth"
    RAISE_BROWS = "raise-brows"


TURN_MOVEMENTS = frozenset({Movement.TURN_LEFT, Movement.TURN_RIGHT})
INVOLUNTARY_MOVEMENTS = frozenset({Movement.BLINK, Movement.RAISE_BROWS})
"""Movements that faces make unintentionally: requested at most once per challenge, never counted as a wrong answer."""


def max_challenge_steps(allowed: Sequence[Movement]) -> int:
    """Return the length of the longest challenge: no movement twice, and at most one involuntary movement."""
    voluntary = [movement for movement in allowed if movement not in INVOLUNTARY_MOVEMENTS]
    return len(voluntary) + (len(voluntary) < len(allowed))


class LightStimulus(Protocol):
    """A sequence of screen colours for the light challenge. Implemented by the flows."""

    @property
    def end_ns(self) -> int:
        """End of the sequence, monotonic nanoseconds."""
        ...

    def colour_at(self, now_ns: int) -> tuple[int, int, int] | None:
        """Return the colour at a moment, 8-bit sRGB; None before the start and after the end."""
        ...


NETWORK_CUE_PREFIX = "network:"


@dataclass(frozen=True, slots=True)
class CueResult:
    """The result of one cue.

    Attributes:
        cue: Name, such as "challenge" or "geometry".
        verdict: Its verdict.
        evidence: Measured values behind the verdict, by name.
    """

    cue: str
    verdict: LivenessVerdict
    evidence: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LivenessResult:
    """The fused result of all cues for one tracked face.

    Attributes:
        track: Track id of the face.
        policy: Policy that the cues were fused under.
        verdict: Fused verdict; NOT_RUN under policy OFF.
        cues: Results of all cues, including those that were not run.
    """

    track: int
    policy: LivenessPolicy
    verdict: LivenessVerdict
    cues: tuple[CueResult, ...] = ()

    @property
    def required_verdict(self) -> LivenessVerdict | None:
        """The verdict that the policy asks for; None under policy OFF."""
        return None if self.policy is LivenessPolicy.OFF else self.verdict

    def cue(self, name: str) -> CueResult:
        """Return the result of the cue of that name; NOT_RUN if there is none."""
        return next((cue for cue in self.cues if cue.cue == name), cue_not_run(name))

    def with_cues(self, *results: CueResult) -> "LivenessResult":
        """Return the fused result after adding these cues, which replace cues of the same name."""
        names = {result.cue for result in results}
        return fuse_cues(self.track, self.policy, [*(cue for cue in self.cues if cue.cue not in names), *results])


def cue_not_run(cue: str) -> CueResult:
    """Return the result of a cue that was not run."""
    return CueResult(cue, LivenessVerdict.NOT_RUN)


def fuse_cues(track: int, policy: LivenessPolicy, cues: Sequence[CueResult]) -> LivenessResult:
    """Fuse the results of all cues. The first rule that applies gives the verdict.

    1. OFF: not run.
    2. A single failed cue fails the face; passed cues do not outweigh it.
    3. PASSIVE: the geometry and every liveness network have passed, at least one. Without a network the evidence stays
       insufficient. Cues that can only fail (repeated frames, frame of a device, screen pattern, virtual camera) are no
       positive evidence.
    4. CHALLENGE: the challenge has passed.
    5. STRICT: the challenge and the geometry have passed, and so have the light challenge and every network, unless
       they were not run.
    6. Otherwise the evidence is insufficient.

    Args:
        track: Track id of the face.
        policy: Required evidence.
        cues: Results, at most one per name.
    """
    return LivenessResult(track, policy, _verdict(policy, cues), tuple(cues))


def _verdict(policy: LivenessPolicy, cues: Sequence[CueResult]) -> LivenessVerdict:
    if policy is LivenessPolicy.OFF:
        return LivenessVerdict.NOT_RUN
    if any(cue.verdict is LivenessVerdict.FAILED for cue in cues):
        return LivenessVerdict.FAILED
    return LivenessVerdict.PASSED if _is_proven(policy, cues) else LivenessVerdict.NOT_ENOUGH


def _is_proven(policy: LivenessPolicy, cues: Sequence[CueResult]) -> bool:
    passed = {cue.cue for cue in cues if cue.verdict is LivenessVerdict.PASSED}
    run = {cue.cue for cue in cues if cue.verdict is not LivenessVerdict.NOT_RUN}
    networks = {name for name in run if name.startswith(NETWORK_CUE_PREFIX)}
    match policy:
        case LivenessPolicy.PASSIVE:
            return bool(networks) and {CueName.GEOMETRY.value} | networks <= passed
        case LivenessPolicy.CHALLENGE:
            return CueName.CHALLENGE in passed
        case _:
            return {CueName.CHALLENGE.value, CueName.GEOMETRY.value} | (
                {CueName.LIGHT.value} & run
            ) | networks <= passed
