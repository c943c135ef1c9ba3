"""Pictures of known people in folders, and their embeddings."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from app.camera.picture_file import SUFFIXES, read_picture
from app.core.faces import AnalyzedFace, Frame, Vector
from app.evaluation.protocols.embedding_cache import EmbeddingCache
from app.vision.analysis import PROMINENT_SHARE, FaceAnalyzer

Analyzer = FaceAnalyzer
"""Vision for single pictures, by a name that commands may import."""

Progress = Callable[[Path], None]
"""Called with each picture when it is done."""

EmbedPictures = Callable[[Sequence[Path]], Mapping[Path, Vector]]
"""Embeds pictures; leaves out those without a face. Raises ImageError for a picture that cannot be read."""


def list_people_pictures(images: Path) -> list[Path]:
    """Return the pictures of a folder of people (one folder a person), sorted by person and name."""
    return sorted(path for path in images.glob("*/*") if path.suffix.lower() in SUFFIXES)


def embed_pictures(
    analyzer: FaceAnalyzer, paths: Sequence[Path], progress: Progress, cache: EmbeddingCache | None = None
) -> dict[Path, Vector]:
    """Return the embedding of the face nearest to each picture's centre; leave out pictures without a face.

    Args:
        analyzer: Vision that embeds every face.
        paths: Pictures.
        progress: Called with each picture that is embedded.
        cache: Embeddings of earlier runs.

    Raises:
        ImageError: A picture cannot be read.
    """
    if cache is not None:
        return cache.embed(paths, lambda missing: embed_pictures(analyzer, missing, progress))
    found = {}
    for path in paths:
        face = find_central_face(analyzer, path)
        if face is not None and face.embedding is not None:
            found[path] = face.embedding.vector
        progress(path)
    return found


def find_central_face(analyzer: FaceAnalyzer, path: Path) -> AnalyzedFace | None:
    """Return the face nearest to a picture's centre; None without a face.

    Args:
        analyzer: Vision for single pictures.
        path: The picture.

    Raises:
        ImageError: The picture cannot be read.
    """
    frame = Frame(1, read_picture(path), 0)
    faces = analyzer.analyze(frame, PROMINENT_SHARE)
    centre = np.array([frame.width, frame.height]) / 2
    return min(faces, key=lambda face: float(np.hypot(*(face.face.box.centre - centre))), default=None)
