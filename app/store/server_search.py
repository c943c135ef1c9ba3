"""Who a face is, asked of the server."""

from datetime import datetime

from app.core.types import Vector
from app.store.galleries import Changes, GalleryRepository
from app.store.server import ServerDatabase
from app.store.server_vectors import count_vectors, people_near
from app.store.vault import vault_of

PEOPLE = 32
"""Who are compared exactly: enough that nobody beside the first two matters, even where some are not valid now."""


class ServerSearch:
    """Finds the few people of a large gallery among whom a face's own is. Every method may raise StoreError.

    Args:
        database: Connected.
        model: The manifest name of the model.
        model_sha256: Of its weights.
    """

    def __init__(self, database: ServerDatabase, model: str, model_sha256: str) -> None:
        self._database = database
        self._made_by = model, model_sha256
        self._galleries = GalleryRepository(database, model, model_sha256)

    def templates(self) -> int:
        """How many can be searched."""
        with self._database.reading() as session:
            return count_vectors(session, *self._made_by)

    def around(self, probe: Vector, now: datetime, also: str | None = None) -> Changes:
        """The people whom a probe resembles most, with all that is needed to compare it with them.

        Args:
            probe: (size,), unit length.
            now: Decides who is valid.
            also: The id of somebody who is wanted however unlike they are.
        """
        with self._database.reading() as session:
            # While templates are being revoked, some are turned by the rotation before, some by the new one.
            turned = [rotation.turn(probe) for rotation in vault_of(session).rotations]
            near = [one for way in turned for one in people_near(session, *self._made_by, way, PEOPLE)]
        return self._galleries.some(list(dict.fromkeys([*near, *([also] if also else [])])), now)
