"""Scenes in front of a kiosk, each as it would be told."""

import pytest

from app.core.faces import QualityHint
from app.core.liveness import LivenessVerdict
from app.flows.kiosk.types import (
    AuthMethod,
    BeginChallenge,
    BeginRun,
    DenialReason,
    Deny,
    KioskRules,
    KioskState,
    PinUse,
    ReentryMode,
    Relock,
    Unlock,
)
from tests.unit.flows.kiosk.film import ADA, BOB, ELSEWHERE, STRANGER, FakeJudge, Film, face

SECOND = 1_000_000_000
LIVE = KioskRules(liveness=True)
BOTH = KioskRules(pin=PinUse.AS_WELL)


def refusals(film: Film) -> list[DenialReason]:
    return [effect.refusal for effect in film.effects if isinstance(effect, Deny)]


def state(film: Film) -> KioskState:
    return film.flow.status.state


def test_somebody_known_is_let_in_at_the_fifth_frame_and_not_before() -> None:
    film = Film()
    film.show(face(), frames=4)
    assert state(film) is KioskState.VERIFYING
    assert film.flow.status.progress == pytest.approx(0.8)
    (unlock,) = film.show(face())
    assert isinstance(unlock, Unlock)
    assert (unlock.person, unlock.means, unlock.at_ns) == (ADA, AuthMethod.FACE, film.now)
    assert state(film) is KioskState.GRANTED
    assert film.flow.status.person == ADA


def test_it_locks_again_after_a_time() -> None:
    film = Film()
    film.show(face(), frames=5)
    assert film.wait(4.9) == []
    assert isinstance(film.wait(0.2)[0], Relock)
    assert state(film) is KioskState.IDLE


def test_who_stays_in_view_is_not_let_in_again() -> None:
    film = Film()
    film.show(face(), frames=5)
    film.show(face(), frames=600)
    assert len(film.did(Unlock)) == 1
    assert film.flow.status.again
    assert state(film) is KioskState.LOOKING


def test_who_steps_away_and_comes_back_is_let_in_again() -> None:
    film = Film()
    film.show(face(), frames=5)
    film.show(frames=300)
    film.show(face(track=2), frames=5)
    assert len(film.did(Unlock)) == 2


def test_who_only_turns_away_for_a_moment_is_not() -> None:
    film = Film()
    film.show(face(), frames=170)
    film.show(face(judged=False), frames=120)
    film.show(face(), frames=30)
    assert len(film.did(Unlock)) == 1


def test_with_re_arming_by_time_waiting_is_enough() -> None:
    film = Film(KioskRules(rearm=ReentryMode.TIME, rearm_ns=6 * SECOND))
    film.show(face(), frames=300)
    assert len(film.did(Unlock)) == 2


def test_the_next_in_the_queue_need_not_wait() -> None:
    film = Film()
    film.show(face(), frames=5)
    film.wait(5.1)
    film.show(face("bob", track=2), frames=5)
    assert [effect.person for effect in film.effects if isinstance(effect, Unlock)] == [ADA, BOB]


def test_a_stranger_is_refused_once_judged_for_long_enough() -> None:
    film = Film()
    film.show(face(STRANGER), frames=40)
    assert refusals(film) == []
    film.show(face(STRANGER), frames=20)
    assert refusals(film) == [DenialReason.NOT_RECOGNISED]
    assert state(film) is KioskState.DENIED
    assert film.did(Deny)[0].counted  # type: ignore[union-attr]


def test_a_stranger_who_stays_fails_again_and_again() -> None:
    film = Film()
    film.show(face(STRANGER), frames=850)
    assert refusals(film) == [DenialReason.NOT_RECOGNISED] * 6


def test_who_walks_by_has_not_failed() -> None:
    film = Film()
    for number in range(20):
        film.show(face(STRANGER, track=number + 1), frames=20)
        film.show(frames=40)
    assert refusals(film) == []
    assert state(film) is KioskState.IDLE


def test_an_empty_gallery_says_so() -> None:
    film = Film(judge=FakeJudge(known=()))
    film.show(face(), frames=60)
    assert refusals(film) == [DenialReason.GALLERY_EMPTY]


