"""Gallery on the server: for each probe, only the nearest people are fetched."""

from functools import cached_property

from app.core.clock import Clock
from app.core.faces import Embedding
from app.core.match_decision import Match, TemplateFusion
from app.matching.gallery import Gallery
from app.matching.negative_templates import NegativeTemplates
from app.matching.segments import TemplateBatch
from app.matching.threshold import Candidate, MatchRule
from app.services.recognition.gallery_cache import GalleryCache, rotation_matrix
from app.store.fleet.server_queries import ServerSearch
from app.store.people.galleries import GalleryRepository

_COUNT_EVERY_NS = 600_000_000_000
"""How often the people on the server are counted, for the threshold that their number asks for."""

MAX_CACHED_TEMPLATES = 1_000_000
"""Above this number of templates, the gallery stays on the server."""


class ServerGallery(Gallery):
    """Gallery that searches on the server. Every method may raise StoreError.

    Args:
        model: Manifest name of the templates' model.
        search: Finds the nearest people on the server.
        clock: Determines who is valid.
    """

    def __init__(self, model: str, search: ServerSearch, clock: Clock) -> None:
        super().__init__(model)
        self._search = search
        self._clock = clock

    @cached_property
    def people_by_templates(self) -> dict[int, int]:
        """See `Gallery.people_by_templates`; counted once on the server."""
        return self._search.people_by_templates()

    def search(self, probe: Embedding, count: int = 2, fusion: TemplateFusion = TemplateFusion.BEST) -> list[Candidate]:
        """See `Gallery.search`; returns no more candidates than the server does."""
        return self._around(probe).search(probe, count, fusion)

    def identify(self, probe: Embedding, rule: MatchRule) -> Match:
        """See `Gallery.identify`."""
        return self._around(probe).identify(probe, rule)

    def verify(self, probe: Embedding, person_id: str, rule: MatchRule) -> Match:
        """See `Gallery.verify`."""
        return self._around(probe, person_id).verify(probe, person_id, rule)

    def _around(self, probe: Embedding, also: str | None = None) -> Gallery:
        nearest = self._search.around(self._vector(probe), self._clock.now(), also)
        (owners, vectors), (anchor_owners, anchors) = nearest.vectors, nearest.anchors
        batch = TemplateBatch(nearest.people, vectors, owners, NegativeTemplates(anchors, anchor_owners))
        return Gallery(self.model, rotation=rotation_matrix(nearest.rotation, vectors)).with_changes((), batch)


class ServerGalleryCache(GalleryCache):
    """Gives the whole gallery up to `MAX_CACHED_TEMPLATES` templates, and the gallery on the server above.

    Args:
        galleries: Reads the templates of the model in use.
        model: Manifest name of the model.
        clock: Determines when to check the revision.
        search: Finds people on the server.
    """

    def __init__(self, galleries: GalleryRepository, model: str, clock: Clock, search: ServerSearch) -> None:
        super().__init__(galleries, model, clock)
        self._search = search
        self._remote = ServerGallery(model, search, clock)
        self._counted_ns = clock.monotonic_ns()
        self._too_many: bool | None = None

    def current(self) -> Gallery:
        """Return the gallery in use; which one is decided at the first call."""
        if self._too_many is None:
            self._too_many = self._search.templates() > MAX_CACHED_TEMPLATES
        if not self._too_many:
            return super().current()
        now = self._clock.monotonic_ns()
        if now - self._counted_ns >= _COUNT_EVERY_NS:
            self._remote, self._counted_ns = ServerGallery(self._remote.model, self._search, self._clock), now
        return self._remote
