"""Keeps the gallery in memory in step with the database, also when another process changes that."""

import logging
import threading

import numpy as np
from numpy.typing import NDArray

from app.core.clock import Clock
from app.core.closeable import Closeable
from app.core.errors import StoreError, StoreTooNew
from app.matching.gallery import Gallery
from app.matching.gallery_builder import GalleryBuilder
from app.matching.negative_templates import NegativeTemplates
from app.matching.segments import Segment, TemplateBatch, compact, segments_to_compact
from app.store.crypto.rotations import Rotation
from app.store.people.galleries import GalleryChanges, GalleryRepository, GalleryVersion

log = logging.getLogger(__name__)

_LOOK_EVERY_NS = 250_000_000


class GalleryCache(Closeable):
    """Gives the newest gallery, at the cost of a look at one row every quarter of a second.

    Of a change only those people are read whom it concerns. What has come since is compared one by one, until a thread
    has made it part of the rest.

    Args:
        galleries: Reads the templates of the model in use.
        model: Its manifest name.
        clock: Says when to look again.
    """

    def __init__(self, galleries: GalleryRepository, model: str, clock: Clock) -> None:
        self._galleries = galleries
        self._clock = clock
        self._lock = threading.Lock()
        self._gallery = Gallery(model)
        self._moment: GalleryVersion | None = None
        self._looked_ns: int | None = None
        self._renewing: threading.Thread | None = None
        self._loads = 0

    def current(self) -> Gallery:
        """The gallery as of at most a quarter of a second ago.

        Where the database cannot be read for a moment, the last gallery goes on serving, and the log says so.

        Raises:
            StoreError: It could not be read from the start; StoreTooNew, where it will not be again.
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

    def close(self) -> None:
        """Wait for the thread that renews parts, if it is at work: half a second or so."""
        with self._lock:
            renewing = self._renewing
        if renewing is not None:
            renewing.join()

    def _look(self) -> None:
        try:
            if self._moment is None:
                self._load()
            elif self._galleries.revision() != self._moment.revision or self._is_over(self._moment):
                self._follow(self._moment)
        except StoreError as error:
            if self._moment is None or isinstance(error, StoreTooNew):
                raise
            log.warning("the gallery could not be renewed", exc_info=True)

    def _is_over(self, moment: GalleryVersion) -> bool:
        """Whether somebody has begun or ceased to be valid since the gallery was read."""
        return moment.until is not None and self._clock.now() >= moment.until

    def _load(self) -> None:
        with self._galleries.everything(self._clock.now()) as read:
            templates = sum(person.templates for person in read.people)
            builder, turning = GalleryBuilder(self._gallery.model, read.people, templates), None
            for owners, vectors in read.vectors:
                builder.add(owners, vectors)
                turning = rotation_matrix(read.rotation, vectors)
        owners, anchors = read.anchors
        self._gallery = builder.gallery(anchors, owners, turning)
        self._moment = read.moment
        self._loads += 1

    def _follow(self, since: GalleryVersion) -> None:
        changes = self._galleries.changes(since, self._clock.now())
        if changes is None:
            self._load()
            return
        if self._gallery.turning is None:  # nobody was there, and it was not known what size vectors are of
            turning = rotation_matrix(changes.rotation, changes.vectors[1])
            self._gallery = Gallery(self._gallery.model, self._gallery.parts, turning)
        self._gallery = self._gallery.changed(changes.gone, _batch(changes))
        self._moment = changes.moment
        self._renew()

    def _renew(self) -> None:
        """Have parts renewed, where there is need, while this gallery goes on serving."""
        if self._renewing is not None and self._renewing.is_alive():
            return
        old = segments_to_compact(self._gallery.parts)
        if old:
            self._gallery = self._gallery.finished()
            self._renewing = threading.Thread(target=self._run, args=(old, self._loads), name="gallery", daemon=True)
            self._renewing.start()

    def _run(self, old: list[Segment], loads: int) -> None:
        new = compact(old)
        with self._lock:
            if self._loads == loads:
                self._gallery = self._gallery.renewed(old, new)


def rotation_matrix(rotation: Rotation, vectors: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """What a gallery's probes are turned by; None where there are no vectors to compare with.

    Args:
        rotation: Of the vectors.
        vectors: (n, size).
    """
    return rotation.matrix(vectors.shape[1]).astype(np.float32) if len(vectors) else None


def _batch(changes: GalleryChanges) -> TemplateBatch:
    owners, vectors = changes.vectors
    anchor_owners, anchors = changes.anchors
    return TemplateBatch(changes.people, vectors, owners, NegativeTemplates(anchors, anchor_owners))
