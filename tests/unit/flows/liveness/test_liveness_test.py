"""The guided liveness test, and the decisions of the policies."""

from dataclasses import replace

import pytest

from app.core.liveness import CueName, CueResult, LivenessPolicy, LivenessResult, LivenessVerdict, fuse_cues
from app.flows.liveness.challenge import ChallengeState, ChallengeStatus
from app.flows.liveness.liveness_decision import LivenessDecision
from app.flows.liveness.liveness_test import LivenessTestFlow, LivenessTestState, Species, presentation_plan
from tests.fakes.liveness import PASSED_NETWORK

PASSED, FAILED, UNSURE = LivenessVerdict.PASSED, LivenessVerdict.FAILED, LivenessVerdict.NOT_ENOUGH
ASKING = ChallengeStatus(ChallengeState.ASKING, 1, None, 0, 3, 1, 1)
PASSED_CHALLENGE, MISSED = replace(ASKING, state=ChallengeState.PASSED), replace(ASKING, state=ChallengeState.FAILED)


def liveness_result(geometry: LivenessVerdict, track: int = 1) -> LivenessResult:
    return fuse_cues(track, LivenessPolicy.PASSIVE, [CueResult(CueName.GEOMETRY, geometry), PASSED_NETWORK])


@pytest.mark.parametrize(
    ("geometry", "challenge", "passive", "asked", "strict"),
    [
        (PASSED, PASSED_CHALLENGE, PASSED, PASSED, PASSED),
        (UNSURE, PASSED_CHALLENGE, UNSURE, PASSED, UNSURE),
        (PASSED, MISSED, PASSED, FAILED, FAILED),
        (FAILED, ASKING, FAILED, FAILED, FAILED),
    ],
)
def test_each_policy_decides_on_the_same_frames(
    geometry: LivenessVerdict,
    challenge: ChallengeStatus,
    passive: LivenessVerdict,
    asked: LivenessVerdict,
    strict: LivenessVerdict,
) -> None:
    flow = LivenessTestFlow([Species.LIVE])
    flow.begin(10)
    status = flow.observe([liveness_result(geometry)], challenge, 11)
    assert status.state is LivenessTestState.DONE
    assert list(status.outcomes[0].words.values()) == [passive, asked, strict]


def test_the_first_decisive_verdict_is_final() -> None:
    decision = LivenessDecision(LivenessPolicy.PASSIVE)
    for verdict in (UNSURE, PASSED, FAILED):
        decision.observe(liveness_result(verdict), None)
    assert decision.final_verdict is PASSED
    assert LivenessDecision(LivenessPolicy.OFF).verdict is LivenessVerdict.NOT_RUN


def test_a_passed_challenge_without_cues_is_not_enough() -> None:
    decision = LivenessDecision(LivenessPolicy.CHALLENGE)
    decision.observe(None, PASSED_CHALLENGE)
    assert decision.final_verdict is UNSURE


def test_a_failed_cue_decides_before_the_challenge_is_over() -> None:
    decision = LivenessDecision(LivenessPolicy.CHALLENGE)
    decision.observe(liveness_result(PASSED), None)
    decision.observe(None, ASKING)
    decision.observe(liveness_result(PASSED), ASKING)
    assert decision.verdict is None
    decision.observe(liveness_result(FAILED), ASKING)
    assert decision.verdict is FAILED


def test_a_failed_challenge_decides_without_a_face_in_view() -> None:
    decision = LivenessDecision(LivenessPolicy.STRICT)
    decision.observe(None, MISSED)
    assert decision.verdict is FAILED


def test_the_passive_policy_ignores_the_challenge_cue() -> None:
    decision = LivenessDecision(LivenessPolicy.PASSIVE)
    decision.observe(None, PASSED_CHALLENGE)
    decision.observe(liveness_result(PASSED).with_cues(MISSED.result), MISSED)
    assert decision.verdict is PASSED


