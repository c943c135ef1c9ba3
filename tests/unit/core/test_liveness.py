"""Fusion of cues."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.liveness import (
    NETWORK_CUE_PREFIX,
    CueName,
    CueResult,
    LivenessPolicy,
    LivenessVerdict,
    Movement,
    fuse_cues,
    max_challenge_steps,
)

PASSED, FAILED, NOT_RUN, NOT_ENOUGH = (
    LivenessVerdict.PASSED,
    LivenessVerdict.FAILED,
    LivenessVerdict.NOT_RUN,
    LivenessVerdict.NOT_ENOUGH,
)
NETWORK = f"{NETWORK_CUE_PREFIX}some"
NAMES = [name.value for name in CueName] + [NETWORK]
CUES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(LivenessVerdict))


def fused(policy: LivenessPolicy, verdicts: Mapping[str, LivenessVerdict]) -> LivenessVerdict:
    cues = [CueResult(NETWORK if name == "network" else name, verdict) for name, verdict in verdicts.items()]
    return fuse_cues(1, policy, cues).verdict


def said(policy: LivenessPolicy, **verdicts: LivenessVerdict) -> LivenessVerdict:
    return fused(policy, verdicts)


@given(policy=st.sampled_from(LivenessPolicy), cues=CUES)
def test_single_failed_cue_fails_the_face(policy: LivenessPolicy, cues: dict[str, LivenessVerdict]) -> None:
    fused = fuse_cues(1, policy, [CueResult(name, verdict) for name, verdict in cues.items()])
    if policy is LivenessPolicy.OFF:
        assert fused.verdict is NOT_RUN
    else:
        assert (fused.verdict is FAILED) is (FAILED in cues.values())
        assert fused.verdict is not NOT_RUN


@given(cues=CUES)
def test_strict_implies_challenge_and_with_a_network_passive(cues: dict[str, LivenessVerdict]) -> None:
    results = [CueResult(name, verdict) for name, verdict in cues.items()]
    if fuse_cues(1, LivenessPolicy.STRICT, results).verdict is PASSED:
        assert fuse_cues(1, LivenessPolicy.CHALLENGE, results).verdict is PASSED
        with_network = [*(cue for cue in results if cue.cue != NETWORK), CueResult(NETWORK, PASSED)]
        assert fuse_cues(1, LivenessPolicy.PASSIVE, with_network).verdict is PASSED


def test_deny_only_cues_are_no_positive_evidence() -> None:
    silent = {"repeats": PASSED, "screen": PASSED, "camera": PASSED}
    for policy in set(LivenessPolicy) - {LivenessPolicy.OFF}:
        assert said(policy, **silent) is NOT_ENOUGH


@pytest.mark.parametrize(
    ("network", "geometry", "expected"),
    [
        (PASSED, PASSED, PASSED),
        (PASSED, NOT_ENOUGH, NOT_ENOUGH),
        (NOT_ENOUGH, PASSED, NOT_ENOUGH),
        (NOT_RUN, PASSED, NOT_ENOUGH),
        (FAILED, PASSED, FAILED),
        (PASSED, FAILED, FAILED),
    ],
)
def test_passive_requires_a_network_and_depth(
    network: LivenessVerdict, geometry: LivenessVerdict, expected: LivenessVerdict
) -> None:
    cues = {"network": network, "geometry": geometry, "challenge": PASSED}
    assert fused(LivenessPolicy.PASSIVE, cues) is expected


def test_passive_requires_every_network() -> None:
    both = [CueResult("geometry", PASSED), CueResult(NETWORK, PASSED), CueResult(f"{NETWORK}-2", NOT_ENOUGH)]
    assert fuse_cues(1, LivenessPolicy.PASSIVE, both).verdict is NOT_ENOUGH


def test_without_a_network_passive_never_passes() -> None:
    assert said(LivenessPolicy.PASSIVE, geometry=PASSED, challenge=PASSED, light=PASSED) is NOT_ENOUGH


def test_challenge_requires_the_challenge() -> None:
    assert said(LivenessPolicy.CHALLENGE, challenge=PASSED, geometry=NOT_ENOUGH) is PASSED
    assert said(LivenessPolicy.CHALLENGE, challenge=NOT_RUN, geometry=PASSED) is NOT_ENOUGH


@pytest.mark.parametrize("extra", ["light", "network"])
def test_strict_requires_every_cue_that_was_run(extra: str) -> None:
    both = {"challenge": PASSED, "geometry": PASSED}
    assert said(LivenessPolicy.STRICT, **both) is PASSED
    assert said(LivenessPolicy.STRICT, **(both | {extra: NOT_RUN})) is PASSED
    assert said(LivenessPolicy.STRICT, **(both | {extra: NOT_ENOUGH})) is NOT_ENOUGH
    assert said(LivenessPolicy.STRICT, challenge=PASSED) is NOT_ENOUGH


def test_cue_replaces_the_one_of_the_same_name() -> None:
    first = fuse_cues(1, LivenessPolicy.CHALLENGE, [CueResult("challenge", NOT_RUN), CueResult("geometry", PASSED)])
    second = first.with_cues(CueResult("challenge", PASSED, {"answered": 3.0}))
    assert (second.verdict, second.track, len(second.cues)) == (PASSED, 1, 2)
    assert second.cue("challenge").evidence == {"answered": 3.0}
    assert first.cue("light") == CueResult("light", NOT_RUN)


@pytest.mark.parametrize(
    ("allowed", "steps"),
    [
        ([], 0),
        ([Movement.BLINK], 1),
        ([Movement.BLINK, Movement.RAISE_BROWS], 1),
        ([Movement.TURN_LEFT, Movement.TURN_RIGHT], 2),
        ([Movement.TURN_LEFT, Movement.BLINK, Movement.RAISE_BROWS], 2),
        (list(Movement), 6),
    ],
)
def test_longest_challenge_has_at_most_one_involuntary_movement(allowed: list[Movement], steps: int) -> None:
    assert max_challenge_steps(allowed) == steps
