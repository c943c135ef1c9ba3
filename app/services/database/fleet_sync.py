"""Synchronise a kiosk's replica with the server in the background."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.core.clock import Clock
from app.core.closeable import Closeable
from app.core.errors import FacelatchError
from app.store.fleet.replica import Replica
from app.store.fleet.server_database import Listener, ServerDatabase
from app.store.fleet.server_queries import FleetServer

log = logging.getLogger(__name__)

POLL_S = 30.0
"""Longest time between two synchronisations, in seconds, in case a notification is lost."""

_SLICE_S = 0.5
"""Longest wait for a notification before `close` is noticed, in seconds."""

_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 30.0
"""First and longest wait between two connection attempts, in seconds; each wait is twice the last."""

_CLOSE_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """State of the connection to the server.

    Attributes:
        connected: Whether the last synchronisation succeeded.
        since: Time of the last change of state.
        problem: Error message; empty while connected.
    """

    connected: bool
    since: datetime
    problem: str = ""


class FleetSync(Closeable):
    """Thread that pulls changes from the server and pushes events to it. Starts when it is made.

    Args:
        connect: Connects to the server.
        replica: The kiosk's replica, already joined to the server's database.
        clock: Dates the status.
        poll_s: See `POLL_S`.
        first_wait_s: Wait before the second connection attempt, in seconds.
    """

    def __init__(
        self,
        connect: Callable[[], ServerDatabase],
        replica: Replica,
        clock: Clock,
        poll_s: float = POLL_S,
        first_wait_s: float = _FIRST_WAIT_S,
    ) -> None:
        self._connect = connect
        self._replica = replica
        self._clock = clock
        self._poll_s = poll_s
        self._first_wait_s = first_wait_s
        self._closing = threading.Event()
        self._status = FleetStatus(connected=False, since=clock.now())
        self._thread = threading.Thread(target=self._run, name="fleet", daemon=True)
        self._thread.start()

    @property
    def status(self) -> FleetStatus:
        """State of the connection."""
        return self._status

    def close(self) -> None:
        """End the thread after the current step; may be called twice."""
        self._closing.set()
        self._thread.join(_CLOSE_WITHIN_S)

    def _run(self) -> None:
        wait_s = self._first_wait_s
        while not self._closing.is_set():
            try:
                with self._connect() as database, database.listening() as listener:
                    server = FleetServer(database, self._clock)
                    while not self._closing.is_set():
                        self._replica.pull(server)
                        self._replica.push(server)
                        self._set_status()
                        wait_s = self._first_wait_s
                        self._listen(listener)
            except FacelatchError as error:
                self._set_status(error.message)
                self._closing.wait(wait_s)
                wait_s = min(2 * wait_s, _LONGEST_WAIT_S)

    def _listen(self, listener: Listener) -> None:
        """Wait for a notification, at most `poll_s`."""
        waited_s = 0.0
        while waited_s < self._poll_s and not self._closing.is_set():
            if listener.wait(min(_SLICE_S, self._poll_s)):
                return
            waited_s += _SLICE_S

    def _set_status(self, problem: str = "") -> None:
        connected = not problem
        if connected != self._status.connected or problem != self._status.problem:
            self._status = FleetStatus(connected, self._clock.now(), problem)
            if connected:
                log.info("connected to the server")
            else:
                log.warning("not connected to the server: %s", problem)