def test_the_challenged_face_decides_for_the_challenge_policies() -> None:
    flow = LivenessTestFlow([Species.LIVE])
    flow.begin(0)
    other_challenged = replace(PASSED_CHALLENGE, track=2)
    faces = [liveness_result(FAILED, track=1), liveness_result(PASSED, track=2)]
    assert list(flow.observe(faces, other_challenged, 0).outcomes[0].words.values()) == [FAILED, PASSED, PASSED]


def test_a_presentation_ends_when_every_policy_has_decided() -> None:
    flow = LivenessTestFlow([Species.LIVE])
    flow.begin(0)
    status = flow.observe([liveness_result(PASSED)], ASKING, 0)
    assert (status.state, status.challenge) == (LivenessTestState.WATCHING, ASKING)
    assert flow.observe([liveness_result(FAILED)], ASKING, 1).state is LivenessTestState.DONE


def test_repeating_a_running_presentation_keeps_the_previous_result() -> None:
    flow = LivenessTestFlow(presentation_plan(1))
    flow.begin(0)
    flow.observe([liveness_result(PASSED)], PASSED_CHALLENGE, 0)
    flow.begin(1)
    flow.repeat()
    assert (flow.status.number, len(flow.status.outcomes)) == (2, 1)
    flow.stop()
    flow.repeat()
    assert (flow.status.state, len(flow.status.outcomes)) == (LivenessTestState.STOPPED, 1)


def test_frames_before_the_challenge_count_for_the_passive_policy() -> None:
    flow = LivenessTestFlow([Species.PRINT])
    flow.begin(0)
    assert flow.observe([liveness_result(PASSED)], None, 0).state is LivenessTestState.WATCHING
    (outcome,) = flow.observe([], MISSED, 1).outcomes
    assert outcome.face
    assert list(outcome.words.values()) == [PASSED, FAILED, FAILED]


def test_nothing_is_repeated_before_the_first_presentation() -> None:
    flow = LivenessTestFlow(presentation_plan(1))
    flow.repeat()
    assert (flow.status.number, flow.status.count, flow.status.state) == (1, 5, LivenessTestState.READY)


def test_earlier_frames_do_not_count() -> None:
    flow = LivenessTestFlow([Species.PRINT])
    assert flow.observe([liveness_result(PASSED)], PASSED_CHALLENGE, 5).outcomes == ()
    flow.begin(10)
    assert flow.observe([liveness_result(PASSED)], PASSED_CHALLENGE, 9).state is LivenessTestState.WATCHING


def test_presentations_can_be_skipped_and_repeated() -> None:
    assert presentation_plan(2, [Species.LIVE, Species.PRINT]) == (
        Species.LIVE,
        Species.LIVE,
        Species.PRINT,
        Species.PRINT,
    )
    flow = LivenessTestFlow([Species.LIVE, Species.PRINT, Species.PHONE_CLIP])
    flow.begin(1)
    flow.observe([liveness_result(PASSED)], PASSED_CHALLENGE, 2)
    flow.repeat()
    assert (flow.status.species, flow.status.outcomes) == (Species.LIVE, ())
    flow.begin(3)
    flow.repeat()
    assert (flow.status.species, flow.status.state) == (Species.LIVE, LivenessTestState.READY)
    flow.skip()
    flow.skip()
    flow.begin(4)
    flow.observe([], replace(MISSED, state=ChallengeState.GIVEN_UP, track=None), 5)
    status = flow.status
    assert (status.state, status.species) == (LivenessTestState.DONE, None)
    assert [(one.species, one.face, *one.words.values()) for one in status.outcomes] == [
        (Species.PHONE_CLIP, False, UNSURE, UNSURE, UNSURE)
    ]


def test_stopping_keeps_completed_results() -> None:
    for watching in (False, True):
        flow = LivenessTestFlow(presentation_plan(2))
        flow.begin(1)
        flow.observe([liveness_result(PASSED)], PASSED_CHALLENGE, 2)
        if watching:
            flow.begin(3)
        flow.stop()
        flow.begin(4)
        status = flow.observe([liveness_result(PASSED)], PASSED_CHALLENGE, 5)
        assert (status.state, len(status.outcomes), status.is_over) == (LivenessTestState.STOPPED, 1, True)
