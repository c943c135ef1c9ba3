"""Atomic file writing: after a crash at any moment, the target is the old file or the complete new one."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PARTIAL_SUFFIX = ".part"
"""Suffix of temporary files. A file left behind by a crash can be deleted."""


@contextmanager
def atomic_path(target: Path, *, mode: int | None = 0o600, durable: bool = True) -> Iterator[Path]:
    """Create an empty temporary file beside the target, which replaces the target when the block ends.

    If the block raises, the target stays unchanged. The name of the temporary file is unique, so that several processes
    may write the same target; the last one wins.

    Args:
        target: File to create or replace.
        mode: Permissions of the file; None for those that the umask gives to an ordinary file.
        durable: Whether to flush the file and its directory to the disk, so that the content survives a power failure.

    Yields:
        Path of the temporary file.

    Raises:
        OSError: The file cannot be written. The target is unchanged, and no temporary file remains.
    """
    partial = target.with_name(f"{target.name}.{secrets.token_hex(4)}{PARTIAL_SUFFIX}")
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else mode))
        yield partial
        if durable:
            _flush(partial, os.O_RDWR)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    if durable and sys.platform != "win32":  # Windows opens no directories
        _flush(target.parent, os.O_RDONLY)


@contextmanager
def atomic_file(target: Path, *, mode: int | None = 0o600, durable: bool = True) -> Iterator[BinaryIO]:
    """Open a file for writing that replaces the target when the block ends. See `atomic_path`.

    Args:
        target: File to create or replace.
        mode: See `atomic_path`.
        durable: See `atomic_path`.

    Yields:
        The temporary file.

    Raises:
        OSError: The file cannot be written. The target is unchanged.
    """
    with atomic_path(target, mode=mode, durable=durable) as partial, partial.open("wb") as file:
        yield file


def write_atomically(target: Path, content: bytes | str, *, mode: int | None = 0o600, durable: bool = True) -> None:
    """Create or replace a file.

    Args:
        target: File to create or replace.
        content: Bytes, or text to be encoded in UTF-8.
        mode: See `atomic_path`.
        durable: See `atomic_path`.

    Raises:
        OSError: The file cannot be written. The target is unchanged.
    """
    with atomic_file(target, mode=mode, durable=durable) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def _flush(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
