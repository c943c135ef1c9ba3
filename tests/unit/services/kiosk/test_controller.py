"""The kiosk's controller: lockouts, PINs, actions and the audit log."""

import sqlite3

import pytest

from app.core.audit import AuditKind
from app.core.credentials import ADMIN_PIN_OWNER, PinOwner, PinRole
from app.core.errors import ActionError, CameraLost
from app.core.liveness import CueName, CueResult, LivenessVerdict
from app.core.lockout import AttemptChannel, LockoutScope
from app.core.unlock import AuthFactor
from app.flows.kiosk.types import DenialReason, KioskState
from app.services.access.lockouts import LockoutCounter
from app.services.actions.reports import ActionReport, ActionStatus
from app.store.credentials.repositories import LockoutRepository
from tests.unit.services.kiosk.bench import Bench
from tests.unit.services.kiosk.conftest import MakeBench

SITE = PinOwner(PinRole.SITE, "door")
STRANGER = 100
FACES = LockoutScope(AttemptChannel.FACE, kiosk="door")
ADA_PIN = LockoutScope(AttemptChannel.PIN, kiosk="own")


def state(bench: Bench) -> KioskState:
    return bench.controller.state


def fail(bench: Bench, times: int = 1, *, stranger: int = STRANGER) -> None:
    """Let a stranger be denied a number of times, and leave after each."""
    for _ in range(times):
        while bench.show(stranger) not in {KioskState.DENIED, KioskState.LOCKED_OUT}:
            pass
        bench.wait(3.1)
        bench.show(None)


def fail_overall(bench: Bench) -> None:
    """Let different strangers be denied until faces are locked out."""
    for number in range(50):
        fail(bench, stranger=STRANGER + number)


def test_a_known_face_unlocks_and_is_recorded(bench: Bench) -> None:
    assert bench.show(0, 5) is KioskState.GRANTED
    (event,) = bench.dispatched
    assert (event.kiosk, event.person_name, event.factors, event.test) == ("door", "Ada", (AuthFactor.FACE,), False)
    assert event.similarity == pytest.approx(1.0)
    (entry,) = bench.audit_details(AuditKind.UNLOCKED)
    assert (entry["means"], entry["event"], entry["similarity"]) == ("face", event.id, 1.0)


def test_five_failed_attempts_delay_that_face_and_no_other(bench: Bench) -> None:
    fail(bench, 5)
    assert [entry["reason"] for entry in bench.audit_details(AuditKind.DENIED)] == ["not-recognised"] * 5
    assert bench.show(STRANGER, 200) is KioskState.IDLE
    assert bench.controller.view.status.is_rejected
    assert len(bench.audit_details(AuditKind.DENIED)) == 5
    assert bench.show(0, 5) is KioskState.GRANTED
    bench.wait(31)
    fail(bench)
    assert len(bench.audit_details(AuditKind.DENIED)) == 6


def test_fifty_failed_attempts_lock_faces_out_until_a_reset(bench: Bench) -> None:
    fail_overall(bench)
    assert state(bench) is KioskState.LOCKED_OUT
    assert bench.audit_details(AuditKind.LOCKED_OUT) == [{"until_reset": True}]
    bench.wait(100 * 3600)
    assert bench.show(0, 10) is KioskState.LOCKED_OUT
    assert bench.dispatched == []
    bench.controller = bench.make_controller()
    bench.controller.open()
    assert state(bench) is KioskState.LOCKED_OUT
    LockoutCounter(LockoutRepository(bench.database), bench.clock).reset(FACES)
    assert bench.wait(1) is KioskState.IDLE
    assert bench.show(0, 5) is KioskState.GRANTED


def test_a_badge_works_while_faces_are_locked_out(bench: Bench) -> None:
    fail_overall(bench)
    bench.controller.badge("K-77")
    assert bench.show(0, 5) is KioskState.GRANTED


def test_the_site_pin_ends_the_lockout_of_faces_and_a_personal_one_does_not(bench: Bench) -> None:
    (ada,) = bench.store.all()
    bench.pins.set(SITE, "407183")
    bench.pins.set(PinOwner(PinRole.PERSON, ada.id), "8052")
    fail_overall(bench)
    bench.controller.open_pin()
    bench.controller.badge("K-77")
    bench.controller.enter_pin("8052")
    assert len(bench.dispatched) == 1
    assert bench.wait(6) is KioskState.LOCKED_OUT
    bench.controller.open_pin()
    bench.controller.enter_pin("407183")
    assert len(bench.dispatched) == 2
    assert bench.wait(6) is KioskState.IDLE


def test_a_grant_resets_the_count_of_the_kiosk(bench: Bench) -> None:
    for number in range(49):
        fail(bench, stranger=STRANGER + number)
    assert bench.show(0, 5) is KioskState.GRANTED
    bench.wait(6)
    fail(bench, stranger=STRANGER + 50)
    assert state(bench) is KioskState.IDLE


