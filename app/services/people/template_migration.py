"""Template migration: embed stored thumbnails with the model in use."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.core.settings.sections import QualitySettings
from app.store.people.vectors import NewTemplate
from app.vision.embedding import Embedder
from app.vision.manifest import EmbedderRow
from app.vision.thumbnail import decode_thumbnail

_ID_LETTERS = 32


class TemplateMigrator:
    """Makes templates of the model in use from the thumbnails stored with templates of other models.

    A thumbnail is the aligned face that the network takes as its input, apart from JPEG losses.

    Args:
        row: Manifest row of the model in use.
        make_embedder: Returns its network. Called once, in the thread that migrates.
        limits: Returns the quality limits in force.
    """

    def __init__(
        self, row: EmbedderRow, make_embedder: Callable[[], Embedder], limits: Callable[[], QualitySettings]
    ) -> None:
        self._row = row
        self._make_embedder = make_embedder
        self._limits = limits
        self._embedder: Embedder | None = None

    def migrate(self, templates: Sequence[NewTemplate]) -> list[NewTemplate]:
        """Return new templates for a person's active templates of other models.

        Args:
            templates: All templates of one person.

        Returns:
            One template for each thumbnail of sufficient quality. Its id depends on the old id and the model alone, so
            that a second migration gives the same ids.
        """
        made_by = (self._row.name, self._row.space)
        others = [one for one in templates if (one.embedding.model, one.model_sha256) != made_by]
        limits, side = self._limits(), self._row.input_size[0]
        found = [
            (one, decode_thumbnail(one.thumbnail, side, limits))
            for one in others
            if one.thumbnail and not one.retired_at
        ]
        usable = [(one, face) for one, face in found if face is not None]
        if not usable:
            return []
        if self._embedder is None:
            self._embedder = self._make_embedder()
        embeddings = self._embedder.embed([face for _, face in usable])
        return [
            replace(one, embedding=embedding, model_sha256=self._row.space, id=self._id_of(one))
            for (one, _), embedding in zip(usable, embeddings, strict=True)
        ]

    def _id_of(self, template: NewTemplate) -> str:
        made_of = f"{template.id} {self._row.name} {self._row.space}"
        return hashlib.sha256(made_of.encode()).hexdigest()[:_ID_LETTERS]
