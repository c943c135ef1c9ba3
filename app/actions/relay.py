"""Action that switches a relay on after each unlock, and the relays themselves: serial port and GPIO pin."""

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

_RETRY_S = 1.0
_CLOSE_S = 0.8
_TEST_S = 1.0
_WRITE_S = 1.0


class Switch(Protocol):
    """Device of a relay. All methods are called by one thread."""

    def on(self) -> None:
        """Switch on, which unlocks.

        Raises:
            ActionError: The device cannot be switched.
        """
        ...

    def off(self) -> None:
        """Switch off, which locks; also if it is off already.

        Raises:
            ActionError: The device cannot be switched.
        """
        ...

    def close(self) -> None:
        """Release the device; never raises."""
        ...


class RelayAction:
    """Switches a relay on, returns, and switches it off after a while; another unlock meanwhile restarts the time.

    A thread of its own owns the device. If the device cannot be switched off, the thread reports that and retries every
    second. A test switches it on for a second at most, and returns when it is off again.

    Args:
        name: Name of the action.
        switch: The device.
        pulse_s: Seconds for which the relay stays on.
        tools: Provides the clock, and reports later errors.
    """

    def __init__(self, name: str, switch: Switch, pulse_s: float, tools: ActionTools) -> None:
        self.name = name
        self._switch = switch
        self._pulse_s = pulse_s
        self._tools = tools
        self._requests: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._off_at: Deadline | None = None
        self._reported = False
        self._closing = threading.Event()
        # A daemon thread: a driver that hangs must not block the end of the process.
        self._thread = threading.Thread(target=self._work, name=f"relay {name}", daemon=True)

    def start(self, deadline: Deadline) -> None:
        """Switch the relay off, since it may have been left on.

        Raises:
            ActionError: The device cannot be switched.
            ActionTimedOut: The device hangs.
        """
        self._thread.start()
        self._ask(_Request(on=False), deadline)

    def run(self, event: UnlockEvent, deadline: Deadline) -> ActionOutcome:
        """Switch the relay on; see `Action.run`.

        Raises:
            ActionError: The device cannot be switched.
            ActionTimedOut: The device hangs; it will not be switched on later.
        """
        self._ask(_Request(on=True), deadline)
        if not event.test:
            return ActionOutcome(f"on for {self._pulse_s:g} s")
        self._closing.wait(min(self._pulse_s, _TEST_S, deadline.remaining_s / 2))
        self._ask(_Request(on=False), deadline)
        return ActionOutcome("on and off again")

    def close(self) -> None:
        """Switch the relay off and release the device."""
        self._closing.set()
        self._requests.put(None)
        if self._thread.is_alive():
            self._thread.join(_CLOSE_S)

    def _ask(self, request: "_Request", deadline: Deadline) -> None:
        if self._closing.is_set():
            raise ActionCancelled(action=self.name)
        seconds = deadline.remaining_s
        self._requests.put(request)
        try:
            request.done.result(seconds)
        except CancelledError:
            raise ActionCancelled(action=self.name) from None
        except TimeoutError:
            request.done.cancel()
            raise ActionTimedOut(action=self.name, limit=round(seconds, 1)) from None

    def _work(self) -> None:
        while not self._closing.is_set():
            try:
                request = self._requests.get(timeout=self._off_at.remaining_s if self._off_at else None)
            except queue.Empty:
                self._switch_off()
                continue
            if request is not None:
                self._process(request)
        while not self._requests.empty():
            if (request := self._requests.get()) is not None:
                request.done.cancel()
        if self._off_at is not None:
            self._switch_off()
        self._switch.close()

    def _process(self, request: "_Request") -> None:
        if not request.done.set_running_or_notify_cancel():
            return  # the caller has given up: the door must not open late
        if request.on:
            # Set before switching: a device that fails half-way may be on nevertheless.
            self._off_at = Deadline.after(self._tools.clock, self._pulse_s)
        error = self._try_switch(on=request.on)
        if not request.on:
            self._off_at = Deadline.after(self._tools.clock, _RETRY_S) if error else None
            self._reported = error is not None
        if error is None:
            request.done.set_result(None)
        else:
            request.done.set_exception(error)

    def _switch_off(self) -> None:
        error = self._try_switch(on=False)
        if error is None:
            self._off_at, self._reported = None, False
            return
        self._off_at = Deadline.after(self._tools.clock, _RETRY_S)
        if not self._reported:
            self._tools.trouble(self.name, error)
        self._reported = True

    def _try_switch(self, *, on: bool) -> ActionError | None:
        """Switch the device, and return the error if that failed."""
        try:
            if on:
                self._switch.on()
            else:
                self._switch.off()
        except ActionError as error:
            return error
        except Exception as problem:  # drivers raise any exception, and this thread must survive to lock again
            log.exception("the relay “%s” failed", self.name)
            return ActionBroken(action=self.name, problem=repr(problem))
        return None


class _Request:
    """A request to the thread."""

    def __init__(self, *, on: bool) -> None:
        self.on = on
        self.done: Future[None] = Future()


class SerialSwitch:
    """Switches a relay on a serial port by sending bytes. The port stays open; after a failure it is reopened.

    Args:
        config: Table of the policy.
    """

    def __init__(self, config: SerialConfig) -> None:
        self._config = config
        self._port: Serial | None = None

    def on(self) -> None:
        """Switch on; see `Switch.on`."""
        self._send(self._config.on)

    def off(self) -> None:
        """Switch off; see `Switch.off`."""
        self._send(self._config.off)

    def close(self) -> None:
        """Close the port."""
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
            # The device may have been unplugged and plugged in again.
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
    if code == errno.EWOULDBLOCK:  # raised for the lock of `exclusive`
        return "used by another program"
    return os.strerror(code) if code else str(error)


class GpioSwitch:
    """Switches a relay on a GPIO pin. The pin is acquired with the first use, and is then off.

    Args:
        config: Table of the policy.
        pin_factory: Pin factory of gpiozero; by default the one that it selects for this machine.
    """

    def __init__(self, config: GpioConfig, pin_factory: object | None = None) -> None:
        self._config = config
        self._pin_factory = pin_factory
        self._device: Any = None

    def on(self) -> None:
        """Switch on; see `Switch.on`."""
        self._set(on=True)

    def off(self) -> None:
        """Switch off; see `Switch.off`."""
        self._set(on=False)

    def close(self) -> None:
        """Release the pin."""
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
