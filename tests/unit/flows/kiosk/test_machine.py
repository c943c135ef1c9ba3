"""The kiosk's state machine in single scenarios."""

import pytest

from app.core.faces import Embedding, QualityHint
from app.core.liveness import LivenessVerdict
from app.core.match_decision import Match
from app.flows.kiosk.types import (
    AuthMethod,
    BeginChallenge,
    BeginRun,
    DenialReason,
    Deny,
    IdentifyBy,
    KioskRules,
    KioskState,
    Observation,
    PinUse,
    ReentryMode,
    Relock,
    Unlock,
)
from tests.unit.flows.kiosk.film import ADA, BOB, ELSEWHERE, STRANGER, FakeAccessCheck, Film, face

SECOND = 1_000_000_000
LIVE = KioskRules(liveness=True)
BOTH = KioskRules(pin=PinUse.AS_WELL)


def denials(film: Film) -> list[DenialReason]:
    return [effect.reason for effect in film.effects if isinstance(effect, Deny)]


def state(film: Film) -> KioskState:
    return film.flow.status.state


def test_access_is_granted_at_the_fifth_frame() -> None:
    film = Film()
    film.show(face(), frames=4)
    assert state(film) is KioskState.VERIFYING
    assert film.flow.status.progress == pytest.approx(0.8)
    (unlock,) = film.show(face())
    assert isinstance(unlock, Unlock)
    assert (unlock.person, unlock.method, unlock.at_ns) == (ADA, AuthMethod.FACE, film.now)
    assert state(film) is KioskState.GRANTED
    assert film.flow.status.person == ADA


def test_it_relocks_after_a_time() -> None:
    film = Film()
    film.show(face(), frames=5)
    assert film.wait(4.9) == []
    assert isinstance(film.wait(0.2)[0], Relock)
    assert state(film) is KioskState.IDLE


def test_a_person_who_stays_in_view_is_granted_access_once() -> None:
    film = Film()
    film.show(face(), frames=5)
    film.show(face(), frames=600)
    assert len(film.did(Unlock)) == 1
    assert film.flow.status.must_leave
    assert state(film) is KioskState.LOOKING


def test_a_person_who_leaves_and_returns_is_granted_access_again() -> None:
    film = Film()
    film.show(face(), frames=5)
    film.show(frames=300)
    film.show(face(track=2), frames=5)
    assert len(film.did(Unlock)) == 2


def test_turning_away_for_a_moment_is_not_leaving() -> None:
    film = Film()
    film.show(face(), frames=170)
    film.show(face(judged=False), frames=120)
    film.show(face(), frames=30)
    assert len(film.did(Unlock)) == 1


def test_with_reentry_by_time_waiting_is_enough() -> None:
    film = Film(KioskRules(reentry=ReentryMode.TIME, reentry_ns=6 * SECOND))
    film.show(face(), frames=300)
    assert len(film.did(Unlock)) == 2


def test_another_person_has_no_cooldown() -> None:
    film = Film()
    film.show(face(), frames=5)
    film.wait(5.1)
    film.show(face("bob", track=2), frames=5)
    assert [effect.person for effect in film.effects if isinstance(effect, Unlock)] == [ADA, BOB]


def test_a_stranger_is_denied_after_the_rejection_time() -> None:
    film = Film()
    film.show(face(STRANGER), frames=40)
    assert denials(film) == []
    film.show(face(STRANGER), frames=20)
    assert denials(film) == [DenialReason.NOT_RECOGNISED]
    assert state(film) is KioskState.DENIED
    assert film.did(Deny)[0].is_failed_attempt  # type: ignore[union-attr]


def test_a_stranger_who_stays_is_one_attempt() -> None:
    film = Film()
    film.show(face(STRANGER), frames=850)
    assert denials(film) == [DenialReason.NOT_RECOGNISED]
    assert state(film) is KioskState.IDLE
    assert film.flow.status.is_rejected


def test_a_stranger_who_leaves_and_returns_is_another_attempt() -> None:
    film = Film()
    for track in range(1, 4):
        film.show(face(STRANGER, track=track), frames=200)
        film.show(frames=40)
    assert denials(film) == [DenialReason.NOT_RECOGNISED] * 3


def test_a_person_who_comes_up_during_a_denial_is_served() -> None:
    film = Film()
    film.show(face(STRANGER, box=ELSEWHERE), frames=60)
    assert state(film) is KioskState.DENIED
    film.show(face(STRANGER, box=ELSEWHERE), face("ada", track=2), frames=40)
    assert [effect.person for effect in film.effects if isinstance(effect, Unlock)] == [ADA]


def test_a_picture_of_a_person_does_not_block_the_person_beside_it() -> None:
    film = Film(LIVE)
    film.show(face(track=7, box=ELSEWHERE), frames=10, liveness=LivenessVerdict.FAILED)
    assert denials(film) == [DenialReason.NOT_LIVE]
    film.show(face(track=7, box=ELSEWHERE), face(track=2), frames=60, liveness=LivenessVerdict.PASSED)
    assert len(film.did(Unlock)) == 1


def test_another_person_is_served_while_the_admitted_one_stays() -> None:
    film = Film()
    film.show(face(), frames=160)
    film.show(face(), face("bob", track=2, box=ELSEWHERE), frames=20)
    assert [effect.person for effect in film.effects if isinstance(effect, Unlock)] == [ADA, BOB]


def test_an_identity_is_claimed_by_a_badge_only() -> None:
    film = Film(LIVE)
    film.show(face(), frames=10, liveness=LivenessVerdict.FAILED)
    film.wait(4)
    film.flow.claim(BOB, film.now)
    film.show(face("bob", track=2), frames=10, liveness=LivenessVerdict.FAILED)
    assert [effect.is_claimed for effect in film.effects if isinstance(effect, Deny)] == [False, True]


def test_by_claim_no_face_is_followed_or_identified_without_a_badge() -> None:
    class Refusing(FakeAccessCheck):
        def compare(self, probe: Embedding) -> Match:
            assert self.claimed is not None, "a face was identified"
            return super().compare(probe)

    film = Film(KioskRules(identify_by=IdentifyBy.CLAIM), Refusing())
    film.show(face(), frames=60)
    assert state(film) is KioskState.IDLE
    film.flow.claim(ADA, film.now)
    film.access.claimed = ADA
    film.show(face(), frames=5)
    assert [effect.person for effect in film.effects if isinstance(effect, Unlock)] == [ADA]
    film.access.claimed = None
    film.show(face(), frames=300)


def test_with_a_badge_the_face_of_its_owner_is_followed() -> None:
    film = Film(access=FakeAccessCheck(claimed=ADA))
    film.flow.claim(ADA, film.now)
    film.show(face(STRANGER, track=3), face(track=4, box=ELSEWHERE), frames=5)
    assert len(film.did(Unlock)) == 1


def test_passing_by_is_no_failed_attempt() -> None:
    film = Film()
    for number in range(20):
        film.show(face(STRANGER, track=number + 1), frames=20)
        film.show(frames=40)
    assert denials(film) == []
    assert state(film) is KioskState.IDLE


def test_an_empty_gallery_is_the_reason() -> None:
    film = Film(access=FakeAccessCheck(known=()))
    film.show(face(), frames=60)
    assert denials(film) == [DenialReason.GALLERY_EMPTY]


def test_a_face_that_cannot_be_judged_is_no_failed_attempt() -> None:
    film = Film()
    film.show(face(judged=False), frames=100)
    assert state(film) is KioskState.LOOKING
    assert film.flow.status.hints == (QualityHint.HOLD_STILL,)
    film.show(face(judged=False), frames=400)
    assert denials(film) == [DenialReason.CANNOT_JUDGE]
    assert not film.did(Deny)[0].is_failed_attempt  # type: ignore[union-attr]


@pytest.mark.parametrize("swapped", [{"who": "bob"}, {"track": 2}, {"box": ELSEWHERE}, {"who": STRANGER}])
def test_a_swapped_face_starts_a_new_run(swapped: dict[str, object]) -> None:
    film = Film()
    film.show(face(), frames=4)
    film.show(face(**swapped))  # type: ignore[arg-type]
    assert film.did(Unlock) == []
    film.show(face(), frames=4)
    assert film.did(Unlock) == []


