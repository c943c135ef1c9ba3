"""The kiosk's state machine with the liveness check: abandoned challenges, and a PIN instead of a challenge."""

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
from tests.unit.flows.kiosk.test_machine import LIVE, SECOND, denials, state

NOT_ENOUGH = LivenessVerdict.NOT_ENOUGH
OFFERED = KioskRules(liveness=True, pin_instead_of_challenge=PinInsteadOfChallenge.OFFERED)
ALWAYS = KioskRules(liveness=True, pin_instead_of_challenge=PinInsteadOfChallenge.ALWAYS)


def challenged(rules: KioskRules = LIVE, *, prompted: bool = True) -> Film:
    """Return a film in which Ada is recognised and challenged, with or without a prompt."""
    film = Film(rules)
    film.show(face(), frames=5)
    film.show(face(), frames=3, liveness=NOT_ENOUGH, prompted=prompted)
    assert state(film) is KioskState.CHALLENGE
    return film


def show_no_face(film: Film) -> None:
    film.show()


def show_another_face(film: Film) -> None:
    film.show(face("bob"))


def lose_the_camera(film: Film) -> None:
    film.record(film.flow.set_camera_usable(film.now, usable=False))


def open_the_pin(film: Film) -> None:
    film.record(film.flow.open_pin(film.now))


def interrupt(film: Film) -> None:
    film.record(film.flow.interrupt(film.now))


def pause(film: Film) -> None:
    film.wait(1)
    film.show(face())


WAYS_TO_ABANDON = [
    show_no_face,
    show_another_face,
    lose_the_camera,
    open_the_pin,
    interrupt,
    pause,
]


@pytest.mark.parametrize("abandon", WAYS_TO_ABANDON)
def test_abandoning_a_challenge_after_a_prompt_is_one_failed_attempt(abandon: Callable[[Film], None]) -> None:
    film = challenged()
    abandon(film)
    (left,) = film.did(Deny)
    assert isinstance(left, Deny)
    assert (left.reason, left.person, left.is_failed_attempt, left.by_pin) == (
        DenialReason.NOT_FINISHED,
        ADA,
        True,
        False,
    )
    film.show(face(), frames=3)
    assert len(film.did(Deny)) == 1


@pytest.mark.parametrize("abandon", WAYS_TO_ABANDON)
def test_abandoning_a_challenge_before_a_prompt_is_no_failed_attempt(abandon: Callable[[Film], None]) -> None:
    film = challenged(prompted=False)
    abandon(film)
    assert film.did(Deny) == []


def test_abandoning_a_challenge_after_the_rejection_time_is_a_failed_attempt() -> None:
    film = challenged(prompted=False)
    film.show(face(), frames=50, liveness=NOT_ENOUGH)
    film.show()
    assert denials(film) == [DenialReason.NOT_FINISHED]


def test_an_abandoned_challenge_can_be_retried_immediately() -> None:
    film = challenged()
    film.show()
    film.show(face(), frames=5)
    film.show(face(), liveness=LivenessVerdict.PASSED)
    assert len(film.did(Unlock)) == 1


def test_a_challenge_that_is_given_up_is_denied_and_counts() -> None:
    film = challenged()
    film.show(face(), liveness=NOT_ENOUGH, is_final=True)
    assert state(film) is KioskState.DENIED
    assert denials(film) == [DenialReason.NOT_FINISHED]


def test_a_passed_challenge_grants_access() -> None:
    film = challenged()
    film.show(face(judged=False), liveness=LivenessVerdict.PASSED, is_final=True)
    film.show(face(), frames=5, liveness=LivenessVerdict.PASSED, is_final=True)
    assert len(film.did(Unlock)) == 1
    assert film.did(Deny) == []


def test_the_liveness_of_another_run_is_ignored() -> None:
    film = challenged()
    film.flow.observe(film.observation(face(), run=film.flow.status.run + 1, liveness=NOT_ENOUGH, is_final=True))
    assert state(film) is KioskState.CHALLENGE


