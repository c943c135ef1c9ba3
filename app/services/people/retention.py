"""Retention: erase people past their erasure date, at the start and every hour."""

import logging
import threading
from collections.abc import Callable, Sequence

from app.core.closeable import Closeable
from app.core.errors import FacelatchError
from app.core.people import Person

log = logging.getLogger(__name__)

EVERY_S = 3600.0
"""Seconds between two runs. An expired person is not recognised from that moment on; this concerns the stored data."""

_CLOSE_WITHIN_S = 5.0


class RetentionScheduler(Closeable):
    """Erases expired people in a thread of its own, for the window and for kiosks.

    A failed run is logged and repeated after the next interval. The thread may be the first to use the database, so
    that a database that does not open delays no screen. Erasure needs no permission, because it also happens while no
    role is signed in (`PeopleService.erase_expired`).

    Args:
        erase: Erases expired people and returns them. Called in the thread.
        every_s: Seconds between two runs.
    """

    def __init__(self, erase: Callable[[], Sequence[Person]], every_s: float = EVERY_S) -> None:
        self._erase = erase
        self._every_s = every_s
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)

    def start(self) -> None:
        """Begin with the first run; has no effect when called again."""
        if self._thread.ident is None and not self._closing.is_set():
            self._thread.start()

    def close(self) -> None:
        """End after the run in progress; may be called twice, and without a start."""
        self._closing.set()
        if self._thread.ident is not None:
            self._thread.join(_CLOSE_WITHIN_S)

    def _run(self) -> None:
        while True:
            try:
                erased = self._erase()
            except FacelatchError as error:
                log.warning("expired people could not be erased; the next attempt is in an hour: %s", error)
            else:
                if erased:
                    log.info("%d expired people were erased", len(erased))
            if self._closing.wait(self._every_s):
                return
