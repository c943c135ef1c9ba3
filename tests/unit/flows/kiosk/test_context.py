"""Data and transitions that the kiosk's states share, at their time limits."""

import pytest

from app.core.liveness import LivenessVerdict
from app.flows.kiosk.context import ChallengeAttempt, CurrentState, KioskContext, PinState
from app.flows.kiosk.types import (
    AuthMethod,
    DenialReason,
    Deny,
    KioskRules,
    KioskState,
    LivenessStatus,
    Observation,
    Relock,
    Unlock,
)
from tests.unit.flows.kiosk.film import ADA, BOB, FakeAccessCheck, face

RULES = KioskRules(relock_ns=50, denied_ns=30, reject_after_ns=100, pin_ns=40, challenge_ns=20, liveness=True)


def context(state: KioskState | None = None, for_ns: int | None = None) -> KioskContext:
    made = KioskContext(RULES)
    made.advance(1000)
    if state is not None:
        made.enter(state, for_ns)
        made.take_effects()
    return made


def test_a_state_expires_at_the_end_of_its_duration() -> None:
    current = CurrentState()
    assert not current.has_expired(10**18)
    current.enter(KioskState.DENIED, 10, 5)
    assert (current.since_ns, current.until_ns) == (10, 15)
    assert not current.has_expired(14)
    assert current.has_expired(15)


def test_entering_a_state_discards_the_data_of_the_previous_one() -> None:
    current = CurrentState()
    current.person, current.reason = ADA, DenialReason.NOT_NOW
    current.enter(KioskState.IDLE, 0)
    assert [current.person, current.reason, current.until_ns] == [None] * 3


@pytest.mark.parametrize(
    ("prompted", "at_ns", "counts"), [(False, 109, False), (False, 110, True), (True, 11, True), (False, 11, False)]
)
def test_an_abandoned_challenge_counts_after_a_prompt_or_a_time(prompted: bool, at_ns: int, counts: bool) -> None:
    attempt = ChallengeAttempt(100)
    attempt.start(10)
    attempt.observe(None)
    attempt.observe(LivenessStatus(1, LivenessVerdict.NOT_ENOUGH, prompted=prompted))
    attempt.observe(LivenessStatus(1, LivenessVerdict.NOT_ENOUGH))
    assert attempt.abandon(at_ns) is counts
    assert attempt.abandon(at_ns + 1000) is False


def test_a_completed_challenge_does_not_count_and_a_new_one_starts_without_prompts() -> None:
    attempt = ChallengeAttempt(100)
    assert attempt.abandon(1000) is False
    attempt.start(0)
    attempt.observe(LivenessStatus(1, LivenessVerdict.NOT_ENOUGH, prompted=True))
    attempt.complete()
    assert attempt.abandon(1000) is False
    attempt.start(2000)
    assert attempt.abandon(2050) is False


def test_a_pin_lock_ends_and_is_never_shortened() -> None:
    pin = PinState()
    pin.lock(20)
    pin.lock(10)
    assert pin.locked_until_ns(19) == 20
    assert pin.locked_until_ns(20) is None


def test_an_accepted_pin_is_valid_for_its_owner_and_for_a_time() -> None:
    pin = PinState()
    assert not pin.is_valid_for(ADA, 0)
    pin.accept(ADA, 10)
    assert pin.is_valid_for(ADA, 9)
    assert not pin.is_valid_for(ADA, 10)
    assert not pin.is_valid_for(BOB, 9)
    pin.reset()
    assert not pin.is_valid_for(ADA, 9)


def test_time_never_goes_back() -> None:
    made = context()
    made.advance(900)
    assert made.now_ns == 1000


