"""Keeps the gallery in memory in step with the database, also when another process changes that."""

import logging
import threading

from app.core.clock import Clock
from app.core.errors import StoreError
from app.matching.gallery import Gallery
from app.store.people import PeopleRepository
from app.vision.manifest import EmbedderRow

log = logging.getLogger(__name__)

_LOOK_EVERY_NS = 250_000_000


class GalleryKeeper:
    """Gives the newest gallery, at the cost of a look at one row every quarter of a second.

    Args:
        people: Where templates are stored.
        row: Templates of this model are compared, and no others.
        clock: Says when to look again.
    """

    def __init__(self, people: PeopleRepository, row: EmbedderRow, clock: Clock) -> None:
        self._people = people
        self._row = row
        self._clock = clock
        self._lock = threading.Lock()
        self._gallery = Gallery.empty(row.name)
        self._revision = -1
        self._looked_ns: int | None = None

    def current(self) -> Gallery:
        """The gallery as of at most a quarter of a second ago.

        Where the database cannot be read for a moment, the last gallery goes on serving, and the log says so.

        Raises:
            StoreError: It could not be read from the start.
        """
        with self._lock:
            now = self._clock.monotonic_ns()
            if self._looked_ns is None or now - self._looked_ns >= _LOOK_EVERY_NS:
                self._looked_ns = now
                self._look()
            return self._gallery

    def refresh(self) -> None:
        """Look at once, as after a change of our own."""
        with self._lock:
            self._looked_ns = None

    def _look(self) -> None:
        try:
            if self._people.revision() != self._revision:
                self._revision, people, vectors, owners = self._people.gallery_rows(self._row.name, self._row.sha256)
                self._gallery = Gallery(self._row.name, people, vectors, owners)
        except StoreError:
            if self._revision < 0:
                raise
            log.warning("the gallery could not be renewed", exc_info=True)