def test_a_face_that_cannot_be_judged_never_fails() -> None:
    film = Film()
    film.show(face(judged=False), frames=100)
    assert state(film) is KioskState.LOOKING
    assert film.flow.status.hints == (QualityHint.HOLD_STILL,)
    film.show(face(judged=False), frames=400)
    assert refusals(film) == [DenialReason.CANNOT_JUDGE]
    assert not film.did(Deny)[0].counted  # type: ignore[union-attr]


@pytest.mark.parametrize("swapped", [{"who": "bob"}, {"track": 2}, {"box": ELSEWHERE}, {"who": STRANGER}])
def test_a_swapped_face_begins_anew(swapped: dict[str, object]) -> None:
    film = Film()
    film.show(face(), frames=4)
    film.show(face(**swapped))  # type: ignore[arg-type]
    assert film.did(Unlock) == []
    film.show(face(), frames=4)
    assert film.did(Unlock) == []


def test_a_single_frame_without_the_face_begins_anew() -> None:
    film = Film()
    film.show(face(), frames=4)
    film.show()
    film.show(face(), frames=4)
    assert film.did(Unlock) == []
    film.show(face())
    assert len(film.did(Unlock)) == 1


def test_frames_too_far_apart_are_no_run() -> None:
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


def test_an_old_frame_is_not_looked_at() -> None:
    film = Film()
    film.show(face(), frames=4)
    film.wait(3)
    film.now -= 2 * SECOND
    film.show(face(), frames=5)
    assert film.did(Unlock) == []


def test_the_face_that_is_followed_stays_followed_beside_a_larger_one() -> None:
    film = Film()
    film.show(face(), frames=3)
    film.show(face(STRANGER, track=9, box=ELSEWHERE), face(), frames=2)
    assert [effect.person for effect in film.effects if isinstance(effect, Unlock)] == [ADA]


def test_who_is_known_and_may_not_come_in_is_told_so_once_and_has_not_failed() -> None:
    film = Film(judge=FakeJudge(refusals={"ada": DenialReason.NOT_NOW}))
    film.show(face(), frames=900)
    assert refusals(film) == [DenialReason.NOT_NOW]
    assert not film.did(Deny)[0].counted  # type: ignore[union-attr]
    assert film.flow.status.refusal is DenialReason.NOT_NOW


def test_living_has_to_be_shown_and_the_door_opens_when_it_is() -> None:
    film = Film(LIVE)
    film.show(face(), frames=5)
    assert state(film) is KioskState.CHALLENGE
    assert len(film.did(BeginChallenge)) == 1
    film.show(face(), frames=60, living=LivenessVerdict.NOT_ENOUGH)
    assert film.did(Unlock) == []
    film.show(face(), living=LivenessVerdict.PASSED)
    assert len(film.did(Unlock)) == 1


def test_passive_liveness_that_has_passed_already_needs_no_challenge() -> None:
    film = Film(LIVE)
    film.show(face(), frames=5, living=LivenessVerdict.PASSED)
    assert film.did(BeginChallenge) == []
    assert len(film.did(Unlock)) == 1


def test_what_was_shown_living_before_the_swap_does_not_hold_after_it() -> None:
    film = Film(LIVE)
    film.show(face(STRANGER), frames=4, living=LivenessVerdict.PASSED)
    film.show(face(), frames=1)
    film.show(face(), frames=60)
    assert film.did(Unlock) == []
    assert state(film) is KioskState.CHALLENGE


@pytest.mark.parametrize("verdict", [LivenessVerdict.NOT_RUN, LivenessVerdict.NOT_ENOUGH, LivenessVerdict.FAILED])
def test_nothing_but_passed_is_living(verdict: LivenessVerdict) -> None:
    film = Film(LIVE)
    film.show(face(), frames=1300, living=verdict)
    assert film.did(Unlock) == []
    assert refusals(film)[0] is DenialReason.NOT_LIVE


def test_losing_the_face_ends_the_challenge() -> None:
    film = Film(LIVE)
    film.show(face(), frames=5)
    film.show()
    assert state(film) is KioskState.LOOKING
    assert len(film.did(BeginRun)) == 1
    film.show(face(), frames=1)
    assert len(film.did(BeginRun)) == 2


def test_passing_while_turned_away_does_not_open_until_the_face_matches_again() -> None:
    film = Film(LIVE)
    film.show(face(), frames=5)
    film.show(face(judged=False), frames=20, living=LivenessVerdict.PASSED)
    assert film.did(Unlock) == []
    film.show(face(), frames=5, living=LivenessVerdict.PASSED)
    assert len(film.did(Unlock)) == 1


def test_a_badge_makes_it_one_to_one() -> None:
    film = Film()
    film.flow.claim(BOB, film.now)
    film.judge.claimed = BOB
    film.show(face("ada"), frames=60)
    assert refusals(film) == [DenialReason.NOT_RECOGNISED]
    assert film.did(Deny)[0].person == BOB  # type: ignore[union-attr]


def test_a_badge_and_its_owner_open() -> None:
    film = Film()
    film.flow.claim(BOB, film.now)
    film.judge.claimed = BOB
    film.show(face("bob"), frames=5)
    assert len(film.did(Unlock)) == 1
    assert film.flow.claimed is None


def test_a_judge_who_does_not_mind_the_claim_cannot_open() -> None:
    film = Film()
    film.flow.claim(BOB, film.now)
    film.show(face("ada"), frames=5)
    assert film.did(Unlock) == []
    assert refusals(film) == [DenialReason.NOT_RECOGNISED]


def test_a_claim_without_a_face_ends() -> None:
    film = Film()
    film.flow.claim(BOB, film.now)
    film.show(frames=400)
    film.wait(5)
    assert refusals(film) == [DenialReason.CANNOT_JUDGE]
    assert film.flow.claimed is None


def test_an_unknown_badge_is_refused() -> None:
    film = Film()
    film.kept(film.flow.refuse(DenialReason.UNKNOWN_BADGE, film.now))
    assert state(film) is KioskState.DENIED
    assert film.flow.status.refusal is DenialReason.UNKNOWN_BADGE


def test_the_pin_of_the_site_opens() -> None:
    film = Film()
    film.flow.open_pin(film.now)
    assert state(film) is KioskState.PIN
    film.kept(film.flow.pin_right(None, film.now))
    (unlock,) = film.did(Unlock)
    assert isinstance(unlock, Unlock)
    assert (unlock.means, unlock.person) == (AuthMethod.PIN, None)


def test_a_wrong_pin_counts_and_can_be_typed_again() -> None:
    film = Film()
    film.flow.open_pin(film.now)
    film.kept(film.flow.pin_refused(DenialReason.WRONG_PIN, film.now))
    wrong = film.flow.status.pin_wrong
    assert wrong
    assert film.did(Deny)[0].counted  # type: ignore[union-attr]
    film.flow.pin_touched(film.now)
    assert not film.flow.status.pin_wrong
    assert state(film) is KioskState.PIN


def test_no_pin_is_taken_while_pins_are_locked() -> None:
    film = Film()
    film.flow.lock_pin(film.now + 30 * SECOND)
    film.flow.open_pin(film.now)
    assert film.flow.status.pin_until_ns == film.now + 30 * SECOND
    film.kept(film.flow.pin_right(None, film.now))
    assert film.did(Unlock) == []
    film.wait(29)
    film.flow.pin_touched(film.now)
    film.wait(2)
    film.kept(film.flow.pin_right(None, film.now))
    assert len(film.did(Unlock)) == 1


def test_the_pad_closes_when_nobody_types() -> None:
    film = Film()
    film.flow.open_pin(film.now)
    film.wait(31)
    assert state(film) is KioskState.IDLE


def test_where_pins_are_off_the_pad_does_not_open() -> None:
    film = Film(KioskRules(pin=PinUse.OFF))
    film.flow.open_pin(film.now)
    assert state(film) is KioskState.IDLE


def test_both_face_and_pin() -> None:
    film = Film(BOTH)
    film.show(face(), frames=5)
    assert (state(film), film.flow.status.person) == (KioskState.PIN, ADA)
    film.show(face(), frames=30)
    film.kept(film.flow.pin_right(ADA, film.now))
    assert film.did(Unlock) == []
    film.show(face())
    (unlock,) = film.did(Unlock)
    assert isinstance(unlock, Unlock)
    assert unlock.means is AuthMethod.FACE_AND_PIN