def test_a_single_frame_without_the_face_ends_the_run() -> None:
    film = Film()
    film.show(face(), frames=4)
    film.show()
    film.show(face(), frames=4)
    assert film.did(Unlock) == []
    film.show(face())
    assert len(film.did(Unlock)) == 1


def test_frames_too_far_apart_form_no_run() -> None:
    film = Film()
    film.show(face(), frames=30, step_ns=600_000_000)
    assert film.did(Unlock) == []


def test_the_frame_that_grants_must_itself_be_judged() -> None:
    film = Film()
    film.show(face(), frames=4)
    film.show(face(judged=False), frames=5)
    assert film.did(Unlock) == []
    film.show(face())
    assert len(film.did(Unlock)) == 1


def test_a_stale_frame_is_ignored() -> None:
    film = Film()
    film.show(face(), frames=4)
    film.wait(3)
    film.now -= 2 * SECOND
    film.show(face(), frames=5)
    assert film.did(Unlock) == []


def test_a_larger_face_does_not_replace_the_followed_one() -> None:
    film = Film()
    film.show(face(), frames=3)
    film.show(face(STRANGER, track=9, box=ELSEWHERE), face(), frames=2)
    assert [effect.person for effect in film.effects if isinstance(effect, Unlock)] == [ADA]


def test_a_policy_denial_is_reported_once_and_is_no_failed_attempt() -> None:
    film = Film(access=FakeAccessCheck(denials={"ada": DenialReason.NOT_NOW}))
    film.show(face(), frames=900)
    assert denials(film) == [DenialReason.NOT_NOW]
    assert not film.did(Deny)[0].is_failed_attempt  # type: ignore[union-attr]
    assert film.flow.status.reason is DenialReason.NOT_NOW


def test_access_is_granted_when_the_liveness_check_passes() -> None:
    film = Film(LIVE)
    film.show(face(), frames=5)
    assert state(film) is KioskState.CHALLENGE
    assert len(film.did(BeginChallenge)) == 1
    film.show(face(), frames=60, liveness=LivenessVerdict.NOT_ENOUGH)
    assert film.did(Unlock) == []
    film.show(face(), liveness=LivenessVerdict.PASSED)
    assert len(film.did(Unlock)) == 1


def test_passive_liveness_that_passed_needs_no_challenge() -> None:
    film = Film(LIVE)
    film.show(face(), frames=5, liveness=LivenessVerdict.PASSED)
    assert film.did(BeginChallenge) == []
    assert len(film.did(Unlock)) == 1


def test_liveness_of_another_face_does_not_count_after_a_swap() -> None:
    film = Film(LIVE)
    film.show(face(STRANGER), frames=4, liveness=LivenessVerdict.PASSED)
    film.show(face(), frames=1)
    film.show(face(), frames=60)
    assert film.did(Unlock) == []
    assert state(film) is KioskState.CHALLENGE


@pytest.mark.parametrize("verdict", [LivenessVerdict.NOT_RUN, LivenessVerdict.NOT_ENOUGH, LivenessVerdict.FAILED])
def test_only_a_passed_check_grants_access(verdict: LivenessVerdict) -> None:
    film = Film(LIVE)
    film.show(face(), frames=1300, liveness=verdict)
    assert film.did(Unlock) == []
    assert denials(film)[0] is DenialReason.NOT_LIVE


def test_losing_the_face_ends_the_challenge() -> None:
    film = Film(LIVE)
    film.show(face(), frames=5)
    film.show()
    assert state(film) is KioskState.LOOKING
    assert len(film.did(BeginRun)) == 1
    film.show(face(), frames=1)
    assert len(film.did(BeginRun)) == 2


def test_a_passed_check_grants_access_only_in_a_matching_frame() -> None:
    film = Film(LIVE)
    film.show(face(), frames=5)
    film.show(face(judged=False), frames=20, liveness=LivenessVerdict.PASSED)
    assert film.did(Unlock) == []
    film.show(face(), frames=5, liveness=LivenessVerdict.PASSED)
    assert len(film.did(Unlock)) == 1


