"""Erasing those whose time is up where no window is open."""

import logging
import threading
from collections.abc import Callable, Sequence

from app.core.closeable import Closeable
from app.core.errors import FacelatchError
from app.core.people import Person

log = logging.getLogger(__name__)

EVERY_S = 3600.0
"""Whoever's time is up is not recognised from that moment on; this is about their data."""

_CLOSE_WITHIN_S = 5.0


class RetentionThread(Closeable):
    """Erases at once and then every hour, in a thread of its own. What fails is tried again an hour later.

    Args:
        erase: Erases those whose time is up, and says whom; called in the thread.
        every_s: Seconds from one time to the next.
    """

    def __init__(self, erase: Callable[[], Sequence[Person]], every_s: float = EVERY_S) -> None:
        self._erase = erase
        self._every_s = every_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End when what is being erased is erased; may be called twice."""
        self._over.set()
        self._thread.join(_CLOSE_WITHIN_S)

    def _run(self) -> None:
        while True:
            try:
                gone = self._erase()
            except FacelatchError as error:
                log.warning("those whose time is up could not be erased; it is tried again in an hour: %s", error)
            else:
                if gone:
                    log.info("%d people were erased: their time was up", len(gone))
            if self._over.wait(self._every_s):
                return
