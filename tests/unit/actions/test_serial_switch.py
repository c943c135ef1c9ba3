"""A relay on a serial port, replaced by a pseudo-terminal pair."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.actions.config import SerialConfig
from app.actions.relay import RelayAction, SerialSwitch
from app.core.errors import PartMissing, RelayUnavailable
from tests.fakes.actions import ActionHarness, deadline_in, unlock_event
from tests.fakes.relays import SerialRelay

ON, OFF = bytes.fromhex("a00101a2"), bytes.fromhex("a00100a1")


@pytest.fixture
def relay() -> Iterator[SerialRelay]:
    relay = SerialRelay()
    yield relay
    relay.unplug()


def test_an_unlock_sends_the_default_bytes(relay: SerialRelay) -> None:
    action = RelayAction("door", SerialSwitch(SerialConfig(port=relay.port)), 0.1, ActionHarness().tools)
    action.start(deadline_in())
    assert relay.read(4) == OFF
    action.run(unlock_event(), deadline_in())
    assert relay.read(8) == ON + OFF
    action.close()
    assert relay.read(1, seconds=0.2) == b""


def test_an_unlock_sends_configured_bytes(relay: SerialRelay) -> None:
    config = SerialConfig.model_validate({"port": relay.port, "baud": 19_200, "on": "41 54 0d", "off": ""})
    switch = SerialSwitch(config)
    switch.off()
    switch.on()
    switch.close()
    assert relay.read(99, seconds=0.2) == b"AT\r"


def test_a_relay_unplugged_while_on_is_an_error(relay: SerialRelay) -> None:
    bench = ActionHarness()
    action = RelayAction("door", SerialSwitch(SerialConfig(port=relay.port)), 0.3, bench.tools)
    action.start(deadline_in())
    action.run(unlock_event(), deadline_in())
    assert relay.read(8) == OFF + ON
    relay.unplug()
    bench.troubles.until_length(1)
    ((name, error),) = bench.troubles
    assert name == "door"
    assert isinstance(error, RelayUnavailable)
    assert relay.port in error.message
    with pytest.raises(RelayUnavailable):
        action.run(unlock_event(), deadline_in())
    action.close()


def test_a_port_is_reopened_after_a_reconnect(tmp_path: Path) -> None:
    stable = tmp_path / "by-id"
    first, second = SerialRelay(), SerialRelay()
    stable.symlink_to(first.port)
    switch = SerialSwitch(SerialConfig(port=str(stable)))
    switch.off()
    first.unplug()
    stable.unlink()
    stable.symlink_to(second.port)
    switch.on()
    switch.close()
    assert second.read(4) == ON
    second.unplug()


def test_a_port_in_use_is_an_error(relay: SerialRelay) -> None:
    mine, theirs = (SerialSwitch(SerialConfig(port=relay.port)) for _ in range(2))
    mine.off()
    with pytest.raises(RelayUnavailable, match="used by another program"):
        theirs.on()
    mine.close()
    assert relay.read(99, seconds=0.2) == OFF


def test_a_missing_port_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("none", "file"):
        with pytest.raises(RelayUnavailable, match=f"The relay at {tmp_path / name} cannot be switched"):
            SerialSwitch(SerialConfig(port=str(tmp_path / name))).on()


def test_a_missing_package_is_an_error(monkeypatch: pytest.MonkeyPatch, relay: SerialRelay) -> None:
    monkeypatch.setitem(sys.modules, "serial", None)
    with pytest.raises(PartMissing, match="“pyserial” is not installed") as caught:
        SerialSwitch(SerialConfig(port=relay.port)).on()
    assert "facelatch[serial]" in caught.value.hint
