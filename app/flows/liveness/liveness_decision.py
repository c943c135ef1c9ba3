"""The decision of one liveness policy on one presentation, from its frames."""

from app.core.liveness import CueName, LivenessPolicy, LivenessResult, LivenessVerdict, cue_not_run, fuse_cues
from app.flows.liveness.challenge import ChallengeStatus

CHALLENGE_POLICIES = frozenset({LivenessPolicy.CHALLENGE, LivenessPolicy.STRICT})
"""The policies that ask for movements."""

_DECISIVE = frozenset({LivenessVerdict.PASSED, LivenessVerdict.FAILED})


class LivenessDecision:
    """The first decisive verdict of a policy: of the cues alone, or at the end of the challenge.

    Args:
        policy: The policy.
    """

    def __init__(self, policy: LivenessPolicy) -> None:
        self.policy = policy
        self._verdict: LivenessVerdict | None = LivenessVerdict.NOT_RUN if policy is LivenessPolicy.OFF else None

    @property
    def verdict(self) -> LivenessVerdict | None:
        """The verdict; None while there is no decision."""
        return self._verdict

    @property
    def final_verdict(self) -> LivenessVerdict:
        """The verdict on a presentation that has ended: without a decision, there was not enough evidence."""
        return self._verdict or LivenessVerdict.NOT_ENOUGH

    def observe(self, liveness: LivenessResult | None, challenge: ChallengeStatus | None) -> None:
        """Process one frame.

        Args:
            liveness: Result of the cues for the face; None if it is not in view.
            challenge: Status of the face's challenge; None if there is none.
        """
        if self._verdict is not None:
            return
        if self.policy not in CHALLENGE_POLICIES:
            self._observe_cues(liveness)
        elif challenge is not None:
            self._observe_challenge(liveness, challenge)

    def _observe_cues(self, liveness: LivenessResult | None) -> None:
        if liveness is None:
            return
        cues = [cue_not_run(cue.cue) if cue.cue == CueName.CHALLENGE else cue for cue in liveness.cues]
        verdict = fuse_cues(liveness.track, self.policy, cues).verdict
        self._verdict = verdict if verdict in _DECISIVE else None

    def _observe_challenge(self, liveness: LivenessResult | None, challenge: ChallengeStatus) -> None:
        """Combine the challenge with the other cues; without a face in view, a passed challenge is not enough."""
        verdict = challenge.verdict
        if liveness is not None:
            others = [cue for cue in liveness.cues if cue.cue != CueName.CHALLENGE]
            verdict = fuse_cues(liveness.track, self.policy, [*others, challenge.result]).verdict
        elif verdict is LivenessVerdict.PASSED:
            verdict = LivenessVerdict.NOT_ENOUGH
        if challenge.is_over or (liveness is not None and verdict is LivenessVerdict.FAILED):
            self._verdict = verdict
