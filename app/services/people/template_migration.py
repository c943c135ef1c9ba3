"""Templates of the model in use, made from the small pictures that were kept beside those of another."""

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
    """Embeds kept pictures again: they are what the network is given anyway, but for what JPEG has lost.

    Args:
        row: Of the model in use.
        make_embedder: Gives its network; called once, by the thread that renews.
        limits: Gives what is good enough, as it is then.
    """

    def __init__(
        self, row: EmbedderRow, make_embedder: Callable[[], Embedder], limits: Callable[[], QualitySettings]
    ) -> None:
        self._row = row
        self._make_embedder = make_embedder
        self._limits = limits
        self._embedder: Embedder | None = None

    def renewed(self, templates: Sequence[NewTemplate]) -> list[NewTemplate]:
        """What can be made of somebody's templates in use of other models.

        Args:
            templates: All of one person.

        Returns:
            One for each whose picture is good enough, with an id that is the same each time.
        """
        made_by = (self._row.name, self._row.space)
        others = [one for one in templates if (one.embedding.model, one.model_sha256) != made_by]
        limits, side = self._limits(), self._row.input_size[0]
        kept = [
            (one, decode_thumbnail(one.thumbnail, side, limits))
            for one in others
            if one.thumbnail and not one.retired_at
        ]
        usable = [(one, face) for one, face in kept if face is not None]
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
