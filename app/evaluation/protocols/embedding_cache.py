"""Embeddings of pictures in a file, so that later measurements reuse them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from app.core.atomic_file import atomic_file
from app.core.errors import ExportFailed, InvalidRequest
from app.core.faces import Vector
from app.core.i18n import QT_TRANSLATE_NOOP

_PER_WRITE = 500
"""Pictures embedded between two writes of the file: the most that an interrupted run loses."""

Stamp = tuple[int, int]
"""Size in bytes and modification time in nanoseconds of a picture."""

Embed = Callable[[Sequence[Path]], dict[Path, Vector]]


class EmbeddingCache:
    """Embeddings in an .npz file. A picture that changed since is embedded again.

    Args:
        file: The file; read if it exists, and written.
        key: Identifies the model and engine; embeddings made with another key are refused.

    Raises:
        InvalidRequest: The file cannot be read, is damaged, or was made with another key.
    """

    def __init__(self, file: Path, key: str) -> None:
        self._file = file
        self._key = key
        self._known: dict[str, tuple[Stamp, Vector | None]] = {}
        if file.exists():
            self._read()

    def embed(self, paths: Sequence[Path], embed: Embed) -> dict[Path, Vector]:
        """Return the embeddings of pictures; leave out those without a face.

        Args:
            paths: Pictures.
            embed: Embeds the pictures that the file does not hold.

        Raises:
            ImageError: A picture cannot be read.
            ExportFailed: The file cannot be written.
        """
        missing = [path for path in paths if self._known.get(str(path), (None,))[0] != _size_and_time(path)]
        for start in range(0, len(missing), _PER_WRITE):
            part = missing[start : start + _PER_WRITE]
            found = embed(part)
            self._known |= {str(path): (_size_and_time(path), found.get(path)) for path in part}
            self._write()
        known = ((path, self._known[str(path)][1]) for path in paths)
        return {path: vector for path, vector in known if vector is not None}

    def _read(self) -> None:
        try:
            with np.load(self._file, allow_pickle=False) as content:
                key, names = str(content["made_with"]), content["names"].tolist()
                stamps, vectors = content["stamps"].tolist(), content["vectors"].astype(np.float32)
        except (OSError, ValueError, KeyError, BadZipFile, EOFError) as error:
            raise self._unusable(str(error).splitlines()[0] if str(error) else type(error).__name__) from error
        if key != self._key:
            raise self._unusable("they were made with another model or engine")
        faceless = np.isnan(vectors).all(axis=1)
        if not (len(names) == len(stamps) == len(vectors)) or not np.isfinite(vectors[~faceless]).all():
            raise self._unusable("they are damaged")
        for name, stamp, vector, without in zip(names, stamps, vectors, faceless, strict=True):
            self._known[name] = (stamp[0], stamp[1]), None if without else vector

    def _write(self) -> None:
        size = next((len(vector) for _, vector in self._known.values() if vector is not None), 1)
        no_face = np.full(size, np.nan, np.float32)
        try:
            # Readable by the user only: embeddings identify people.
            with atomic_file(self._file, mode=0o600) as file:
                np.savez(
                    file,
                    made_with=np.array(self._key),
                    names=np.array(list(self._known)),
                    stamps=np.array([stamp for stamp, _ in self._known.values()], np.int64),
                    vectors=np.stack([no_face if v is None else v for _, v in self._known.values()]),
                )
        except OSError as error:
            raise ExportFailed(path=self._file, reason=error.strerror or error) from error

    def _unusable(self, reason: str) -> InvalidRequest:
        return InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "The cached embeddings cannot be used: {path} ({reason})"),
            QT_TRANSLATE_NOOP("errors", "Name another file for the cache, or delete this one."),
            path=self._file,
            reason=reason,
        )


def _size_and_time(path: Path) -> Stamp:
    """Size and time of a file; zeros for a missing file, which fails when it is read."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns
