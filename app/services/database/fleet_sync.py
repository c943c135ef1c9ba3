"""Follows a server in the background, so that a kiosk knows everybody the server knows, also while that is away."""

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
"""Where the server's word of a change is lost, it is asked after so long."""

_SLICE_S = 0.5
"""How soon closing is noticed."""

_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 30.0
"""Between two tries to reach the server: twice as long each time."""

_CLOSE_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """How a kiosk stands with its server.

    Attributes:
        connected: Whether the server answered last.
        since: Since when that is so.
        problem: Why not, in words; empty while it is connected.
    """

    connected: bool
    since: datetime
    problem: str = ""


class FleetSync(Closeable):
    """The thread that pulls what has changed and pushes what has happened; begins at once.

    Args:
        connect: Connects to the server.
        replica: The kiosk's copy, joined.
        clock: Dates the status.
        poll_s: See `POLL_S`.
        first_wait_s: Before the second try to reach the server.
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
        self._over = threading.Event()
        self._status = FleetStatus(connected=False, since=clock.now())
        self._thread = threading.Thread(target=self._run, name="fleet", daemon=True)
        self._thread.start()

    @property
    def status(self) -> FleetStatus:
        """How it stands now."""
        return self._status

    def close(self) -> None:
        """End when the step in hand is done; may be called twice."""
        self._over.set()
        self._thread.join(_CLOSE_WITHIN_S)

    def _run(self) -> None:
        wait_s = self._first_wait_s
        while not self._over.is_set():
            try:
                with self._connect() as database, database.listening() as listener:
                    server = FleetServer(database, self._clock)
                    while not self._over.is_set():
                        self._replica.pull(server)
                        self._replica.push(server)
                        self._say()
                        wait_s = self._first_wait_s
                        self._listen(listener)
            except FacelatchError as error:
                self._say(error.message)
                self._over.wait(wait_s)
                wait_s = min(2 * wait_s, _LONGEST_WAIT_S)

    def _listen(self, listener: Listener) -> None:
        """Until something changes, or it is time to ask."""
        waited_s = 0.0
        while waited_s < self._poll_s and not self._over.is_set():
            if listener.wait(min(_SLICE_S, self._poll_s)):
                return
            waited_s += _SLICE_S

    def _say(self, problem: str = "") -> None:
        connected = not problem
        if connected != self._status.connected or problem != self._status.problem:
            self._status = FleetStatus(connected, self._clock.now(), problem)
            if connected:
                log.info("following the server")
            else:
                log.warning("not following the server: %s", problem)