def test_a_picture_shown_ten_times_does_not_lock_the_person_s_badge(make_bench: MakeBench) -> None:
    bench = make_bench(liveness={"policy": "passive"})
    ada = bench.enrol("Ada", 0, badge="K-77")
    bench.controller.open()
    bench.cues = (CueResult(CueName.GEOMETRY, LivenessVerdict.FAILED),)
    for _ in range(10):
        bench.show(0, 60)
        bench.wait(3600)
        bench.show(None)
    assert len(bench.audit_details(AuditKind.DENIED)) == 10
    person = LockoutScope(AttemptChannel.FACE, person_id=ada.id)
    assert LockoutRepository(bench.database).read(person).failures == 0
    bench.controller.badge("K-77")
    assert bench.controller.view.status.person == ada


def test_guessing_badge_numbers_is_slowed_and_does_not_keep_a_face_out(bench: Bench) -> None:
    for number in range(200):
        bench.controller.badge(f"{number}")
        bench.clock.advance(0.1)
    assert bench.controller.view.status.reason is DenialReason.BADGES_LOCKED
    bench.controller.badge("K-77")
    assert bench.controller.view.status.person is None
    for number in range(60):
        bench.controller.badge(f"{number}")
        bench.show(0)
        if bench.dispatched:
            break
    assert bench.dispatched[0].person_name == "Ada"


def test_wrong_site_pins_count_on_after_a_right_personal_pin(bench: Bench) -> None:
    (ada,) = bench.store.all()
    bench.pins.set(SITE, "407183")
    bench.pins.set(PinOwner(PinRole.PERSON, ada.id), "8052")
    for pin in ("111213", "111214", "111215", "111216"):
        bench.controller.open_pin()
        bench.controller.enter_pin(pin)
        bench.controller.close_pin()
    bench.controller.open_pin()
    bench.controller.badge("K-77")
    bench.controller.enter_pin("8052")
    assert state(bench) is KioskState.GRANTED
    bench.wait(6)
    bench.controller.open_pin()
    bench.controller.enter_pin("111217")
    assert bench.controller.view.status.pin_until_ns is not None


def test_a_locked_identity_does_not_lock_the_kiosk(bench: Bench) -> None:
    bench.enrol("Bob", 1)
    for _ in range(5):
        bench.controller.badge("K-77")
        fail(bench)
        bench.show(1, 5)
        bench.wait(6)
        bench.show(None, 200)
    bench.controller.badge("K-77")
    assert bench.controller.view.status.reason is DenialReason.IDENTITY_LOCKED
    bench.wait(3.1)
    assert bench.show(1, 5) is KioskState.GRANTED
    bench.wait(40)
    bench.controller.badge("K-77")
    assert bench.show(0, 5) is KioskState.GRANTED


def test_an_unknown_badge_is_denied_and_a_known_one_is_compared_alone(bench: Bench) -> None:
    bench.enrol("Bob", 1)
    bench.controller.badge("unknown")
    assert bench.controller.view.status.reason is DenialReason.UNKNOWN_BADGE
    bench.wait(3.1)
    bench.controller.badge("K-77")
    assert bench.controller.view.status.person is not None
    bench.show(1, 60)
    assert bench.dispatched == []
    bench.wait(3.1)
    bench.controller.badge("K-77")
    assert bench.show(0, 5) is KioskState.GRANTED


@pytest.mark.parametrize("number", ["", "x" * 101, "\x00", "'; DROP TABLE people; --", "　", "🦊"])
def test_any_badge_number_is_handled(bench: Bench, number: str) -> None:
    bench.controller.badge(number)
    assert state(bench) in {KioskState.IDLE, KioskState.DENIED}


def test_badges_can_be_disabled(make_bench: MakeBench) -> None:
    bench = make_bench(who={"badges": False})
    bench.enrol("Ada", 0, badge="K-77")
    bench.controller.open()
    bench.controller.badge("K-77")
    assert state(bench) is KioskState.IDLE


def test_the_site_pin_unlocks_without_a_person(bench: Bench) -> None:
    bench.pins.set(SITE, "407183")
    bench.controller.open_pin()
    bench.controller.enter_pin("407183")
    assert state(bench) is KioskState.GRANTED
    (event,) = bench.dispatched
    assert (event.person_id, event.person_name, event.factors) == ("", "", (AuthFactor.PIN,))
    assert len(bench.audit_details(AuditKind.PIN_ACCEPTED)) == 1


def test_a_person_s_pin_needs_their_badge(bench: Bench) -> None:
    (ada,) = bench.store.all()
    bench.pins.set(PinOwner(PinRole.PERSON, ada.id), "8052")
    bench.controller.open_pin()
    bench.controller.enter_pin("8052")
    assert bench.dispatched == []
    bench.controller.badge("K-77")
    bench.controller.enter_pin("8052")
    assert bench.dispatched[0].person_name == "Ada"