def test_a_badge_compares_with_its_owner_only() -> None:
    film = Film()
    film.flow.claim(BOB, film.now)
    film.access.claimed = BOB
    film.show(face("ada"), frames=60)
    assert denials(film) == [DenialReason.NOT_RECOGNISED]
    assert film.did(Deny)[0].person == BOB  # type: ignore[union-attr]


def test_a_badge_with_its_owner_grants_access() -> None:
    film = Film()
    film.flow.claim(BOB, film.now)
    film.access.claimed = BOB
    film.show(face("bob"), frames=5)
    assert len(film.did(Unlock)) == 1
    assert film.flow.claimed is None


def test_a_match_with_another_person_than_the_claimed_one_is_denied() -> None:
    film = Film()
    film.flow.claim(BOB, film.now)
    film.show(face("ada"), frames=5)
    assert film.did(Unlock) == []
    assert denials(film) == [DenialReason.NOT_RECOGNISED]


def test_a_claim_without_a_face_times_out() -> None:
    film = Film()
    film.flow.claim(BOB, film.now)
    film.show(frames=400)
    film.wait(5)
    assert denials(film) == [DenialReason.CANNOT_JUDGE]
    assert film.flow.claimed is None


def test_an_unknown_badge_is_denied() -> None:
    film = Film()
    film.record(film.flow.deny(DenialReason.UNKNOWN_BADGE, film.now))
    assert state(film) is KioskState.DENIED
    assert film.flow.status.reason is DenialReason.UNKNOWN_BADGE


def test_the_site_pin_grants_access() -> None:
    film = Film()
    film.flow.open_pin(film.now)
    assert state(film) is KioskState.PIN
    film.record(film.flow.accept_pin(None, film.now))
    (unlock,) = film.did(Unlock)
    assert isinstance(unlock, Unlock)
    assert (unlock.method, unlock.person) == (AuthMethod.PIN, None)


def test_a_wrong_pin_is_a_failed_attempt_and_can_be_retried() -> None:
    film = Film()
    film.flow.open_pin(film.now)
    film.record(film.flow.reject_pin(DenialReason.WRONG_PIN, film.now))
    wrong = film.flow.status.pin_wrong
    assert wrong
    assert film.did(Deny)[0].is_failed_attempt  # type: ignore[union-attr]
    film.flow.touch_pin(film.now)
    assert not film.flow.status.pin_wrong
    assert state(film) is KioskState.PIN


def test_no_pin_is_accepted_during_a_lock() -> None:
    film = Film()
    film.flow.lock_pin(film.now + 30 * SECOND)
    film.flow.open_pin(film.now)
    assert film.flow.status.pin_until_ns == film.now + 30 * SECOND
    film.record(film.flow.accept_pin(None, film.now))
    assert film.did(Unlock) == []
    film.wait(29)
    film.flow.touch_pin(film.now)
    film.wait(2)
    film.record(film.flow.accept_pin(None, film.now))
    assert len(film.did(Unlock)) == 1


def test_pin_entry_times_out() -> None:
    film = Film()
    film.flow.open_pin(film.now)
    film.wait(31)
    assert state(film) is KioskState.IDLE


def test_pin_entry_does_not_open_if_pins_are_off() -> None:
    film = Film(KioskRules(pin=PinUse.OFF))
    film.flow.open_pin(film.now)
    assert state(film) is KioskState.IDLE


def test_the_pin_as_second_factor_grants_access() -> None:
    film = Film(BOTH)
    film.show(face(), frames=5)
    assert (state(film), film.flow.status.person) == (KioskState.PIN, ADA)
    film.show(face(), frames=30)
    film.record(film.flow.accept_pin(ADA, film.now))
    assert film.did(Unlock) == []
    film.show(face())
    (unlock,) = film.did(Unlock)
    assert isinstance(unlock, Unlock)
    assert unlock.method is AuthMethod.FACE_AND_PIN


@pytest.mark.parametrize("owner", [None, BOB])
def test_the_second_factor_is_the_person_s_own_pin(owner: object) -> None:
    film = Film(BOTH)
    film.show(face(), frames=5)
    film.record(film.flow.accept_pin(owner, film.now))  # type: ignore[arg-type]
    film.show(face(), frames=60)
    assert film.did(Unlock) == []


