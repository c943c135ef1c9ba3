"""A gallery that stays on the server: of each face only the few people are fetched who resemble it."""

from app.core.clock import Clock
from app.core.faces import Embedding
from app.core.match_decision import Match
from app.matching.gallery import Candidate, Gallery, MatchRule
from app.matching.negative_templates import NegativeTemplates
from app.matching.segments import TemplateBatch
from app.services.recognition.gallery_cache import GalleryCache, rotation_matrix
from app.store.fleet.server_queries import ServerSearch
from app.store.people.galleries import GalleryRepository

MAX_CACHED_TEMPLATES = 1_000_000
"""Templates that are not fetched and held in memory any more."""


class ServerGallery(Gallery):
    """Answers as a gallery that holds everybody. Every method may raise StoreError.

    Args:
        model: The templates' model.
        search: Finds the few.
        clock: Says who is valid.
    """

    def __init__(self, model: str, search: ServerSearch, clock: Clock) -> None:
        super().__init__(model)
        self._search = search
        self._clock = clock

    def search(self, probe: Embedding, count: int = 2) -> list[Candidate]:
        """See `Gallery.search`; at most as many as the server names."""
        return self._around(probe).search(probe, count)

    def identify(self, probe: Embedding, rule: MatchRule) -> Match:
        """See `Gallery.identify`."""
        return self._around(probe).identify(probe, rule)

    def verify(self, probe: Embedding, person_id: str, rule: MatchRule) -> Match:
        """See `Gallery.verify`."""
        return self._around(probe, person_id).verify(probe, person_id, rule)

    def _around(self, probe: Embedding, also: str | None = None) -> Gallery:
        found = self._search.around(self._vector(probe), self._clock.now(), also)
        (owners, vectors), (anchor_owners, anchors) = found.vectors, found.anchors
        batch = TemplateBatch(found.people, vectors, owners, NegativeTemplates(anchors, anchor_owners))
        return Gallery(self.model, turning=rotation_matrix(found.rotation, vectors)).changed((), batch)


class ServerGalleryCache(GalleryCache):
    """Gives the gallery that holds everybody while they are few enough, and else the one on the server.

    Args:
        galleries: Reads the templates of the model in use.
        model: Its manifest name.
        clock: Says when to look again.
        search: Finds people on the server.
    """

    def __init__(self, galleries: GalleryRepository, model: str, clock: Clock, search: ServerSearch) -> None:
        super().__init__(galleries, model, clock)
        self._search = search
        self._remote = ServerGallery(model, search, clock)
        self._too_many: bool | None = None

    def current(self) -> Gallery:
        """Whichever fits; decided once, when it is first asked for."""
        if self._too_many is None:
            self._too_many = self._search.templates() > MAX_CACHED_TEMPLATES
        return self._remote if self._too_many else super().current()
