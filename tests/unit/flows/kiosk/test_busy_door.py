"""Simulated hours at a door: posters, passers-by and many strangers keep no person out."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from app.core.faces import Box, Embedding
from app.core.match_decision import Match
from app.core.people import Person
from app.flows.kiosk.candidates import IntentRule
from app.flows.kiosk.face_run import ObservedFace
from app.flows.kiosk.types import Deny, KioskRules, KioskState, Unlock
from tests.unit.flows.kiosk.film import ADA, ELSEWHERE, FakeAccessCheck, Film, face

STEP_NS = 100_000_000
RULES = KioskRules(intent=IntentRule(min_share=0.08))


def stranger(number: int, track: int, box: Box = ELSEWHERE) -> ObservedFace:
    """Return the face of one of many strangers, who do not resemble each other."""
    vector = np.random.default_rng(number).standard_normal(64).astype(np.float32)
    vector[:4] = 0
    return ObservedFace(track, box, Embedding(vector / np.linalg.norm(vector), "test"), 0.9, (), 0.3, 0.2)


def widened(known: ObservedFace) -> ObservedFace:
    """Return a face with an embedding as long as those of strangers."""
    assert known.embedding is not None
    vector = np.concatenate([known.embedding.vector, np.zeros(60, np.float32)])
    return ObservedFace(known.track, known.box, Embedding(vector, "test"), known.weight)


@dataclass
class Gallery(FakeAccessCheck):
    """Ada and Bob, compared in the first four of 64 dimensions."""

    known: tuple[Person, ...] = field(default=(ADA,))

    def compare(self, probe: Embedding) -> Match:
        return super().compare(Embedding(probe.vector[:4], "test"))


@pytest.fixture
def film() -> Film:
    return Film(RULES, Gallery())


def denials(film: Film) -> int:
    return sum(isinstance(effect, Deny) and effect.is_failed_attempt for effect in film.effects)


def test_a_poster_for_three_hours_is_one_attempt_and_keeps_no_person_out(film: Film) -> None:
    poster = stranger(1, 1)
    for visit in range(60):
        film.show(poster, frames=1800 if visit else 5, step_ns=STEP_NS)
        before, arrived = len(film.did(Unlock)), film.now
        while len(film.did(Unlock)) == before:
            film.show(poster, widened(face(track=2 + visit)), step_ns=STEP_NS)
            assert film.now - arrived <= 3_000_000_000
    assert film.now > 3 * 3500 * 10**9
    assert denials(film) == 1


def test_people_walking_by_are_no_failed_attempts(film: Film) -> None:
    for number in range(10):
        for step in range(40):  # four seconds, at half a face width per frame
            box = Box(20 + 15 * step, 100, 30, 40)
            film.show(stranger(number, number + 1, box), step_ns=STEP_NS)
        film.show(frames=15, step_ns=STEP_NS)
    assert denials(film) == 0
    assert film.flow.status.state is KioskState.IDLE


def test_distant_people_are_not_processed(film: Film) -> None:
    seen = stranger(1, 1)
    distant = ObservedFace(seen.track, seen.box, seen.embedding, share=0.05)
    film.show(distant, frames=100, step_ns=STEP_NS)
    assert (denials(film), film.flow.status.state) == (0, KioskState.IDLE)


def test_each_stranger_who_comes_is_one_attempt(film: Film) -> None:
    """Strangers are granted access as often as one attempt each is: none gets a second comparison by staying."""
    for number in range(100):
        film.show(stranger(number, number + 1), frames=100, step_ns=STEP_NS)
        film.show(frames=15, step_ns=STEP_NS)
    assert denials(film) == 100
    assert film.did(Unlock) == []
