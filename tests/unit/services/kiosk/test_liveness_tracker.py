"""The liveness check at a kiosk: lockout counts, audit entries, and the view."""

import pytest

from app.core.audit import AuditKind
from app.core.credentials import PinOwner, PinRole
from app.core.liveness import CueName, CueResult, LivenessVerdict
from app.core.people import Person
from app.flows.kiosk.types import KioskState
from app.flows.liveness.light_sequence import LIGHT_STEP_NS, LIGHT_STEPS
from app.flows.lockout import FAILURE_LIMIT
from tests.fakes.liveness import PASSED_NETWORK
from tests.unit.services.kiosk.bench import FRAME_S, Bench
from tests.unit.services.kiosk.conftest import MakeBench

CHALLENGE = {"policy": "challenge"}
PROMPTED_AFTER = 5 + 20
"""Frames until a face is recognised, has rested, and sees the first prompt."""


def with_ada(make_bench: MakeBench, **liveness: object) -> tuple[Bench, Person]:
    bench = make_bench(liveness=CHALLENGE | liveness)
    ada = bench.enrol("Ada", 0)
    bench.controller.open()
    return bench, ada


def prompt(bench: Bench) -> object:
    challenge = bench.controller.view.challenge
    return challenge.prompt if challenge else None


def test_five_abandoned_challenges_delay_the_face(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench)
    for _ in range(FAILURE_LIMIT):
        assert bench.show(0, PROMPTED_AFTER) is KioskState.CHALLENGE
        assert prompt(bench) is not None
        bench.show(None)
    assert [entry["reason"] for entry in bench.audit_details(AuditKind.DENIED)] == ["not-finished"] * FAILURE_LIMIT
    bench.show(0, 60)
    assert (bench.controller.view.status.is_rejected, bench.challenges) == (True, FAILURE_LIMIT)
    bench.wait(31)
    assert bench.show(0, PROMPTED_AFTER) is KioskState.CHALLENGE
    bench.show(None)
    bench.wait(59)
    bench.show(0, PROMPTED_AFTER)
    assert bench.challenges == FAILURE_LIMIT + 1


def test_opening_the_pin_pad_abandons_the_challenge(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench)
    for _ in range(FAILURE_LIMIT):
        bench.show(0, PROMPTED_AFTER)
        bench.controller.open_pin()
        bench.controller.close_pin()
    bench.show(0, PROMPTED_AFTER)
    assert bench.challenges == FAILURE_LIMIT
    assert len(bench.audit_details(AuditKind.DENIED)) == FAILURE_LIMIT
    assert bench.audit_details(AuditKind.PIN_REFUSED) == []


def test_a_face_that_never_rests_is_denied_without_a_second_challenge(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench)
    bench.show(0, 6)
    bench.clock.advance(0.1)
    # A face without embedding cannot come to rest, and without rest there is no prompt.
    bench.judged = False
    for _ in range(round(9 / FRAME_S)):
        bench.show(0)
        if bench.controller.state is KioskState.DENIED:
            break
    assert bench.audit_details(AuditKind.DENIED)[0]["reason"] == "not-finished"
    assert bench.challenges == 1


def test_the_audit_log_lists_the_cues(make_bench: MakeBench) -> None:
    bench = make_bench(liveness={"policy": "passive"})
    bench.enrol("Ada", 0)
    bench.controller.open()
    bench.cues = (
        CueResult(CueName.CHALLENGE, LivenessVerdict.NOT_RUN),
        CueResult(CueName.GEOMETRY, LivenessVerdict.PASSED),
        PASSED_NETWORK,
    )
    assert bench.show(0, 5) is KioskState.GRANTED
    (entry,) = bench.audit_details(AuditKind.UNLOCKED)
    assert entry["liveness"] == "passed"
    assert entry["liveness_policy"] == "passive"
    assert entry["liveness_cues"] == "challenge=not-run geometry=passed network:fake=passed"
    shown = bench.controller.view.liveness
    assert shown is not None
    assert shown.verdict is LivenessVerdict.PASSED


def test_a_denial_names_the_failed_cue(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench)
    bench.cues = (CueResult(CueName.GEOMETRY, LivenessVerdict.FAILED),)
    assert bench.show(0, 5) is KioskState.DENIED
    (entry,) = bench.audit_details(AuditKind.DENIED)
    assert (entry["reason"], entry["liveness"]) == ("not-live", "failed")
    assert "geometry=failed" in entry["liveness_cues"]
    shown = bench.controller.view.liveness
    assert shown is not None
    assert shown.cue(CueName.GEOMETRY).verdict is LivenessVerdict.FAILED


def test_an_abandoned_challenge_is_recorded_with_its_evidence(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench)
    bench.show(0, PROMPTED_AFTER)
    bench.show(1)
    (entry,) = bench.audit_details(AuditKind.DENIED)
    assert (entry["reason"], entry["liveness_cues"]) == ("not-finished", "challenge=not-enough-evidence")


def test_a_pin_alone_is_recorded_without_liveness(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench)
    bench.pins.set(PinOwner(PinRole.SITE, "door"), "407183")
    bench.controller.open_pin()
    bench.controller.enter_pin("407183")
    (entry,) = bench.audit_details(AuditKind.UNLOCKED)
    assert (entry["means"], entry["liveness"]) == ("pin", "not-run")
    assert "liveness_cues" not in entry
    assert bench.controller.view.liveness is None


def test_a_pin_instead_of_the_challenge_is_recorded(make_bench: MakeBench) -> None:
    bench, ada = with_ada(make_bench, pin_instead="offered")
    bench.pins.set(PinOwner(PinRole.PERSON, ada.id), "407183")
    bench.show(0, PROMPTED_AFTER)
    bench.controller.open_pin_instead_of_challenge()
    assert bench.controller.view.status.person == ada
    bench.controller.enter_pin("407183")
    assert bench.show(0, 5) is KioskState.GRANTED
    (entry,) = bench.audit_details(AuditKind.UNLOCKED)
    assert (entry["means"], entry["pin_for_moving"], entry["liveness"]) == (
        "face-and-pin",
        True,
        "not-enough-evidence",
    )
    for _ in range(9):
        bench.show(None, 100)
        bench.show(0, PROMPTED_AFTER)
        bench.show(None)
    assert bench.controller.state is not KioskState.LOCKED_OUT, "a grant resets the count"


def test_the_light_sequence_comes_before_the_movements(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench, light=True)
    bench.show(0, 6)
    light = bench.controller.view.light
    assert light is not None
    assert bench.shone == [light]
    assert bench.controller.view.challenge is None
    bench.show(0, round(LIGHT_STEPS * LIGHT_STEP_NS / 1e9 / FRAME_S) + 1)
    assert bench.controller.view.light is None
    bench.show(0, 20)
    assert prompt(bench) is not None


def test_a_shown_colour_counts_as_a_prompt(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench, light=True)
    bench.show(0, 8)
    bench.show(None)
    assert [entry["reason"] for entry in bench.audit_details(AuditKind.DENIED)] == ["not-finished"]
    assert bench.controller.view.light is None


@pytest.mark.parametrize("policy", ["off", "passive"])
def test_only_challenge_policies_have_prompts(make_bench: MakeBench, policy: str) -> None:
    bench = make_bench(liveness={"policy": policy, "light": True})
    bench.enrol("Ada", 0)
    bench.controller.open()
    bench.show(0, 40)
    assert (bench.challenges, bench.shone) == (0, [])
