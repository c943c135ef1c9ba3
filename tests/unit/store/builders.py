"""Builders and helpers for the tests of the store."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.errors import StoreError
from app.core.faces import Embedding, Vector
from app.store.database.sqlite import Database
from app.store.people.galleries import GalleryChanges
from app.store.people.repository import NewTemplate, PeopleRepository
from app.store.people.templates import GalleryArrays, TemplateRepository

FloatMatrix = NDArray[np.float32]

ROOT = Path(__file__).resolve().parents[3]
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
MODEL, SHA = "mobilefacenet", "ab" * 32
SIZE = 8


@dataclass
class SteppingClock:
    """A clock that advances by one second per reading."""

    time: datetime = field(default=EPOCH)

    def monotonic_ns(self) -> int:
        raise NotImplementedError

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


def unit(seed: int, size: int = SIZE) -> Vector:
    vector = np.random.default_rng(seed).standard_normal(size)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def template(seed: int = 0, *, model: str = MODEL, sha256: str = SHA, size: int = SIZE) -> NewTemplate:
    return NewTemplate(Embedding(unit(seed, size), model), sha256, quality=0.75, source=f"{seed}.jpg")


class Repositories(PeopleRepository):
    """The repositories of people and templates in one object."""

    def __init__(self, database: Database) -> None:
        clock = SteppingClock()
        super().__init__(database, clock, "test")
        self.templates = TemplateRepository(database, clock, "test")
        self.templates_of, self.revision = self.templates.of, self.templates.revision
        self.retire = self.templates.retire

    def gallery_arrays(self, model: str = MODEL, sha256: str = SHA, now: datetime = EPOCH) -> GalleryArrays:
        return self.templates.gallery_arrays(model, sha256, now)


def plain(rows: GalleryArrays) -> FloatMatrix:
    """The vectors of a gallery as they were before they were turned."""
    return rows.rotation.invert(rows.vectors)


def turning_of(rows: GalleryArrays | GalleryChanges) -> FloatMatrix:
    """By what a gallery turns its probes."""
    return rows.rotation.matrix(SIZE).astype(np.float32)


ONE_TEMPLATE = "id = (SELECT min(id) FROM templates)"
"""Some one template: nothing that can be read tells which."""


def contents(directory: Path) -> dict[str, bytes]:
    """Every file of a directory, to see that nothing was changed, added or taken away."""
    return {file.name: file.read_bytes() for file in directory.iterdir() if file.is_file()}


def explains(error: StoreError, path: Path) -> bool:
    """Return whether an error names the file and has a hint."""
    return str(path) in error.message and bool(error.hint)
