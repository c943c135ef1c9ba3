"""Verification of one person in front of a camera."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

import pytest

from app.core.errors import CameraLost
from app.core.lockout import AttemptChannel, LockoutScope
from app.core.people import Person
from app.core.settings.sections import CameraSettings, LivenessSettings, RecognitionSettings
from app.pipeline.results import FrameResult
from app.services.access.lockouts import LockoutCounter
from app.services.kiosk.access_policy import AccessPolicy
from app.services.kiosk.camera_verifier import CameraVerifier, VerificationOutcome
from app.services.kiosk.liveness_tracker import LivenessTracker
from app.services.live.live_service import LiveService
from app.store.credentials.repositories import LockoutRepository
from tests.unit.services.kiosk.bench import FRAME_S, Bench, row
from tests.unit.services.kiosk.conftest import MakeBench

ADA, STRANGER = 0, 1
CAMERA = CameraSettings(source="demo")
Seconds = tuple[int | None, float]


class Shown:
    """A camera that shows faces, each for some seconds, and counts its frames."""

    def __init__(self, bench: Bench, *shown: Seconds) -> None:
        self._bench, self._shown, self.taken = bench, shown, 0

    @contextmanager
    def watching(self, _: CameraSettings) -> Iterator["Shown"]:
        yield self

    def results(self) -> Iterator[FrameResult]:
        for number, seconds in self._shown:
            for _ in range(round(seconds / FRAME_S)):
                self.taken += 1
                yield self._bench.result(number)


def scope_of(person: Person) -> LockoutScope:
    return LockoutScope(AttemptChannel.FACE, person_id=person.id)


def verifier(bench: Bench, shown: Shown) -> CameraVerifier:
    return CameraVerifier(
        cast(LiveService, shown),
        AccessPolicy(bench.policy, bench.gallery_cache, row(), RecognitionSettings(), bench.clock, 5),
        LivenessTracker(bench.challenge_provider(), 0),
        LockoutCounter(LockoutRepository(bench.database), bench.clock),
        bench.policy.rules(0.5, LivenessSettings()),
    )


def outcomes(bench: Bench, shown: Sequence[Seconds], *, times: int = 1, failed: int = 0) -> list[VerificationOutcome]:
    ada = next(person for person in bench.store.all() if person.name == "Ada")
    for _ in range(failed):
        LockoutCounter(LockoutRepository(bench.database), bench.clock).failed(scope_of(ada))
    made = [verifier(bench, Shown(bench, *shown)).verify(CAMERA, ada, 10.0) for _ in range(times)]
    return [ended.outcome for ended in made]


@pytest.mark.parametrize(
    ("shown", "outcome"),
    [
        ([(ADA, 20.0)], VerificationOutcome.ACCEPTED),
        ([(None, 5.0), (ADA, 20.0)], VerificationOutcome.ACCEPTED),
        ([(STRANGER, 4.0), (ADA, 20.0)], VerificationOutcome.ACCEPTED),
        ([(STRANGER, 3.0), (None, 2.0), (ADA, 20.0)], VerificationOutcome.ACCEPTED),
        ([(STRANGER, 11.0), (ADA, 20.0)], VerificationOutcome.REJECTED),
        ([(STRANGER, 2.0)], VerificationOutcome.REJECTED),
        ([(STRANGER, 20.0)], VerificationOutcome.REJECTED),
    ],
)
def test_the_person_can_appear_within_the_time(
    bench: Bench, shown: list[Seconds], outcome: VerificationOutcome
) -> None:
    assert outcomes(bench, shown) == [outcome]


def test_a_match_ends_the_verification_and_the_timeout_holds(bench: Bench) -> None:
    ada = bench.store.all()[0]
    right = Shown(bench, (ADA, 60.0))
    assert verifier(bench, right).verify(CAMERA, ada, 10.0).match is not None
    assert right.taken * FRAME_S < 1.0
    wrong = Shown(bench, (STRANGER, 60.0))
    verifier(bench, wrong).verify(CAMERA, ada, 10.0)
    assert 10.0 <= wrong.taken * FRAME_S < 10.2


def test_every_rejection_is_a_failed_attempt(bench: Bench) -> None:
    """Waiting gives no more attempts than separate verifications."""
    assert outcomes(bench, [(STRANGER, 20.0)], times=3) == [VerificationOutcome.REJECTED] * 3
    assert outcomes(bench, [(ADA, 20.0)]) == [VerificationOutcome.LOCKED_OUT]


def test_the_rejection_that_causes_a_delay_ends_the_verification(bench: Bench) -> None:
    assert outcomes(bench, [(STRANGER, 4.0), (ADA, 20.0)], failed=4) == [VerificationOutcome.REJECTED]


def test_a_match_resets_the_count(bench: Bench) -> None:
    for _ in range(6):
        assert outcomes(bench, [(STRANGER, 4.0), (ADA, 20.0)]) == [VerificationOutcome.ACCEPTED]


def test_a_failed_liveness_check_ends_the_verification(make_bench: MakeBench) -> None:
    bench = make_bench(liveness={"policy": "challenge"})
    bench.enrol("Ada", ADA)
    with_none_shown = outcomes(bench, [(ADA, 9.0), (STRANGER, 20.0)])
    assert with_none_shown == [VerificationOutcome.NOT_LIVE]


def test_no_face_is_reported_as_a_camera_problem(bench: Bench) -> None:
    with pytest.raises(CameraLost, match="No face could be judged"):
        outcomes(bench, [(None, 20.0)])


def test_a_match_is_refused_if_other_processes_have_failed_too_often_meanwhile(bench: Bench) -> None:
    """The delay is checked when the verification ends, too: parallel processes share their failures."""
    ada = next(person for person in bench.store.all() if person.name == "Ada")

    class OthersFail(Shown):
        def results(self) -> Iterator[FrameResult]:
            for _ in range(5):
                LockoutCounter(LockoutRepository(bench.database), bench.clock).failed(scope_of(ada))
            yield from super().results()

    ended = verifier(bench, OthersFail(bench, (ADA, 3.0))).verify(CAMERA, ada, 10.0)
    assert ended.outcome is VerificationOutcome.LOCKED_OUT
    assert ended.left_s > 25
