"""What one liveness policy says of one presentation, frame by frame."""

from app.core.liveness import CueName, LivenessPolicy, LivenessResult, LivenessVerdict, cue_not_run, fuse_cues
from app.flows.liveness.challenge import ChallengeStatus

CHALLENGE_POLICIES = frozenset({LivenessPolicy.CHALLENGE, LivenessPolicy.STRICT})
"""The policies that ask for movements."""

_DECISIVE = frozenset({LivenessVerdict.PASSED, LivenessVerdict.FAILED})


class LivenessDecision:
    """The first word that decides: of the cues alone, or once the challenge is over.

    Args:
        policy: Whose word it is.
    """

    def __init__(self, policy: LivenessPolicy) -> None:
        self.policy = policy
        self._said: LivenessVerdict | None = LivenessVerdict.NOT_RUN if policy is LivenessPolicy.OFF else None

    @property
    def said(self) -> LivenessVerdict | None:
        """The word; None while nothing has decided."""
        return self._said

    @property
    def final(self) -> LivenessVerdict:
        """The word on a presentation that has ended: without a decision there was not enough evidence."""
        return self._said or LivenessVerdict.NOT_ENOUGH

    def observe(self, living: LivenessResult | None, challenge: ChallengeStatus | None) -> None:
        """Take in one frame.

        Args:
            living: What the cues say of the face; None where it is not in view.
            challenge: Where its challenge stands, if there is one.
        """
        if self._said is not None:
            return
        if self.policy not in CHALLENGE_POLICIES:
            self._watch(living)
        elif challenge is not None:
            self._hear(living, challenge)

    def _watch(self, living: LivenessResult | None) -> None:
        if living is None:
            return
        cues = [cue_not_run(cue.cue) if cue.cue == CueName.CHALLENGE else cue for cue in living.cues]
        verdict = fuse_cues(living.track, self.policy, cues).verdict
        self._said = verdict if verdict in _DECISIVE else None

    def _hear(self, living: LivenessResult | None, challenge: ChallengeStatus) -> None:
        verdict = challenge.verdict
        if living is not None:
            others = [cue for cue in living.cues if cue.cue != CueName.CHALLENGE]
            verdict = fuse_cues(living.track, self.policy, [*others, challenge.result]).verdict
        elif verdict is LivenessVerdict.PASSED:
            verdict = LivenessVerdict.NOT_ENOUGH
        if challenge.over or (living is not None and verdict is LivenessVerdict.FAILED):
            self._said = verdict