def test_the_second_factor_is_not_valid_for_another_face() -> None:
    film = Film(BOTH)
    film.show(face(), frames=5)
    film.flow.accept_pin(ADA, film.now)
    film.show(face("bob", track=2), frames=60)
    assert film.did(Unlock) == []


def test_leaving_after_the_pin_voids_it() -> None:
    film = Film(BOTH)
    film.show(face(), frames=5)
    film.flow.accept_pin(ADA, film.now)
    film.show(frames=60)
    film.wait(60)
    film.show(face(), frames=5)
    assert film.did(Unlock) == []


def test_a_lockout_ignores_faces_and_accepts_the_pin() -> None:
    film = Film()
    film.show(face(STRANGER), frames=60)
    film.flow.lock_out(film.now + 30 * SECOND, film.now)
    assert state(film) is KioskState.LOCKED_OUT
    film.show(face(), frames=600)
    assert film.did(Unlock) == []
    film.flow.open_pin(film.now)
    film.flow.close_pin(film.now)
    assert state(film) is KioskState.LOCKED_OUT
    film.flow.open_pin(film.now)
    film.record(film.flow.accept_pin(None, film.now))
    assert len(film.did(Unlock)) == 1


def test_faces_are_processed_after_the_lockout() -> None:
    film = Film()
    film.flow.lock_out(film.now + 30 * SECOND, film.now)
    film.wait(30)
    film.show(face(), frames=5)
    assert len(film.did(Unlock)) == 1


def test_a_lockout_is_never_shortened() -> None:
    film = Film()
    film.flow.lock_out(film.now + 60 * SECOND, film.now)
    film.flow.lock_out(film.now + 5 * SECOND, film.now)
    film.wait(10)
    assert state(film) is KioskState.LOCKED_OUT


def test_a_lockout_during_pin_entry_applies_to_the_face_afterwards() -> None:
    film = Film(BOTH)
    film.show(face(), frames=5)
    film.flow.lock_out(film.now + 30 * SECOND, film.now)
    film.flow.accept_pin(ADA, film.now)
    film.show(face(), frames=30)
    assert film.did(Unlock) == []
    assert state(film) is KioskState.LOCKED_OUT


@pytest.mark.parametrize("frames", [0, 1, 4])
def test_a_lost_camera_is_a_fault_and_ends_the_run(frames: int) -> None:
    film = Film()
    film.show(face(), frames=frames)
    film.flow.set_camera_usable(film.now, usable=False)
    assert state(film) is KioskState.FAULT
    film.flow.set_camera_usable(film.now, usable=True)
    film.show(face(), frames=4)
    assert film.did(Unlock) == []


def test_a_lost_camera_ends_the_challenge() -> None:
    film = Film(LIVE)
    film.show(face(), frames=5)
    film.flow.set_camera_usable(film.now, usable=False)
    assert state(film) is KioskState.FAULT


def test_a_lost_camera_does_not_delay_the_relock() -> None:
    film = Film()
    film.show(face(), frames=5)
    film.flow.set_camera_usable(film.now, usable=False)
    assert state(film) is KioskState.GRANTED
    assert isinstance(film.wait(5.1)[0], Relock)
    assert state(film) is KioskState.FAULT


def test_a_lost_camera_does_not_block_the_pin() -> None:
    film = Film()
    film.flow.set_camera_usable(film.now, usable=False)
    film.flow.open_pin(film.now)
    film.flow.set_camera_usable(film.now, usable=False)
    assert state(film) is KioskState.PIN
    film.flow.close_pin(film.now)
    assert state(film) is KioskState.FAULT


def test_a_lost_camera_does_not_end_a_lockout() -> None:
    film = Film()
    film.flow.lock_out(film.now + 30 * SECOND, film.now)
    film.flow.set_camera_usable(film.now, usable=False)
    film.flow.set_camera_usable(film.now, usable=True)
    assert state(film) is KioskState.LOCKED_OUT


def test_an_interruption_ends_the_run() -> None:
    film = Film()
    film.show(face(), frames=4)
    film.flow.interrupt(film.now)
    film.show(face())
    assert film.did(Unlock) == []