def test_a_grant_relocks_and_starts_a_cooldown() -> None:
    made = context()
    made.claimed = ADA
    made.grant(AuthMethod.FACE, ADA, None)
    assert [type(effect) for effect in made.take_effects()] == [Unlock]
    assert [made.state, made.current.person, made.claimed] == [KioskState.GRANTED, ADA, None]
    assert made.cooldown.entry_of(ADA) is not None
    made.advance(1049)
    assert made.take_effects() == []
    made.advance(1050)
    assert made.take_effects() == [Relock(1050)]
    assert made.state is KioskState.IDLE


@pytest.mark.parametrize(
    ("state", "claimed", "reason"),
    [
        (KioskState.CHALLENGE, False, DenialReason.NOT_LIVE),
        (KioskState.VERIFYING, False, DenialReason.CANNOT_JUDGE),
        (KioskState.LOOKING, True, DenialReason.CANNOT_JUDGE),
        (KioskState.LOOKING, False, None),
        (KioskState.PIN, False, None),
        (KioskState.DENIED, False, None),
    ],
)
def test_an_expired_state_denies_or_rests(state: KioskState, claimed: bool, reason: DenialReason | None) -> None:
    made = context(state, 10)
    made.claimed = ADA if claimed else None
    made.advance(1010)
    effects = made.take_effects()
    if reason is None:
        assert (effects, made.state) == ([], KioskState.IDLE)
    else:
        assert [(type(effect), getattr(effect, "reason", None)) for effect in effects] == [(Deny, reason)]
        assert (made.state, made.current.reason) == (KioskState.DENIED, reason)


def test_a_lost_camera_takes_precedence_over_a_lockout() -> None:
    made = context()
    made.locked_until_ns = 1010
    made.rest()
    assert (made.state, made.current.until_ns) == (KioskState.LOCKED_OUT, 1010)
    made.is_camera_lost = True
    made.rest()
    assert (made.state, made.current.until_ns) == (KioskState.FAULT, None)


def test_faces_are_not_processed_without_camera_or_during_a_lockout() -> None:
    made = context()
    made.locked_until_ns = made.now_ns
    closed = [made.is_closed]
    made.locked_until_ns = made.now_ns + 1
    closed.append(made.is_closed)
    made.locked_until_ns, made.is_camera_lost = 0, True
    closed.append(made.is_closed)
    assert closed == [False, True, True]


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (KioskState.GRANTED, KioskState.GRANTED),
        (KioskState.PIN, KioskState.PIN),
        (KioskState.VERIFYING, KioskState.IDLE),
        (KioskState.DENIED, KioskState.IDLE),
    ],
)
def test_an_interruption_rests_unless_unlocked_or_at_the_pin(state: KioskState, after: KioskState) -> None:
    made = context(state)
    made.current.reason = DenialReason.NOT_NOW
    made.interrupt()
    assert (made.state, made.current.reason) == (after, DenialReason.NOT_NOW)


def test_an_accepted_pin_waits_for_the_face_with_time_for_another_check() -> None:
    made = context(KioskState.PIN)
    made.await_face_of(ADA)
    assert made.state is KioskState.VERIFYING
    assert made.pin.is_valid_for(ADA, 1000 + 40 + 20 - 1)
    assert not made.pin.is_valid_for(ADA, 1000 + 40 + 20)


def test_an_accepted_pin_is_void_during_a_lockout() -> None:
    made = context(KioskState.PIN)
    made.locked_until_ns = 2000
    made.await_face_of(ADA)
    assert made.state is KioskState.LOCKED_OUT
    assert not made.pin.is_valid_for(ADA, 1000)


def test_resting_voids_the_run_the_pin_and_the_badge() -> None:
    made = context()
    made.runs.follow(Observation([face()], FakeAccessCheck(), 1000))
    made.pin.accept(ADA, 2000)
    made.claimed = BOB
    made.rest()
    assert [made.runs.run, made.claimed] == [None, None]
    assert not made.pin.is_valid_for(ADA, 1000)


def test_a_reset_can_keep_the_badge() -> None:
    made = context()
    made.claimed = ADA
    made.reset(keep_claim=True)
    assert made.claimed == ADA
    made.reset()
    assert made.claimed is None