def test_asking_for_the_pin_after_a_passed_challenge_is_no_failed_attempt() -> None:
    film = challenged(KioskRules(liveness=True, pin=PinUse.AS_WELL))
    film.show(face(), liveness=LivenessVerdict.PASSED, prompted=True, is_final=True)
    assert state(film) is KioskState.PIN
    assert film.did(Deny) == []


def test_the_person_s_pin_replaces_the_challenge() -> None:
    film = challenged(OFFERED)
    film.record(film.flow.open_pin_instead_of_challenge(film.now))
    assert (state(film), film.flow.status.person) == (KioskState.PIN, ADA)
    film.record(film.flow.accept_pin(ADA, film.now))
    assert film.did(Unlock) == [], "the PIN alone opens nothing"
    film.show(face(), frames=5, liveness=NOT_ENOUGH)
    (unlock,) = film.did(Unlock)
    assert isinstance(unlock, Unlock)
    assert (unlock.method, unlock.person) == (AuthMethod.FACE_AND_PIN, ADA)


@pytest.mark.parametrize("owner", [None, BOB])
def test_no_other_pin_replaces_the_challenge(owner: object) -> None:
    film = challenged(OFFERED)
    film.record(film.flow.open_pin_instead_of_challenge(film.now))
    film.record(film.flow.claim(BOB, film.now))
    film.record(film.flow.accept_pin(owner, film.now))  # type: ignore[arg-type]
    assert (state(film), film.did(Unlock)) == (KioskState.PIN, [])


def test_the_pin_instead_of_the_challenge_is_not_valid_for_another_face() -> None:
    film = challenged(OFFERED)
    film.record(film.flow.open_pin_instead_of_challenge(film.now))
    film.record(film.flow.accept_pin(ADA, film.now))
    film.show(face("bob", track=2), frames=40, liveness=NOT_ENOUGH)
    assert film.did(Unlock) == []


def test_a_pin_does_not_replace_a_failed_check() -> None:
    film = challenged(OFFERED)
    film.record(film.flow.open_pin_instead_of_challenge(film.now))
    film.record(film.flow.accept_pin(ADA, film.now))
    film.show(face(), frames=10, liveness=LivenessVerdict.FAILED)
    assert film.did(Unlock) == []
    assert denials(film)[-1] is DenialReason.NOT_LIVE


def test_the_pin_instead_of_the_challenge_must_be_offered() -> None:
    film = challenged()
    film.record(film.flow.open_pin_instead_of_challenge(film.now))
    assert state(film) is KioskState.CHALLENGE


def test_without_challenges_the_pin_is_asked_for_directly() -> None:
    film = Film(ALWAYS)
    film.show(face(), frames=5, liveness=NOT_ENOUGH)
    assert (state(film), film.flow.status.person) == (KioskState.PIN, ADA)
    film.record(film.flow.accept_pin(ADA, film.now))
    film.show(face(), frames=5, liveness=NOT_ENOUGH)
    assert len(film.did(Unlock)) == 1


def test_one_pin_is_second_factor_and_replaces_the_challenge() -> None:
    film = challenged(
        KioskRules(liveness=True, pin=PinUse.AS_WELL, pin_instead_of_challenge=PinInsteadOfChallenge.OFFERED)
    )
    film.record(film.flow.open_pin_instead_of_challenge(film.now))
    film.record(film.flow.accept_pin(ADA, film.now))
    film.show(face(), frames=5, liveness=NOT_ENOUGH)
    assert len(film.did(Unlock)) == 1


def test_the_check_can_be_repeated_after_the_second_factor() -> None:
    film = challenged(KioskRules(liveness=True, pin=PinUse.AS_WELL, challenge_ns=40 * SECOND))
    film.show(face(), liveness=LivenessVerdict.PASSED, prompted=True, is_final=True)
    film.show()
    film.record(film.flow.accept_pin(ADA, film.now))
    film.show(face(), frames=35 * 30, liveness=NOT_ENOUGH, prompted=True)
    film.show(face(), liveness=LivenessVerdict.PASSED, prompted=True, is_final=True)
    assert len(film.did(Unlock)) == 1