def test_a_thousand_wrong_pins_are_compared_seven_times(bench: Bench) -> None:
    bench.pins.set(SITE, "407183")
    bench.controller.open_pin()
    for _ in range(1000):
        bench.controller.touch_pin()
        bench.controller.enter_pin("1112")
        bench.clock.advance(0.1)
    rejected = len(bench.audit_details(AuditKind.PIN_REFUSED))
    assert rejected == 7  # five immediately, then one each after 30 and 60 of the 100 seconds
    bench.controller.enter_pin("407183")
    assert bench.dispatched == []
    assert bench.controller.view.status.pin_until_ns is not None


def test_locked_pins_do_not_lock_faces_and_vice_versa(bench: Bench) -> None:
    bench.pins.set(SITE, "407183")
    bench.controller.open_pin()
    for _ in range(5):
        bench.controller.enter_pin("1112")
    bench.controller.close_pin()
    assert bench.show(0, 5) is KioskState.GRANTED
    bench.wait(40)
    bench.show(None, 40)
    fail(bench, 5)
    bench.controller.open_pin()
    bench.controller.enter_pin("407183")
    assert state(bench) is KioskState.GRANTED


def test_opening_hours_apply_to_pins(make_bench: MakeBench) -> None:
    bench = make_bench(when={"open": [{"days": ["sun"], "from": "00:00", "to": "24:00"}]})
    bench.enrol("Ada", 0)
    bench.pins.set(SITE, "407183")
    bench.controller.open()
    bench.controller.open_pin()
    bench.controller.enter_pin("407183")
    assert bench.dispatched == []
    bench.controller.close_pin()
    bench.show(0, 5)
    assert bench.controller.view.status.reason is DenialReason.NOT_NOW


def test_only_members_of_the_groups_are_granted_access(make_bench: MakeBench) -> None:
    bench = make_bench(who={"groups": ["Staff"]})
    bench.enrol("Ada", 0, groups=("staff",))
    bench.enrol("Bob", 1)
    bench.controller.open()
    bench.show(1, 5)
    assert bench.controller.view.status.reason is DenialReason.NOT_IN_GROUP
    bench.show(None, 200)
    assert bench.show(0, 5) is KioskState.GRANTED


def test_leaving_needs_the_admin_pin_with_its_own_lockout(bench: Bench) -> None:
    bench.pins.set(ADMIN_PIN_OWNER, "918273")
    for _ in range(20):
        bench.controller.leave("1112")
    assert bench.controller.view.leave.wrong == 5
    assert bench.controller.view.leave.until_ns is not None
    bench.controller.leave("918273")
    early = bench.controller.view.leave.allowed
    bench.clock.advance(31)
    bench.controller.leave("918273")
    assert (early, bench.controller.view.leave.allowed) == (False, True)
    assert len(bench.audit_details(AuditKind.KIOSK_LEFT)) == 1
    bench.controller.open_pin()
    assert bench.controller.view.status.pin_until_ns is None


@pytest.mark.parametrize("even_so", [False, True])
def test_a_failed_action_revokes_the_grant_by_policy(make_bench: MakeBench, even_so: bool) -> None:
    bench = make_bench(unlock={"even_if_action_fails": even_so})
    bench.enrol("Ada", 0)
    bench.controller.open()
    bench.show(0, 5)
    error = ActionError("The relay is gone.")
    other = ActionReport("door", None, ActionStatus.FAILED, error=error)
    bench.controller.action_reported(other)
    assert state(bench) is KioskState.GRANTED
    bench.controller.action_reported(ActionReport("door", bench.dispatched[0], ActionStatus.FAILED, error=error))
    assert state(bench) is (KioskState.GRANTED if even_so else KioskState.DENIED)
    assert bench.controller.view.warning is error


def test_a_lost_camera_is_shown_with_its_reason(bench: Bench) -> None:
    bench.show(0, 3)
    error = CameraLost(camera="C920")
    bench.controller.set_camera(error, usable=False)
    view = bench.controller.view
    assert (view.status.state, view.problem, view.result) == (KioskState.FAULT, error, None)
    bench.controller.set_camera(None, usable=True)
    assert bench.show(0, 4) is KioskState.VERIFYING


def test_failures_count_while_the_database_is_locked(bench: Bench) -> None:
    blocker = sqlite3.connect(bench.database.path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    lockouts = LockoutCounter(LockoutRepository(bench.database), bench.clock)
    for _ in range(5):
        lockouts.failed(ADA_PIN)
    locked = lockouts.left_ns(ADA_PIN)
    blocker.execute("ROLLBACK")
    blocker.close()
    assert locked == 30 * 10**9
    bench.wait(30)
    assert lockouts.failed(ADA_PIN) == 60 * 10**9


def test_setting_the_wall_clock_does_not_change_a_delay(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_overall(bench)
    now = bench.clock.now()
    for year in (1990, 2090):
        monkeypatch.setattr(bench.clock, "now", lambda year=year: now.replace(year=year))
        bench.controller = bench.make_controller()
        bench.controller.open()
        assert state(bench) is KioskState.LOCKED_OUT
    monkeypatch.undo()
    assert bench.wait(31) is KioskState.LOCKED_OUT
