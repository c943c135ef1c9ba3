"""A folder of pictures for each person, aligned once and cached."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap

from app.core.errors import ImageError
from app.core.faces import Image
from app.lab.data.faces import ArrayImages, FaceSet
from app.lab.errors import DataUnusable

Align = Callable[[Path], Image | None]
"""Returns a picture's aligned face, (side, side, 3) uint8, RGB, or None; raises ImageError for an unreadable picture.
"""

_VERSION = 1


@dataclass(frozen=True, slots=True)
class PreparedFaces:
    """Aligned faces, and the pictures that could not be used.

    Attributes:
        faces: Aligned faces.
        unreadable: Pictures that could not be decoded.
        faceless: Pictures without a face.
        left_out: People with fewer faces than required.
        from_cache: Whether all faces came from the cache.
    """

    faces: FaceSet
    unreadable: tuple[str, ...]
    faceless: tuple[str, ...]
    left_out: tuple[str, ...]
    from_cache: bool


def prepare_folder(
    pictures: list[Path],
    align: Align,
    side: int,
    cache: Path,
    least: int = 1,
    done: Callable[[Path], None] = lambda _: None,
) -> PreparedFaces:
    """Align every picture, unless the cache holds the faces of the same unchanged pictures.

    Args:
        pictures: Pictures, each in the folder of its person.
        align: The application's own alignment.
        side: Side of the aligned faces, in pixels.
        cache: Folder of the cache.
        least: People with fewer faces are left out.
        done: Called with each picture.

    Raises:
        DataUnusable: There are no pictures, none of them can be used, or the cache cannot be written.
    """
    if not pictures:
        raise DataUnusable(path="–", reason="there are no pictures")
    root = pictures[0].parents[1]
    stem = cache / f"faces-{_fingerprint(pictures, side)}"
    cached = stem.with_suffix(".json").exists()
    if not cached:
        try:
            _align_all(pictures, align, side, stem, done)
        except OSError as error:
            raise DataUnusable(path=cache, reason=error.strerror or error) from error
    faces, unreadable, faceless = _load_cache(stem)
    enough = faces.with_at_least(least)
    if not len(enough):
        raise DataUnusable(path=root, reason=f"no person has {least} pictures with a face")
    left_out = tuple(name for name in faces.identities if name not in set(enough.identities))
    return PreparedFaces(enough, unreadable, faceless, left_out, cached)


def _fingerprint(pictures: list[Path], side: int) -> str:
    """Return a digest of the pictures' names, sizes and times, and of the side of the faces."""
    rows = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in pictures]
    return hashlib.sha256(json.dumps([_VERSION, side, rows]).encode()).hexdigest()[:24]


def _align_all(pictures: list[Path], align: Align, side: int, stem: Path, done: Callable[[Path], None]) -> None:
    """Write the faces, then the index that marks them as complete; several processes may do so concurrently."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    parts = {suffix: stem.with_suffix(f".{os.getpid()}{suffix}") for suffix in (".npy", ".json")}
    images = open_memmap(parts[".npy"], "w+", np.uint8, (len(pictures), side, side, 3))
    owners: list[str] = []
    unreadable: list[str] = []
    faceless: list[str] = []
    for path in pictures:
        name = f"{path.parent.name}/{path.name}"
        try:
            face = align(path)
        except ImageError:
            unreadable.append(name)
        else:
            if face is None:
                faceless.append(name)
            else:
                images[len(owners)] = face
                owners.append(path.parent.name)
        done(path)
    images.flush()
    parts[".json"].write_text(json.dumps({"owners": owners, "unreadable": unreadable, "faceless": faceless}), "utf-8")
    for suffix, part in parts.items():
        part.replace(stem.with_suffix(suffix))


def _load_cache(stem: Path) -> tuple[FaceSet, tuple[str, ...], tuple[str, ...]]:
    try:
        index = json.loads(stem.with_suffix(".json").read_text("utf-8"))
        images = np.load(stem.with_suffix(".npy"), mmap_mode="r")
        owners, unreadable, faceless = index["owners"], tuple(index["unreadable"]), tuple(index["faceless"])
    except (OSError, ValueError, KeyError) as error:
        raise DataUnusable(
            path=stem.with_suffix(".json"), reason="the cached faces are damaged; delete them"
        ) from error
    names, labels = np.unique(np.array(owners, dtype=np.str_), return_inverse=True)
    places = np.arange(len(owners), dtype=np.int64)
    identities = tuple(str(name) for name in names)
    return FaceSet(ArrayImages(images), places, labels.astype(np.int64), identities), unreadable, faceless
