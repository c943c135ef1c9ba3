"""A relay that is on for a while after each unlock, whatever it is connected to."""

import errno
import logging
import os
import queue
import threading
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any, Protocol

from app.actions.config import GpioConfig, SerialConfig
from app.actions.port import ActionOutcome, ActionTools
from app.core.errors import (
    ActionBroken,
    ActionCancelled,
    ActionError,
    ActionTimedOut,
    PartMissing,
    RelayUnavailable,
)
from app.core.unlock import Deadline, UnlockEvent

if TYPE_CHECKING:
    from serial import Serial


log = logging.getLogger(__name__)

_AGAIN_S = 1.0
_CLOSE_S = 0.8
_TEST_S = 1.0


class Switch(Protocol):
    """The device. All its methods are called by one thread."""

    def on(self) -> None:
        """Unlock.

        Raises:
            ActionError: It cannot be switched.
        """
        ...

    def off(self) -> None:
        """Lock; also where it is locked already.

        Raises:
            ActionError: It cannot be switched.
        """
        ...

    def close(self) -> None:
        """Let go of the device; never raises."""
        ...


class RelayAction:
    """Switches on, reports that, and switches off when the time is over; an unlock in between starts the time anew.

    A thread of its own owns the device. Where it cannot be switched off, that is reported, and tried again every second
    until it can. A test switches on for a second at most, and returns when it is off again.

    Args:
        name: Of the action.
        switch: The device.
        pulse_s: Seconds for which it stays on.
        tools: For the time and for what fails later.
    """

    def __init__(self, name: str, switch: Switch, pulse_s: float, tools: ActionTools) -> None:
        self.name = name
        self._switch = switch
        self._pulse_s = pulse_s
        self._tools = tools
        self._wishes: queue.SimpleQueue[_Wish | None] = queue.SimpleQueue()
        self._off_at: Deadline | None = None
        self._told = False
        self._closing = threading.Event()
        # A daemon: a driver that hangs must not keep the program from ending.
        self._thread = threading.Thread(target=self._work, name=f"relay {name}", daemon=True)

    def start(self, deadline: Deadline) -> None:
        """Switch it off, for it may have been left on.

        Raises:
            ActionError: It cannot be switched.
            ActionTimedOut: The device hangs.
        """
        self._thread.start()
        self._ask(_Wish(on=False), deadline)

    def run(self, event: UnlockEvent, deadline: Deadline) -> ActionOutcome:
        """Switch it on.

        Raises:
            ActionError: It cannot be switched.
            ActionTimedOut: The device hangs. It will not be switched on later.
        """
        self._ask(_Wish(on=True), deadline)
        if not event.test:
            return ActionOutcome(f"on for {self._pulse_s:g} s")
        self._closing.wait(min(self._pulse_s, _TEST_S, deadline.remaining_s / 2))
        self._ask(_Wish(on=False), deadline)
        return ActionOutcome("on and off again")

    def close(self) -> None:
        """Switch it off and let go of it."""
        self._closing.set()
        self._wishes.put(None)
        if self._thread.is_alive():
            self._thread.join(_CLOSE_S)

    def _ask(self, wish: "_Wish", deadline: Deadline) -> None:
        if self._closing.is_set():
            raise ActionCancelled(action=self.name)
        seconds = deadline.remaining_s
        self._wishes.put(wish)
        try:
            wish.done.result(seconds)
        except CancelledError:
            raise ActionCancelled(action=self.name) from None
        except TimeoutError:
            wish.done.cancel()
            raise ActionTimedOut(action=self.name, limit=round(seconds, 1)) from None

    def _work(self) -> None:
        while not self._closing.is_set():
            try:
                wish = self._wishes.get(timeout=self._off_at.remaining_s if self._off_at else None)
            except queue.Empty:
                self._lock_again()
                continue
            if wish is not None:
                self._fulfil(wish)
        while not self._wishes.empty():
            if (wish := self._wishes.get()) is not None:
                wish.done.cancel()
        if self._off_at is not None:
            self._lock_again()
        self._switch.close()

    def _fulfil(self, wish: "_Wish") -> None:
        if not wish.done.set_running_or_notify_cancel():
            return  # whoever asked has given up: nobody may be let in late
        if wish.on:
            # Before the attempt: what fails half-way may have switched it on all the same.
            self._off_at = Deadline.after(self._tools.clock, self._pulse_s)
        error = self._switched(on=wish.on)
        if not wish.on:
            self._off_at = Deadline.after(self._tools.clock, _AGAIN_S) if error else None
            self._told = error is not None
        if error is None:
            wish.done.set_result(None)
        else:
            wish.done.set_exception(error)

    def _lock_again(self) -> None:
        error = self._switched(on=False)
        if error is None:
            self._off_at, self._told = None, False
            return
        self._off_at = Deadline.after(self._tools.clock, _AGAIN_S)
        if not self._told:
            self._tools.trouble(self.name, error)
        self._told = True

    def _switched(self, *, on: bool) -> ActionError | None:
        """What was wrong with it, if anything."""
        try:
            if on:
                self._switch.on()
            else:
                self._switch.off()
        except ActionError as error:
            return error
        except Exception as problem:  # drivers raise what they like, and this thread must live to lock again
            log.exception("the relay of “%s” failed", self.name)
            return ActionBroken(action=self.name, problem=repr(problem))
        return None


