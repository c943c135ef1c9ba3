"""Searches files for remnants of erased personal data."""

from collections.abc import Iterable, Iterator
from pathlib import Path

_PIECE = 32
"""Bytes of a vector or picture that identify it."""


def find_remnants(directory: Path, names: Iterable[str], blobs: Iterable[bytes]) -> list[str]:
    """Return a description of every remnant in the files below a directory.

    Args:
        directory: Searched recursively.
        names: Searched as given and case-folded, in UTF-8 and UTF-16.
        blobs: Any 32 consecutive bytes of them, at every eighth offset, are a remnant.
    """
    sought = {f"“{name}” in {code}": text for name in names for code, text in _spellings(name)}
    sought |= {f"bytes {start} of {blob[:4].hex()}": piece for blob in blobs for start, piece in _pieces(blob)}
    found = []
    for file in sorted(file for file in directory.rglob("*") if file.is_file()):
        data = file.read_bytes()
        found += [f"{file.relative_to(directory)}: {what}" for what, text in sought.items() if text in data]
    return found


def _spellings(name: str) -> Iterator[tuple[str, bytes]]:
    for written in {name, name.casefold()}:
        for code in ("utf-8", "utf-16-le", "utf-16-be"):
            yield f"{code}, {written}", written.encode(code)


def _pieces(blob: bytes) -> Iterator[tuple[int, bytes]]:
    for start in range(0, len(blob) - _PIECE + 1, 8):
        yield start, blob[start : start + _PIECE]
