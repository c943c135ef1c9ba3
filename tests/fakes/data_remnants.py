"""Looks for what is left of somebody in files, byte by byte."""

from collections.abc import Iterable, Iterator
from pathlib import Path

_PIECE = 32
"""Bytes of a vector or picture that cannot be anybody else's."""


def find_remnants(directory: Path, names: Iterable[str], blobs: Iterable[bytes]) -> list[str]:
    """Every trace in every file below a directory, in words; empty when there is none.

    Args:
        directory: Searched with everything in it.
        names: Looked for as they are and in small letters, in UTF-8 and UTF-16.
        blobs: Of which any 32 bytes in a row, at every eighth place, are a trace.
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
