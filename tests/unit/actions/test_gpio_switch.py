"""A relay on a GPIO pin, with gpiozero's mock pins."""

import sys
from collections.abc import Iterator

import pytest
from gpiozero.pins.mock import MockFactory

from app.actions.config import GpioConfig
from app.actions.relay import GpioSwitch
from app.core.errors import PartMissing, RelayUnavailable


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    factory = MockFactory()
    yield factory
    factory.close()


@pytest.mark.parametrize(("active_high", "levels"), [(True, [0, 1, 0]), (False, [1, 0, 1])])
def test_an_unlock_sets_the_levels_of_the_pin(pins: MockFactory, active_high: bool, levels: list[int]) -> None:
    switch = GpioSwitch(GpioConfig(pin=17, active_high=active_high), pins)
    seen = []
    for act in (switch.off, switch.on, switch.off):
        act()
        seen.append(int(pins.pin(17).state))
    switch.close()
    switch.close()
    assert seen == levels


def test_a_pin_can_be_named_by_its_board_position(pins: MockFactory) -> None:
    switch = GpioSwitch(GpioConfig(pin="J8:11"), pins)
    switch.on()
    assert pins.pin(17).state == 1
    switch.close()


@pytest.mark.parametrize("pin", [999, "no such pin"])
def test_an_unknown_pin_is_an_error(pins: MockFactory, pin: int | str) -> None:
    with pytest.raises(RelayUnavailable, match=f"The relay at pin {pin} cannot be switched"):
        GpioSwitch(GpioConfig(pin=pin), pins).on()


def test_a_pin_in_use_is_an_error(pins: MockFactory) -> None:
    mine, theirs = GpioSwitch(GpioConfig(pin=17), pins), GpioSwitch(GpioConfig(pin=17), pins)
    mine.off()
    with pytest.raises(RelayUnavailable, match="already in use"):
        theirs.off()
    mine.close()
    theirs.off()
    theirs.close()


def test_a_machine_without_pins_is_an_error() -> None:
    with pytest.raises(RelayUnavailable, match="pin 17"), pytest.warns(match="Falling back"):
        GpioSwitch(GpioConfig(pin=17)).on()


def test_a_missing_package_is_an_error(monkeypatch: pytest.MonkeyPatch, pins: MockFactory) -> None:
    monkeypatch.setitem(sys.modules, "gpiozero", None)
    with pytest.raises(PartMissing, match="“gpiozero” is not installed") as caught:
        GpioSwitch(GpioConfig(pin=17), pins).on()
    assert "facelatch[gpio]" in caught.value.hint
