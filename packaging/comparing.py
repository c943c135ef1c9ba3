"""Compares two builds of the same input."""

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path


def differences(first: Path, second: Path) -> list[str]:
    """Describe the differences of two files or directories: names, modes, links and contents.

    Args:
        first: File or directory of one build.
        second: File or directory of the other.
    """
    ones, others = dict(_look(first)), dict(_look(second))
    return [
        *(f"{path} is only in {first}" for path in sorted(ones.keys() - others.keys())),
        *(f"{path} is only in {second}" for path in sorted(others.keys() - ones.keys())),
        *(f"{path} differs" for path in sorted(ones.keys() & others.keys()) if ones[path] != others[path]),
    ]


def _look(place: Path) -> Iterator[tuple[str, str]]:
    paths = sorted(place.rglob("*")) if place.is_dir() else [place]
    for path in paths:
        name = path.relative_to(place).as_posix() if path != place else "it"
        mode = stat.filemode(path.lstat().st_mode)
        if path.is_symlink():
            yield name, f"→ {os.readlink(path)}"  # noqa: PTH115 - the text of the link is meant
        elif path.is_dir():
            yield name, mode
        else:
            with path.open("rb") as file:
                yield name, f"{mode} {hashlib.file_digest(file, 'sha256').hexdigest()}"
