"""Keeps the gallery in memory in step with the database, also when another process changes that."""

import logging
import threading
from datetime import datetime

from app.core.clock import Clock
from app.core.errors import StoreError
from app.matching.gallery import Gallery
from app.store.templates import TemplateRepository
from app.vision.manifest import EmbedderRow

log = logging.getLogger(__name__)

_LOOK_EVERY_NS = 250_000_000


class GalleryKeeper:
    """Gives the newest gallery, at the cost of a look at one row every quarter of a second.

    Args:
        templates: Where they are stored.
        row: Templates of this model are compared, and no others.
        clock: Says when to look again.
    """

    def __init__(self, templates: TemplateRepository, row: EmbedderRow, clock: Clock) -> None:
        self._templates = templates
        self._row = row
        self._clock = clock
        self._lock = threading.Lock()
        self._gallery = Gallery.empty(row.name)
        self._revision = -1
        self._until: datetime | None = None
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
            if self._templates.revision() != self._revision or self._is_over():
                self._load()
        except StoreError:
            if self._revision < 0:
                raise
            log.warning("the gallery could not be renewed", exc_info=True)

    def _is_over(self) -> bool:
        """Whether somebody has begun or ceased to be valid since the gallery was loaded."""
        return self._until is not None and self._clock.now() >= self._until

    def _load(self) -> None:
        rows = self._templates.gallery_rows(self._row.name, self._row.sha256, self._clock.now())
        self._gallery = Gallery(
            self._row.name, rows.people, rows.vectors, rows.owners, rows.anchors, rows.anchor_owners
        )
        self._revision, self._until = rows.revision, rows.until
