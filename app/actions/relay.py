"""A relay that is on for a while after each unlock, whatever it is connected to."""

import logging
import queue
import threading
from concurrent.futures import CancelledError, Future
from typing import Protocol

from app.actions.port import ActionOutcome, ActionTools
from app.core.action_errors import ActionBroken, ActionCancelled, ActionError, ActionTimedOut
from app.core.unlock import Deadline, UnlockEvent

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
