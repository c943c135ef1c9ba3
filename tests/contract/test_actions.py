"""The contract of every kind of action."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from app.actions.config import (
    CommandConfig,
    GpioConfig,
    LogConfig,
    MqttConfig,
    SerialConfig,
    WebhookConfig,
)
from app.actions.factory import make_action
from app.actions.port import Action, ActionTools
from app.actions.relay import GpioSwitch, RelayAction
from app.core.errors import ActionError
from tests.fakes.actions import SECRET, ActionHarness, deadline_in, unlock_event, webhook_server
from tests.fakes.broker import free_port, mosquitto
from tests.fakes.relays import SerialRelay

Make = Callable[[ActionTools], Action]


@dataclass(frozen=True)
class Place:
    """Surroundings of an action under test."""

    folder: Path
    stack: ExitStack
    patch: pytest.MonkeyPatch


def _command(place: Place) -> Make:
    return lambda tools: make_action(CommandConfig(name="it", command=("true",)), tools)


def _hook(place: Place, url: str) -> WebhookConfig:
    place.patch.setenv("HOOK_SECRET", SECRET)
    return WebhookConfig.model_validate({"name": "it", "url": url, "secret": {"env": "HOOK_SECRET"}})


def _webhook(place: Place) -> Make:
    server = place.stack.enter_context(webhook_server())
    return lambda tools: make_action(_hook(place, server.url), tools)


def _mqtt(place: Place) -> Make:
    broker = place.stack.enter_context(mosquitto(place.folder))
    return lambda tools: make_action(MqttConfig(name="it", host="127.0.0.1", port=broker.port, tls=False), tools)


def _serial(place: Place) -> Make:
    relay = SerialRelay()
    place.stack.callback(relay.unplug)
    return lambda tools: make_action(SerialConfig(name="it", port=relay.port, pulse_s=0.05), tools)


def _gpio(place: Place) -> Make:
    pins = MockFactory()
    place.stack.callback(pins.close)
    switch = GpioSwitch(GpioConfig(pin=17), pins)
    return lambda tools: RelayAction("it", switch, 0.05, tools)


def _log(place: Place) -> Make:
    return lambda tools: make_action(LogConfig(name="it"), tools)


KINDS: dict[str, Callable[[Place], Make]] = {
    "command": _command,
    "webhook": _webhook,
    "mqtt": _mqtt,
    "serial": _serial,
    "gpio": _gpio,
    "log": _log,
}


def _no_command(place: Place) -> Make:
    return lambda tools: make_action(CommandConfig(name="it", command=(str(place.folder / "none"),)), tools)


def _no_receiver(place: Place) -> Make:
    return lambda tools: make_action(_hook(place, f"http://127.0.0.1:{free_port()}/"), tools)


def _no_broker(place: Place) -> Make:
    return lambda tools: make_action(MqttConfig(name="it", host="127.0.0.1", port=free_port(), tls=False), tools)


def _no_port(place: Place) -> Make:
    return lambda tools: make_action(SerialConfig(name="it", port=str(place.folder / "tty")), tools)


def _no_pin(place: Place) -> Make:
    return lambda tools: RelayAction("it", GpioSwitch(GpioConfig(pin=999), MockFactory()), 0.05, tools)


BROKEN = {
    "command": _no_command,
    "webhook": _no_receiver,
    "mqtt": _no_broker,
    "serial": _no_port,
    "gpio": _no_pin,
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with ExitStack() as stack:
        yield Place(tmp_path, stack, monkeypatch)


@pytest.fixture(params=list(KINDS))
def action(request: pytest.FixtureRequest, place: Place) -> Iterator[Action]:
    made = KINDS[request.param](place)(ActionHarness().tools)
    with closing(made):
        yield made


@pytest.fixture(params=list(BROKEN))
def broken(request: pytest.FixtureRequest, place: Place) -> Iterator[Action]:
    made = BROKEN[request.param](place)(ActionHarness().tools)
    with closing(made):
        yield made


def test_its_name_is_that_of_the_policy(action: Action) -> None:
    assert action.name == "it"


def test_it_runs_repeatedly(action: Action) -> None:
    action.start(deadline_in())
    for number in range(3):
        outcome = action.run(unlock_event(number), deadline_in())
        assert outcome.note
    assert action.run(unlock_event(test=True), deadline_in()).waiting is False


@pytest.mark.parametrize("words", ["", "门口的 Grace “$(reboot)” ; \\ 'x' | 😀", "n" * 100])
def test_it_accepts_any_name(action: Action, words: str) -> None:
    action.start(deadline_in())
    assert action.run(unlock_event(name=words), deadline_in()).note


def test_it_can_be_closed_twice_and_leaves_no_thread(action: Action) -> None:
    before = set(threading.enumerate())
    action.start(deadline_in())
    action.run(unlock_event(), deadline_in())
    for _ in range(2):
        action.close()
        assert set(threading.enumerate()) <= before


def test_it_can_be_closed_without_a_start(action: Action) -> None:
    before = set(threading.enumerate())
    action.close()
    assert set(threading.enumerate()) <= before


def test_close_takes_less_than_a_second(action: Action) -> None:
    action.start(deadline_in())
    action.run(unlock_event(), deadline_in())
    began = time.monotonic()
    action.close()
    assert time.monotonic() - began < 1.5


def test_a_failure_has_a_message_and_a_hint(broken: Action) -> None:
    errors: list[ActionError] = []
    for attempt in (broken.start, lambda deadline: broken.run(unlock_event(test=True), deadline)):
        errors += _error_of(attempt)
    assert errors
    for error in errors:
        assert error.message
        assert "{" not in error.message + error.hint
        assert error.hint
        assert SECRET not in error.message + error.hint + repr(error.details)


def _error_of(attempt: Callable[[Any], object]) -> list[ActionError]:
    began = time.monotonic()
    try:
        attempt(deadline_in(2.0))
    except ActionError as error:
        return [error]
    finally:
        assert time.monotonic() - began < 3.0
    return []


def test_a_failed_action_can_run_again(broken: Action) -> None:
    _error_of(broken.start)
    for _ in range(3):
        with pytest.raises(ActionError):
            broken.run(unlock_event(test=True), deadline_in(2.0))