@pytest.mark.parametrize("whose", [None, BOB])
def test_where_both_are_asked_for_no_other_pin_will_do(whose: object) -> None:
    film = Film(BOTH)
    film.show(face(), frames=5)
    film.kept(film.flow.pin_right(whose, film.now))  # type: ignore[arg-type]
    film.show(face(), frames=60)
    assert film.did(Unlock) == []


def test_where_both_are_asked_for_the_pin_opens_for_nobody_else() -> None:
    film = Film(BOTH)
    film.show(face(), frames=5)
    film.flow.pin_right(ADA, film.now)
    film.show(face("bob", track=2), frames=60)
    assert film.did(Unlock) == []


def test_who_left_after_typing_the_pin_is_not_let_in() -> None:
    film = Film(BOTH)
    film.show(face(), frames=5)
    film.flow.pin_right(ADA, film.now)
    film.show(frames=60)
    film.wait(60)
    film.show(face(), frames=5)
    assert film.did(Unlock) == []


def test_locked_out_looks_at_nobody_and_takes_the_pin() -> None:
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
    film.kept(film.flow.pin_right(None, film.now))
    assert len(film.did(Unlock)) == 1


def test_after_the_lockout_faces_are_looked_at_again() -> None:
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


def test_a_lockout_that_comes_while_the_pin_is_typed_holds_for_the_face_behind_it() -> None:
    film = Film(BOTH)
    film.show(face(), frames=5)
    film.flow.lock_out(film.now + 30 * SECOND, film.now)
    film.flow.pin_right(ADA, film.now)
    film.show(face(), frames=30)
    assert film.did(Unlock) == []
    assert state(film) is KioskState.LOCKED_OUT


@pytest.mark.parametrize("frames", [0, 1, 4])
def test_a_lost_camera_is_a_fault_and_begins_anew(frames: int) -> None:
    film = Film()
    film.show(face(), frames=frames)
    film.flow.camera(film.now, usable=False)
    assert state(film) is KioskState.FAULT
    film.flow.camera(film.now, usable=True)
    film.show(face(), frames=4)
    assert film.did(Unlock) == []


def test_a_camera_lost_in_the_challenge_ends_it() -> None:
    film = Film(LIVE)
    film.show(face(), frames=5)
    film.flow.camera(film.now, usable=False)
    assert state(film) is KioskState.FAULT


def test_a_camera_lost_while_unlocked_still_locks_in_time() -> None:
    film = Film()
    film.show(face(), frames=5)
    film.flow.camera(film.now, usable=False)
    assert state(film) is KioskState.GRANTED
    assert isinstance(film.wait(5.1)[0], Relock)
    assert state(film) is KioskState.FAULT


def test_a_lost_camera_does_not_keep_from_the_pin() -> None:
    film = Film()
    film.flow.camera(film.now, usable=False)
    film.flow.open_pin(film.now)
    film.flow.camera(film.now, usable=False)
    assert state(film) is KioskState.PIN
    film.flow.close_pin(film.now)
    assert state(film) is KioskState.FAULT


def test_a_camera_lost_while_locked_out_keeps_the_delay() -> None:
    film = Film()
    film.flow.lock_out(film.now + 30 * SECOND, film.now)
    film.flow.camera(film.now, usable=False)
    film.flow.camera(film.now, usable=True)
    assert state(film) is KioskState.LOCKED_OUT


def test_after_sleep_nothing_seen_before_counts() -> None:
    film = Film()
    film.show(face(), frames=4)
    film.flow.interrupted(film.now)
    film.show(face())
    assert film.did(Unlock) == []


def test_when_what_an_unlock_was_to_do_fails_it_is_taken_back_and_can_be_tried_again() -> None:
    film = Film()
    film.show(face(), frames=5)
    film.kept(film.flow.withdraw(DenialReason.ACTION_FAILED, film.now))
    assert (len(film.did(Relock)), refusals(film)) == (1, [DenialReason.ACTION_FAILED])
    assert state(film) is KioskState.DENIED
    film.wait(3.1)
    film.show(face(), frames=5)
    assert len(film.did(Unlock)) == 2


def test_nothing_is_taken_back_once_it_is_locked_again() -> None:
    film = Film()
    film.show(face(), frames=5)
    film.wait(5.1)
    assert film.kept(film.flow.withdraw(DenialReason.ACTION_FAILED, film.now)) == []
