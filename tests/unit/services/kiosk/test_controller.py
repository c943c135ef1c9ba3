"""The kiosk's controller: lockouts, PINs, actions and the audit log."""

import sqlite3

import pytest

from app.core.audit import AuditKind
from app.core.credentials import ADMIN_PIN_OWNER, PinOwner, PinRole
from app.core.errors import ActionError, CameraLost
from app.core.unlock import AuthFactor
from app.flows.kiosk.types import DenialReason, KioskState
from app.services.actions.reports import ActionReport, ActionStatus
from tests.unit.services.kiosk.bench import Bench
from tests.unit.services.kiosk.conftest import MakeBench

SITE = PinOwner(PinRole.SITE, "door")
STRANGER = 100


def state(bench: Bench) -> KioskState:
    return bench.controller.state


def fail(bench: Bench, times: int = 1) -> None:
    """Let a stranger be denied a number of times."""
    for _ in range(times):
        while bench.show(STRANGER) not in {KioskState.DENIED, KioskState.LOCKED_OUT}:
            pass
        bench.wait(3.1)


def test_a_known_face_unlocks_and_is_recorded(bench: Bench) -> None:
    assert bench.show(0, 5) is KioskState.GRANTED
    (event,) = bench.dispatched
    assert (event.kiosk, event.person_name, event.factors, event.test) == ("door", "Ada", (AuthFactor.FACE,), False)
    assert event.similarity == pytest.approx(1.0)
    (entry,) = bench.audit_details(AuditKind.UNLOCKED)
    assert (entry["means"], entry["event"], entry["similarity"]) == ("face", event.id, 1.0)


def test_five_failed_attempts_lock_the_kiosk(bench: Bench) -> None:
    fail(bench, 4)
    assert state(bench) is not KioskState.LOCKED_OUT
    fail(bench)
    assert state(bench) is KioskState.LOCKED_OUT
    assert [entry["reason"] for entry in bench.audit_details(AuditKind.DENIED)] == ["not-recognised"] * 5
    assert bench.audit_details(AuditKind.LOCKED_OUT) == [{"seconds": 30}]
    assert bench.show(0, 10) is KioskState.LOCKED_OUT
    assert bench.dispatched == []


def test_a_restart_does_not_shorten_the_delay(bench: Bench) -> None:
    fail(bench, 5)
    bench.controller = bench.make_controller()
    bench.controller.open()
    assert state(bench) is KioskState.LOCKED_OUT
    assert bench.wait(26) is KioskState.LOCKED_OUT
    assert bench.wait(1.5) is KioskState.IDLE


def test_the_next_failure_doubles_the_delay_and_a_success_resets_it(bench: Bench) -> None:
    fail(bench, 5)
    bench.wait(30)
    fail(bench)
    assert bench.audit_details(AuditKind.LOCKED_OUT)[0] == {"seconds": 60}
    bench.wait(60)
    assert bench.show(0, 5) is KioskState.GRANTED
    bench.wait(6)
    fail(bench, 4)
    assert state(bench) is not KioskState.LOCKED_OUT


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
    bench.pins.set(SITE, "4071")
    bench.controller.open_pin()
    bench.controller.enter_pin("4071")
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
    bench.pins.set(SITE, "4071")
    bench.controller.open_pin()
    for _ in range(1000):
        bench.controller.touch_pin()
        bench.controller.enter_pin("1112")
        bench.clock.advance(0.1)
    rejected = len(bench.audit_details(AuditKind.PIN_REFUSED))
    assert rejected == 7  # five immediately, then one each after 30 and 60 of the 100 seconds
    bench.controller.enter_pin("4071")
    assert bench.dispatched == []
    assert bench.controller.view.status.pin_until_ns is not None


def test_locked_pins_do_not_lock_faces_and_vice_versa(bench: Bench) -> None:
    bench.pins.set(SITE, "4071")
    bench.controller.open_pin()
    for _ in range(5):
        bench.controller.enter_pin("1112")
    bench.controller.close_pin()
    assert bench.show(0, 5) is KioskState.GRANTED
    bench.wait(40)
    bench.show(None, 40)
    fail(bench, 5)
    bench.controller.open_pin()
    bench.controller.enter_pin("4071")
    assert state(bench) is KioskState.GRANTED


def test_opening_hours_apply_to_pins(make_bench: MakeBench) -> None:
    bench = make_bench(when={"open": [{"days": ["sun"], "from": "00:00", "to": "24:00"}]})
    bench.enrol("Ada", 0)
    bench.pins.set(SITE, "4071")
    bench.controller.open()
    bench.controller.open_pin()
    bench.controller.enter_pin("4071")
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
    fail(bench, 5)
    locked = state(bench)
    blocker.execute("ROLLBACK")
    blocker.close()
    assert locked is KioskState.LOCKED_OUT
    bench.wait(30)
    fail(bench)
    assert bench.audit_details(AuditKind.LOCKED_OUT) == [{"seconds": 60}]


def test_setting_the_wall_clock_does_not_change_a_delay(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(bench, 5)
    now = bench.clock.now()
    for year in (1990, 2090):
        monkeypatch.setattr(bench.clock, "now", lambda year=year: now.replace(year=year))
        bench.controller = bench.make_controller()
        bench.controller.open()
        assert state(bench) is KioskState.LOCKED_OUT
    monkeypatch.undo()
    assert bench.wait(31) is KioskState.IDLE
