"""What is said of whether a face is a living person in front of the camera: types, never a magic score."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
class Liveness:
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
