"""Embeddings of pictures in a file, so that they need not be made for every measurement."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from app.core.errors import ExportFailed, InvalidRequest
from app.core.faces import Vector
from app.core.i18n import QT_TRANSLATE_NOOP

_AT_ONCE = 500
"""Pictures between two times of writing: what a run that is cut off loses at most."""

Stamp = tuple[int, int]
Embed = Callable[[Sequence[Path]], dict[Path, Vector]]


class EmbeddingCache:
    """What is in such a file; a picture that has changed since is embedded anew.

    Args:
        file: Read if it is there, and written.
        made_with: What the embeddings depend on beside the pictures.

    Raises:
        InvalidRequest: The file cannot be read, is damaged, or was made with something else.
    """

    def __init__(self, file: Path, made_with: str) -> None:
        self._file = file
        self._made_with = made_with
        self._known: dict[str, tuple[Stamp, Vector | None]] = {}
        if file.exists():
            self._read()

    def of(self, paths: Sequence[Path], embed: Embed) -> dict[Path, Vector]:
        """The embeddings of pictures; those without a face are left out.

        Args:
            paths: Of the pictures.
            embed: Makes what is not at hand, in the same form.

        Raises:
            ImageError: A picture cannot be read.
            ExportFailed: The file cannot be written.
        """
        missing = [path for path in paths if self._known.get(str(path), (None,))[0] != _stamp(path)]
        for start in range(0, len(missing), _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            found = embed(part)
            self._known |= {str(path): (_stamp(path), found.get(path)) for path in part}
            self._write()
        kept = ((path, self._known[str(path)][1]) for path in paths)
        return {path: vector for path, vector in kept if vector is not None}

    def _read(self) -> None:
        try:
            with np.load(self._file, allow_pickle=False) as content:
                made_with, names = str(content["made_with"]), content["names"].tolist()
                stamps, vectors = content["stamps"].tolist(), content["vectors"].astype(np.float32)
        except (OSError, ValueError, KeyError, BadZipFile, EOFError) as error:
            raise self._unusable(str(error).splitlines()[0] if str(error) else type(error).__name__) from error
        if made_with != self._made_with:
            raise self._unusable("they were made with another model or in another way")
        faceless = np.isnan(vectors).all(axis=1)
        if not (len(names) == len(stamps) == len(vectors)) or not np.isfinite(vectors[~faceless]).all():
            raise self._unusable("they are damaged")
        for name, stamp, vector, without in zip(names, stamps, vectors, faceless, strict=True):
            self._known[name] = (stamp[0], stamp[1]), None if without else vector

    def _write(self) -> None:
        size = next((len(vector) for _, vector in self._known.values() if vector is not None), 1)
        nothing = np.full(size, np.nan, np.float32)
        part = self._file.with_suffix(".part")
        try:
            # For nobody but the user: embeddings tell who people are.
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                np.savez(
                    file,
                    made_with=np.array(self._made_with),
                    names=np.array(list(self._known)),
                    stamps=np.array([stamp for stamp, _ in self._known.values()], np.int64),
                    vectors=np.stack([nothing if v is None else v for _, v in self._known.values()]),
                )
            part.replace(self._file)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise ExportFailed(path=self._file, reason=error.strerror or error) from error

    def _unusable(self, reason: str) -> InvalidRequest:
        return InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "The kept embeddings cannot be used: {path} ({reason})"),
            QT_TRANSLATE_NOOP("errors", "Name another file to keep them in, or delete this one."),
            path=self._file,
            reason=reason,
        )


def _stamp(path: Path) -> Stamp:
    """Size and time; both zero for what is not there, which whoever reads it will say."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns
