"""Who is asked to show to be living: leaving counts, and a PIN may stand in for moving."""

from collections.abc import Callable

import pytest

from app.core.liveness import LivenessVerdict
from app.flows.kiosk.types import (
    AuthMethod,
    DenialReason,
    Deny,
    KioskRules,
    KioskState,
    PinInsteadOfChallenge,
    PinUse,
    Unlock,
)
from tests.unit.flows.kiosk.film import ADA, BOB, Film, face
from tests.unit.flows.kiosk.test_machine import LIVE, SECOND, refusals, state

NOT_ENOUGH = LivenessVerdict.NOT_ENOUGH
OFFERED = KioskRules(liveness=True, pin_instead_of_challenge=PinInsteadOfChallenge.OFFERED)
ALWAYS = KioskRules(liveness=True, pin_instead_of_challenge=PinInsteadOfChallenge.ALWAYS)


def challenged(rules: KioskRules = LIVE, *, asked: bool = True) -> Film:
    """Ada is known, and has perhaps been asked for something."""
    film = Film(rules)
    film.show(face(), frames=5)
    film.show(face(), frames=3, living=NOT_ENOUGH, asked=asked)
    assert state(film) is KioskState.CHALLENGE
    return film


def hides(film: Film) -> None:
    film.show()


def is_another_one(film: Film) -> None:
    film.show(face("bob"))


def covers_the_camera(film: Film) -> None:
    film.kept(film.flow.camera(film.now, usable=False))


def asks_for_the_pin(film: Film) -> None:
    film.kept(film.flow.open_pin(film.now))


def pulls_the_camera_for_a_moment(film: Film) -> None:
    film.kept(film.flow.interrupted(film.now))


def does_not_move_for_long(film: Film) -> None:
    film.wait(1)
    film.show(face())


WAYS_OUT = [
    hides,
    is_another_one,
    covers_the_camera,
    asks_for_the_pin,
    pulls_the_camera_for_a_moment,
    does_not_move_for_long,
]


@pytest.mark.parametrize("way_out", WAYS_OUT)
def test_leaving_after_anything_was_asked_counts_once_by_whatever_way(way_out: Callable[[Film], None]) -> None:
    film = challenged()
    way_out(film)
    (left,) = film.did(Deny)
    assert isinstance(left, Deny)
    assert (left.refusal, left.person, left.counted, left.by_pin) == (DenialReason.NOT_FINISHED, ADA, True, False)
    film.show(face(), frames=3)
    assert len(film.did(Deny)) == 1


@pytest.mark.parametrize("way_out", WAYS_OUT)
def test_who_walks_by_before_anything_was_asked_has_not_failed(way_out: Callable[[Film], None]) -> None:
    film = challenged(asked=False)
    way_out(film)
    assert film.did(Deny) == []


def test_who_was_watched_for_as_long_as_it_takes_to_refuse_a_stranger_has_failed() -> None:
    film = challenged(asked=False)
    film.show(face(), frames=50, living=NOT_ENOUGH)
    film.show()
    assert refusals(film) == [DenialReason.NOT_FINISHED]


def test_who_has_left_may_try_again_at_once() -> None:
    film = challenged()
    film.show()
    film.show(face(), frames=5)
    film.show(face(), living=LivenessVerdict.PASSED)
    assert len(film.did(Unlock)) == 1


def test_a_challenge_that_was_given_up_is_refused_and_counts() -> None:
    film = challenged()
    film.show(face(), living=NOT_ENOUGH, over=True)
    assert state(film) is KioskState.DENIED
    assert refusals(film) == [DenialReason.NOT_FINISHED]


def test_a_challenge_that_was_passed_and_is_over_opens_the_door() -> None:
    film = challenged()
    film.show(face(judged=False), living=LivenessVerdict.PASSED, over=True)
    film.show(face(), frames=5, living=LivenessVerdict.PASSED, over=True)
    assert len(film.did(Unlock)) == 1
    assert film.did(Deny) == []


def test_what_is_said_of_another_run_gives_nothing_up() -> None:
    film = challenged()
    film.flow.observe(film.scene(face(), run=film.flow.status.run + 1, living=NOT_ENOUGH, over=True))
    assert state(film) is KioskState.CHALLENGE


