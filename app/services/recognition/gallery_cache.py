"""In-memory cache of the gallery, refreshed when any process changes the database."""

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

_CHECK_EVERY_NS = 250_000_000


class GalleryCache(Closeable):
    """Gives the current gallery; the revision of the database is read every 250 ms.

    After a change, only the people concerned are read. New templates are compared one by one until a background thread
    has added them to a searchable segment.

    Args:
        galleries: Reads the templates of the model in use.
        model: Manifest name of the model.
        clock: Determines when to check the revision.
    """

    def __init__(self, galleries: GalleryRepository, model: str, clock: Clock) -> None:
        self._galleries = galleries
        self._clock = clock
        self._lock = threading.Lock()
        self._gallery = Gallery(model)
        self._moment: GalleryVersion | None = None
        self._checked_ns: int | None = None
        self._renewing: threading.Thread | None = None
        self._loads = 0

    def current(self) -> Gallery:
        """Return the gallery, at most 250 ms old.

        While the database cannot be read, the last gallery is returned and the log gets a warning.

        Raises:
            StoreError: The gallery has never been read, or a newer version of the program has migrated the database
                (StoreTooNew).
        """
        with self._lock:
            now = self._clock.monotonic_ns()
            if self._checked_ns is None or now - self._checked_ns >= _CHECK_EVERY_NS:
                self._checked_ns = now
                self._refresh()
            return self._gallery

    def refresh(self) -> None:
        """Check the revision at the next call of `current`, as after a change by this process."""
        with self._lock:
            self._checked_ns = None

    def close(self) -> None:
        """Wait for the background thread, about half a second."""
        with self._lock:
            renewing = self._renewing
        if renewing is not None:
            renewing.join()

    def _refresh(self) -> None:
        try:
            if self._moment is None:
                self._load()
            elif self._galleries.revision() != self._moment.revision or self._is_over(self._moment):
                self._apply_changes(self._moment)
        except StoreError as error:
            if self._moment is None or isinstance(error, StoreTooNew):
                raise
            log.warning("the gallery could not be refreshed", exc_info=True)

    def _is_over(self, moment: GalleryVersion) -> bool:
        """Whether a person's validity has begun or ended since the gallery was read."""
        return moment.until is not None and self._clock.now() >= moment.until

    def _load(self) -> None:
        with self._galleries.snapshot(self._clock.now()) as read:
            templates = sum(person.templates for person in read.people)
            builder, rotation = GalleryBuilder(self._gallery.model, read.people, templates), None
            for owners, vectors in read.vectors:
                builder.add(owners, vectors)
                rotation = rotation_matrix(read.rotation, vectors)
        owners, anchors = read.anchors
        self._gallery = builder.gallery(anchors, owners, rotation)
        self._moment = read.version
        self._loads += 1

    def _apply_changes(self, since: GalleryVersion) -> None:
        changes = self._galleries.changes(since, self._clock.now())
        if changes is None:
            self._load()
            return
        if self._gallery.rotation is None:  # the gallery was empty, so the size of its vectors was unknown
            rotation = rotation_matrix(changes.rotation, changes.vectors[1])
            self._gallery = Gallery(self._gallery.model, self._gallery.segments, rotation)
        self._gallery = self._gallery.with_changes(changes.removed, _batch(changes))
        self._moment = changes.version
        self._renew()

    def _renew(self) -> None:
        """Rebuild segments that need it in a background thread, while this gallery stays in use."""
        if self._renewing is not None and self._renewing.is_alive():
            return
        old = segments_to_compact(self._gallery.segments)
        if old:
            self._gallery = self._gallery.sealed()
            self._renewing = threading.Thread(target=self._run, args=(old, self._loads), name="gallery", daemon=True)
            self._renewing.start()

    def _run(self, old: list[Segment], loads: int) -> None:
        new = compact(old)
        with self._lock:
            if self._loads == loads:
                self._gallery = self._gallery.compacted(old, new)


def rotation_matrix(rotation: Rotation, vectors: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Return the matrix that rotates probes into the space of stored vectors; None without vectors.

    Args:
        rotation: The rotation of the stored vectors.
        vectors: Stored vectors, float32 (n, size).

    Returns:
        float32 (size, size).
    """
    return rotation.matrix(vectors.shape[1]).astype(np.float32) if len(vectors) else None


def _batch(changes: GalleryChanges) -> TemplateBatch:
    owners, vectors = changes.vectors
    anchor_owners, anchors = changes.anchors
    return TemplateBatch(changes.people, vectors, owners, NegativeTemplates(anchors, anchor_owners))
