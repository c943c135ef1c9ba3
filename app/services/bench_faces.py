"""Of whom galleries are made that are only measured."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.core.errors import ImageError, InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP
from app.matching.made_up import MadeUpFaces
from app.services.evaluation import Progress, embed_pictures, people_pictures
from app.vision.analysis import FaceAnalyzer

_ENOUGH = 20
"""People, before their spread is that of others."""


@dataclass(frozen=True, slots=True)
class BenchFaces:
    """People for a gallery that is only measured.

    Attributes:
        faces: Makes as many as are wanted.
        words: Whose they are, for the report.
    """

    faces: MadeUpFaces
    words: str


def made_up_faces(size: int) -> BenchFaces:
    """Nobody real, spread as the people of LFW are.

    Args:
        size: Of an embedding.
    """
    return BenchFaces(MadeUpFaces.as_measured(size), "made up, spread as measured on LFW")


def faces_from_file(path: Path, size: int) -> BenchFaces:
    """The people of a file, and others like them.

    Args:
        path: Of NumPy (.npy): (n, size), one embedding of each.
        size: Of an embedding.

    Raises:
        InvalidRequest: It holds something else.
    """
    try:
        vectors = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise _no_embeddings(path, size) from error
    if vectors.ndim != 2 or vectors.shape[0] < _ENOUGH or vectors.shape[1] != size or vectors.dtype.kind != "f":
        raise _no_embeddings(path, size)
    words = f"{len(vectors)} people of {path.name}, the others like them; from picture to picture as measured on LFW"
    return BenchFaces(MadeUpFaces.as_measured(size, vectors.astype(np.float32)), words)


def faces_from_images(analyzer: FaceAnalyzer, images: Path, progress: Progress = lambda _: None) -> BenchFaces:
    """The people of a folder, and others like them, each spread over pictures as these are.

    Args:
        analyzer: Vision that embeds every face it finds.
        images: A folder for each person.
        progress: Called with each picture when it is done.

    Raises:
        ImageError: There are too few people in it, or too few with two pictures.
    """
    found = embed_pictures(analyzer, people_pictures(images), progress)
    names = [path.parent.name for path in found]
    _, owners, counts = np.unique(names, return_inverse=True, return_counts=True)
    if (counts > 1).sum() < _ENOUGH:
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "There are too few people in: {path}"),
            QT_TRANSLATE_NOOP("errors", "Give a folder that holds a folder of pictures for each person."),
            path=images,
        )
    words = f"{len(counts)} people of {images.name}, the others like them"
    return BenchFaces(MadeUpFaces.like(np.stack(list(found.values())), owners.astype(np.int64)), words)


def _no_embeddings(path: Path, size: int) -> InvalidRequest:
    return InvalidRequest(
        QT_TRANSLATE_NOOP("errors", "There are no embeddings of {size} values in: {path}"),
        QT_TRANSLATE_NOOP("errors", "Give a NumPy file (.npy) with a row for each of at least {count} people."),
        path=path,
        size=size,
        count=_ENOUGH,
    )