def test_who_passes_and_is_asked_for_the_pin_has_left_nothing() -> None:
    film = challenged(KioskRules(liveness=True, pin=PinUse.AS_WELL))
    film.show(face(), living=LivenessVerdict.PASSED, asked=True, over=True)
    assert state(film) is KioskState.PIN
    assert film.did(Deny) == []


def test_who_cannot_move_types_their_own_pin_and_is_let_in_by_both() -> None:
    film = challenged(OFFERED)
    film.kept(film.flow.open_pin_instead_of_challenge(film.now))
    assert (state(film), film.flow.status.person) == (KioskState.PIN, ADA)
    film.kept(film.flow.pin_right(ADA, film.now))
    assert film.did(Unlock) == [], "the PIN alone opens nothing"
    film.show(face(), frames=5, living=NOT_ENOUGH)
    (unlock,) = film.did(Unlock)
    assert isinstance(unlock, Unlock)
    assert (unlock.means, unlock.person) == (AuthMethod.FACE_AND_PIN, ADA)


@pytest.mark.parametrize("whose", [None, BOB])
def test_no_other_pin_stands_in_for_moving(whose: object) -> None:
    film = challenged(OFFERED)
    film.kept(film.flow.open_pin_instead_of_challenge(film.now))
    film.kept(film.flow.claim(BOB, film.now))
    film.kept(film.flow.pin_right(whose, film.now))  # type: ignore[arg-type]
    assert (state(film), film.did(Unlock)) == (KioskState.PIN, [])


def test_the_pin_that_stands_in_for_moving_opens_for_nobody_else() -> None:
    film = challenged(OFFERED)
    film.kept(film.flow.open_pin_instead_of_challenge(film.now))
    film.kept(film.flow.pin_right(ADA, film.now))
    film.show(face("bob", track=2), frames=40, living=NOT_ENOUGH)
    assert film.did(Unlock) == []


def test_a_pin_does_not_make_a_picture_living() -> None:
    film = challenged(OFFERED)
    film.kept(film.flow.open_pin_instead_of_challenge(film.now))
    film.kept(film.flow.pin_right(ADA, film.now))
    film.show(face(), frames=10, living=LivenessVerdict.FAILED)
    assert film.did(Unlock) == []
    assert refusals(film)[-1] is DenialReason.NOT_LIVE


def test_where_it_is_not_offered_there_is_no_such_way() -> None:
    film = challenged()
    film.kept(film.flow.open_pin_instead_of_challenge(film.now))
    assert state(film) is KioskState.CHALLENGE


def test_where_nobody_is_asked_to_move_the_pin_comes_at_once() -> None:
    film = Film(ALWAYS)
    film.show(face(), frames=5, living=NOT_ENOUGH)
    assert (state(film), film.flow.status.person) == (KioskState.PIN, ADA)
    film.kept(film.flow.pin_right(ADA, film.now))
    film.show(face(), frames=5, living=NOT_ENOUGH)
    assert len(film.did(Unlock)) == 1


def test_where_both_are_asked_for_the_one_pin_is_enough() -> None:
    film = challenged(
        KioskRules(liveness=True, pin=PinUse.AS_WELL, pin_instead_of_challenge=PinInsteadOfChallenge.OFFERED)
    )
    film.kept(film.flow.open_pin_instead_of_challenge(film.now))
    film.kept(film.flow.pin_right(ADA, film.now))
    film.show(face(), frames=5, living=NOT_ENOUGH)
    assert len(film.did(Unlock)) == 1


def test_who_looked_down_at_the_pad_may_show_to_be_living_once_more() -> None:
    film = challenged(KioskRules(liveness=True, pin=PinUse.AS_WELL, challenge_ns=40 * SECOND))
    film.show(face(), living=LivenessVerdict.PASSED, asked=True, over=True)
    film.show()
    film.kept(film.flow.pin_right(ADA, film.now))
    film.show(face(), frames=35 * 30, living=NOT_ENOUGH, asked=True)
    film.show(face(), living=LivenessVerdict.PASSED, asked=True, over=True)
    assert len(film.did(Unlock)) == 1