def test_a_revoked_grant_relocks_and_has_no_cooldown() -> None:
    film = Film()
    film.show(face(), frames=5)
    film.record(film.flow.revoke(DenialReason.ACTION_FAILED, film.now))
    assert (len(film.did(Relock)), denials(film)) == (1, [DenialReason.ACTION_FAILED])
    assert state(film) is KioskState.DENIED
    film.wait(3.1)
    film.show(face(), frames=5)
    assert len(film.did(Unlock)) == 2


def test_nothing_is_revoked_after_the_relock() -> None:
    film = Film()
    film.show(face(), frames=5)
    film.wait(5.1)
    assert film.record(film.flow.revoke(DenialReason.ACTION_FAILED, film.now)) == []


@pytest.mark.parametrize(("age_ns", "runs"), [(SECOND - 1, 1), (SECOND, 0)])
def test_a_frame_is_stale_from_one_second(age_ns: int, runs: int) -> None:
    film = Film()
    film.flow.tick(film.now)
    film.flow.observe(Observation([face()], film.access, film.now - age_ns))
    assert film.flow.status.run == runs


@pytest.mark.parametrize(("away_ns", "after"), [(SECOND - 1, KioskState.LOOKING), (SECOND, KioskState.IDLE)])
def test_the_kiosk_is_idle_after_the_time_without_a_face(away_ns: int, after: KioskState) -> None:
    film = Film()
    film.show(face(judged=False))
    film.show(step_ns=away_ns)
    assert state(film) is after


def test_badges_are_ignored_while_unlocked_but_accepted_during_a_lockout() -> None:
    film = Film()
    film.show(face(), frames=5)
    film.flow.claim(BOB, film.now)
    assert film.flow.claimed is None
    film = Film()
    film.flow.lock_out(film.now + 60 * SECOND, film.now)
    film.show(face("bob"), frames=10)
    assert film.did(Unlock) == []
    film.flow.claim(BOB, film.now)
    film.access.claimed = BOB
    film.show(face("bob"), frames=5)
    assert len(film.did(Unlock)) == 1
    film.wait(6)
    assert state(film) is KioskState.LOCKED_OUT
    film.flow.end_lockouts(film.now, faces=True, pins=False)
    assert state(film) is KioskState.IDLE


def test_a_badge_at_the_pin_names_its_owner_unless_a_person_is_asked() -> None:
    film = Film()
    film.flow.open_pin(film.now)
    film.flow.claim(BOB, film.now)
    assert film.flow.status.person == BOB
    film = Film(BOTH)
    film.show(face(), frames=5)
    film.flow.claim(BOB, film.now)
    assert film.flow.status.person == ADA


def test_a_badge_denial_is_ignored_at_the_pin() -> None:
    film = Film()
    film.flow.open_pin(film.now)
    assert film.flow.deny(DenialReason.UNKNOWN_BADGE, film.now) == []
    assert state(film) is KioskState.PIN


def test_pin_entry_does_not_open_while_unlocked() -> None:
    film = Film()
    film.show(face(), frames=5)
    film.flow.open_pin(film.now)
    assert state(film) is KioskState.GRANTED


def test_a_key_press_extends_pin_entry() -> None:
    film = Film()
    film.flow.open_pin(film.now)
    film.wait(29)
    film.flow.touch_pin(film.now)
    film.wait(29)
    assert state(film) is KioskState.PIN
    film.wait(1)
    assert state(film) is KioskState.IDLE


def test_keys_and_pins_are_ignored_outside_pin_entry() -> None:
    film = Film()
    film.flow.touch_pin(film.now)
    assert film.flow.status.until_ns is None
    assert film.flow.reject_pin(DenialReason.WRONG_PIN, film.now) == []
    assert film.flow.accept_pin(ADA, film.now) == []
    film.show(face(), frames=5)
    film.flow.close_pin(film.now)
    assert state(film) is KioskState.GRANTED


def test_the_same_camera_state_does_not_interrupt() -> None:
    film = Film()
    film.show(face(), frames=3)
    film.flow.set_camera_usable(film.now, usable=True)
    assert (state(film), film.flow.status.run) == (KioskState.VERIFYING, 1)
