"""What is said of whether a face is living: counted, written down, and shown."""

import pytest

from app.core.audit import AuditKind
from app.core.credentials import PinOwner, PinRole
from app.core.liveness import CueName, CueResult, LivenessVerdict
from app.core.people import Person
from app.flows.kiosk.types import KioskState
from app.flows.liveness.light_sequence import LIGHT_STEP_NS, LIGHT_STEPS
from tests.unit.services.kiosk.bench import FRAME_S, Bench
from tests.unit.services.kiosk.conftest import MakeBench

CHALLENGE = {"policy": "challenge"}
ASKED_AFTER = 5 + 20
"""Frames until a face is known, has rested, and is asked to move."""


def with_ada(make_bench: MakeBench, **liveness: object) -> tuple[Bench, Person]:
    bench = make_bench(liveness=CHALLENGE | liveness)
    ada = bench.enrol("Ada", 0)
    bench.desk.open()
    return bench, ada


def prompt(bench: Bench) -> object:
    challenge = bench.desk.view.challenge
    return challenge.prompt if challenge else None


def test_who_hides_from_each_order_is_locked_out_at_the_tenth(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench)
    for number in range(1, 11):
        assert bench.show(0, ASKED_AFTER) is KioskState.CHALLENGE
        assert prompt(bench) is not None
        after = bench.show(None)
        assert (after is KioskState.LOCKED_OUT) is (number == 10)
    assert [entry["reason"] for entry in bench.audited(AuditKind.DENIED)] == ["not-finished"] * 10
    bench.show(0, 60)
    assert (bench.desk.state, bench.challenges) == (KioskState.LOCKED_OUT, 10)
    bench.wait(31)
    bench.show(0, ASKED_AFTER)
    bench.show(None)
    assert [entry["seconds"] for entry in bench.audited(AuditKind.LOCKED_OUT)] == [60, 30]


def test_the_pin_is_no_way_around_that(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench)
    for _ in range(10):
        bench.show(0, ASKED_AFTER)
        bench.desk.open_pin()
        bench.desk.close_pin()
    assert bench.desk.state is KioskState.LOCKED_OUT
    assert len(bench.audited(AuditKind.DENIED)) == 10
    assert bench.audited(AuditKind.PIN_REFUSED) == []


def test_who_never_comes_to_rest_is_refused_and_asked_nothing_anew(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench)
    bench.show(0, 6)
    bench.clock.advance(0.1)
    # Without an embedding a face cannot come to rest, and without rest nobody is asked for anything.
    bench.judged = False
    for _ in range(round(9 / FRAME_S)):
        bench.show(0)
        if bench.desk.state is KioskState.DENIED:
            break
    assert bench.audited(AuditKind.DENIED)[0]["reason"] == "not-finished"
    assert bench.challenges == 1


def test_the_trail_says_what_was_run_and_what_was_not(make_bench: MakeBench) -> None:
    bench = make_bench(liveness={"policy": "passive"})
    bench.enrol("Ada", 0)
    bench.desk.open()
    bench.cues = (
        CueResult(CueName.CHALLENGE, LivenessVerdict.NOT_RUN),
        CueResult(CueName.GEOMETRY, LivenessVerdict.PASSED),
    )
    assert bench.show(0, 5) is KioskState.GRANTED
    (entry,) = bench.audited(AuditKind.UNLOCKED)
    assert entry["liveness"] == "passed"
    assert entry["liveness_policy"] == "passive"
    assert entry["liveness_cues"] == "challenge=not-run geometry=passed"
    shown = bench.desk.view.liveness
    assert shown is not None
    assert shown.verdict is LivenessVerdict.PASSED


def test_a_refusal_says_which_cue_failed(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench)
    bench.cues = (CueResult(CueName.GEOMETRY, LivenessVerdict.FAILED),)
    assert bench.show(0, 5) is KioskState.DENIED
    (entry,) = bench.audited(AuditKind.DENIED)
    assert (entry["reason"], entry["liveness"]) == ("not-live", "failed")
    assert "geometry=failed" in entry["liveness_cues"]
    shown = bench.desk.view.liveness
    assert shown is not None
    assert shown.cue(CueName.GEOMETRY).verdict is LivenessVerdict.FAILED


def test_who_hides_is_refused_with_what_was_known(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench)
    bench.show(0, ASKED_AFTER)
    bench.show(1)
    (entry,) = bench.audited(AuditKind.DENIED)
    assert (entry["reason"], entry["liveness_cues"]) == ("not-finished", "challenge=not-enough-evidence")


def test_a_pin_alone_says_that_no_face_was_looked_at(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench)
    bench.pins.set(PinOwner(PinRole.SITE, "door"), "4071")
    bench.desk.open_pin()
    bench.desk.enter_pin("4071")
    (entry,) = bench.audited(AuditKind.UNLOCKED)
    assert (entry["means"], entry["liveness"]) == ("pin", "not-run")
    assert "liveness_cues" not in entry
    assert bench.desk.view.liveness is None


def test_who_cannot_move_types_their_own_pin_and_the_trail_says_so(make_bench: MakeBench) -> None:
    bench, ada = with_ada(make_bench, pin_instead="offered")
    bench.pins.set(PinOwner(PinRole.PERSON, ada.id), "4071")
    bench.show(0, ASKED_AFTER)
    bench.desk.open_pin_instead_of_challenge()
    assert bench.desk.view.status.person == ada
    bench.desk.enter_pin("4071")
    assert bench.show(0, 5) is KioskState.GRANTED
    (entry,) = bench.audited(AuditKind.UNLOCKED)
    assert (entry["means"], entry["pin_for_moving"], entry["liveness"]) == (
        "face-and-pin",
        True,
        "not-enough-evidence",
    )
    for _ in range(9):
        bench.show(None, 100)
        bench.show(0, ASKED_AFTER)
        bench.show(None)
    assert bench.desk.state is not KioskState.LOCKED_OUT, "getting in ends the count"


def test_the_screen_shines_before_anybody_is_asked_to_move(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench, light=True)
    bench.show(0, 6)
    light = bench.desk.view.light
    assert light is not None
    assert bench.shone == [light]
    assert bench.desk.view.challenge is None
    bench.show(0, round(LIGHT_STEPS * LIGHT_STEP_NS / 1e9 / FRAME_S) + 1)
    assert bench.desk.view.light is None
    bench.show(0, 20)
    assert prompt(bench) is not None


def test_colours_that_were_shown_are_an_order_too(make_bench: MakeBench) -> None:
    bench, _ = with_ada(make_bench, light=True)
    bench.show(0, 8)
    bench.show(None)
    assert [entry["reason"] for entry in bench.audited(AuditKind.DENIED)] == ["not-finished"]
    assert bench.desk.view.light is None


@pytest.mark.parametrize("policy", ["off", "passive"])
def test_nobody_is_asked_for_anything_unless_the_policy_says_so(make_bench: MakeBench, policy: str) -> None:
    bench = make_bench(liveness={"policy": policy, "light": True})
    bench.enrol("Ada", 0)
    bench.desk.open()
    bench.show(0, 40)
    assert (bench.challenges, bench.shone) == (0, [])
