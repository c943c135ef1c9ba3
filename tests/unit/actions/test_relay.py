"""A relay with a device that works, fails or hangs."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from app.actions import relay as relay_module
from app.actions.relay import RelayAction
from app.core.errors import ActionBroken, ActionCancelled, ActionTimedOut, RelayUnavailable
from tests.fakes.actions import ActionHarness, deadline_in, unlock_event
from tests.fakes.notifying import NotifyingList


@dataclass
class FakeSwitch:
    """Records what it is asked for.

    Attributes:
        tried: Requests in order.
        did: Requests that succeeded, in order.
        fails: Exception of every request.
        hold: While cleared, requests hang.
    """

    tried: NotifyingList[str] = field(default_factory=NotifyingList)
    did: NotifyingList[str] = field(default_factory=NotifyingList)
    fails: Exception | None = None
    hold: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.hold.set()

    def on(self) -> None:
        self._do("on")

    def off(self) -> None:
        self._do("off")

    def close(self) -> None:
        self.did.append("close")

    def _do(self, what: str) -> None:
        self.tried.append(what)
        self.hold.wait(10)
        if self.fails is not None:
            raise self.fails
        self.did.append(what)


UNPLUGGED = RelayUnavailable(port="/dev/ttyUSB0", reason="unplugged")


@pytest.fixture
def switch() -> FakeSwitch:
    return FakeSwitch()


@pytest.fixture
def bench() -> ActionHarness:
    return ActionHarness()


@pytest.fixture
def relay(switch: FakeSwitch, bench: ActionHarness) -> Iterator[RelayAction]:
    action = RelayAction("door", switch, 0.2, bench.tools)
    action.start(deadline_in())
    yield action
    action.close()


def test_it_starts_locked_unlocks_and_locks_again(relay: RelayAction, switch: FakeSwitch) -> None:
    assert switch.did == ["off"]
    assert relay.run(unlock_event(), deadline_in()).note == "on for 0.2 s"
    assert switch.did == ["off", "on"]
    switch.did.until(lambda: switch.did == ["off", "on", "off"])


def test_another_unlock_restarts_the_time(switch: FakeSwitch, bench: ActionHarness) -> None:
    relay = RelayAction("door", switch, 0.6, bench.tools)
    relay.start(deadline_in())
    relay.run(unlock_event(1), deadline_in())
    bench.clock.advance(0.4)
    began = time.monotonic()
    relay.run(unlock_event(2), deadline_in())
    switch.did.until(lambda: switch.did == ["off", "on", "on", "off"])
    assert time.monotonic() - began > 0.5
    relay.close()


def test_a_test_is_short_and_returns_when_the_relay_is_off(
    switch: FakeSwitch, bench: ActionHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "_TEST_S", 0.1)
    relay = RelayAction("door", switch, 60.0, bench.tools)
    relay.start(deadline_in())
    assert relay.run(unlock_event(test=True), deadline_in()).note == "on and off again"
    assert switch.did == ["off", "on", "off"]
    relay.close()
    assert switch.did == ["off", "on", "off", "close"]


def test_close_locks(switch: FakeSwitch, bench: ActionHarness) -> None:
    relay = RelayAction("door", switch, 60.0, bench.tools)
    relay.start(deadline_in())
    relay.run(unlock_event(), deadline_in())
    relay.close()
    assert switch.did == ["off", "on", "off", "close"]


def test_a_failed_switch_is_reported_and_locked_again(
    relay: RelayAction, switch: FakeSwitch, bench: ActionHarness
) -> None:
    switch.fails = UNPLUGGED
    with pytest.raises(RelayUnavailable):
        relay.run(unlock_event(), deadline_in())
    switch.fails = None
    switch.did.until(lambda: switch.did == ["off", "off"])
    assert bench.troubles == []


def test_a_relay_unplugged_while_on_is_locked_when_it_is_back(
    relay: RelayAction, switch: FakeSwitch, bench: ActionHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "_RETRY_S", 0.05)
    relay.run(unlock_event(), deadline_in())
    switch.fails = UNPLUGGED
    bench.troubles.until_length(1)
    switch.tried.until_length(len(switch.tried) + 3)
    assert bench.troubles == [("door", UNPLUGGED)]
    switch.fails = None
    switch.did.until(lambda: switch.did == ["off", "on", "off"])
    relay.close()
    assert switch.did == ["off", "on", "off", "close"]


def test_a_relay_missing_at_the_start_is_locked_when_it_appears(
    switch: FakeSwitch, bench: ActionHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "_RETRY_S", 0.05)
    relay = RelayAction("door", switch, 60.0, bench.tools)
    switch.fails = UNPLUGGED
    with pytest.raises(RelayUnavailable):
        relay.start(deadline_in())
    switch.fails = None
    switch.did.until(lambda: switch.did == ["off"])
    relay.close()
    assert switch.did == ["off", "close"]
    assert bench.troubles == []


def test_requests_during_close_are_cancelled(switch: FakeSwitch, bench: ActionHarness) -> None:
    relay = RelayAction("door", switch, 60.0, bench.tools)
    relay.start(deadline_in())
    switch.hold.clear()
    errors: list[type[BaseException]] = []

    def ask() -> None:
        try:
            relay.run(unlock_event(), deadline_in(10.0))
        except (ActionCancelled, ActionTimedOut) as error:
            errors.append(type(error))

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    switch.tried.until(lambda: "on" in switch.tried)
    relay.close()
    switch.hold.set()
    for asker in askers:
        asker.join()
    assert errors == [ActionCancelled]
    switch.did.until(lambda: switch.did == ["off", "on", "off", "close"])
    with pytest.raises(ActionCancelled):
        relay.run(unlock_event(), deadline_in())


def test_a_device_that_hangs_does_not_unlock_late(relay: RelayAction, switch: FakeSwitch) -> None:
    switch.hold.clear()
    with pytest.raises(ActionTimedOut):
        relay.run(unlock_event(1), deadline_in(0.1))
    with pytest.raises(ActionTimedOut):
        relay.run(unlock_event(2), deadline_in(0.1))
    switch.hold.set()
    switch.did.until(lambda: switch.did[-1] == "off" and len(switch.did) > 1)
    # The first request was running when it was abandoned; the second had not begun, and never does.
    assert switch.did == ["off", "on", "off"]


def test_an_unexpected_exception_of_a_driver_is_reported(
    relay: RelayAction, switch: FakeSwitch, bench: ActionHarness, logged_errors: list[object]
) -> None:
    switch.fails = KeyError("pin")
    with pytest.raises(ActionBroken, match="KeyError"):
        relay.run(unlock_event(), deadline_in())
    switch.fails = None
    switch.did.until(lambda: switch.did == ["off", "off"])
    assert logged_errors
    logged_errors.clear()


def test_close_does_not_wait_for_a_device_that_hangs(switch: FakeSwitch, bench: ActionHarness) -> None:
    relay = RelayAction("door", switch, 0.1, bench.tools)
    relay.start(deadline_in())
    switch.hold.clear()
    with pytest.raises(ActionTimedOut):
        relay.run(unlock_event(), deadline_in(0.05))
    began = time.monotonic()
    relay.close()
    assert time.monotonic() - began < 1.5
    switch.hold.set()
    switch.did.until(lambda: switch.did[-1] == "close")