class _Wish:
    """What the thread is asked for."""

    def __init__(self, *, on: bool) -> None:
        self.on = on
        self.done: Future[None] = Future()


_WRITE_S = 1.0


class SerialSwitch:
    """Sends the bytes that switch it. The port stays open; after a failure it is opened anew.

    Args:
        config: The action's table of the policy.
    """

    def __init__(self, config: SerialConfig) -> None:
        self._config = config
        self._port: Serial | None = None

    def on(self) -> None:
        """See `Switch.on`."""
        self._send(self._config.on)

    def off(self) -> None:
        """See `Switch.off`."""
        self._send(self._config.off)

    def close(self) -> None:
        """Let go of the port."""
        if self._port is not None:
            self._port.close()
            self._port = None

    def _send(self, message: bytes) -> None:
        fresh = self._port is None
        try:
            self._write(message)
        except RelayUnavailable:
            self.close()
            if fresh:
                raise
            # Plugged out and in again since the last time, perhaps.
            self._write(message)

    def _write(self, message: bytes) -> None:
        try:
            from serial import Serial, SerialException
        except ImportError as error:
            raise PartMissing(package="pyserial", extra="serial") from error
        try:
            if self._port is None:
                self._port = Serial(self._config.port, self._config.baud, write_timeout=_WRITE_S, exclusive=True)
            self._port.write(message)
        except (SerialException, OSError, ValueError) as error:
            raise RelayUnavailable(port=self._config.port, reason=_reason(error)) from error


def _reason(error: Exception) -> str:
    code = getattr(error, "errno", None)
    if code == errno.EWOULDBLOCK:  # of the lock that `exclusive` asks for
        return "another program has it"
    return os.strerror(code) if code else str(error)


class GpioSwitch:
    """Drives a pin. It is taken with the first use, low if `active_high`.

    Args:
        config: The action's table of the policy.
        pin_factory: Of gpiozero, in place of the one it finds for this machine.
    """

    def __init__(self, config: GpioConfig, pin_factory: object | None = None) -> None:
        self._config = config
        self._pin_factory = pin_factory
        self._device: Any = None

    def on(self) -> None:
        """See `Switch.on`."""
        self._set(on=True)

    def off(self) -> None:
        """See `Switch.off`."""
        self._set(on=False)

    def close(self) -> None:
        """Let go of the pin."""
        if self._device is not None:
            self._device.close()
            self._device = None

    def _set(self, *, on: bool) -> None:
        try:
            from gpiozero import GPIOZeroError, OutputDevice
        except ImportError as error:
            raise PartMissing(package="gpiozero", extra="gpio") from error
        try:
            if self._device is None:
                self._device = OutputDevice(
                    self._config.pin, active_high=self._config.active_high, pin_factory=self._pin_factory
                )
            self._device.value = on
        except (GPIOZeroError, OSError, ValueError) as error:
            self.close()
            raise RelayUnavailable(port=f"pin {self._config.pin}", reason=str(error)) from error
