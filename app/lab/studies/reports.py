"""Shared parts of study reports: Markdown tables, numbers, and files written together."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from app.core.atomic_file import write_atomically
from app.core.errors import ExportFailed


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown.

    Args:
        head: Column titles.
        rows: Cells of each row.
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def points(share: float | None, *, signed: bool = False) -> str:
    """Format a share in percent, or a difference of shares in percentage points.

    Args:
        share: 0 to 1, or -1 to 1 for a difference; None if there is no value.
        signed: Whether to write "+" before values that are not negative.

    Returns:
        100 times the share with one decimal, without a unit; a dash for None.
    """
    return "–" if share is None else f"{share * 100:{'+' if signed else ''}.1f}"


def write_files(folder: Path, files: Mapping[str, str]) -> list[Path]:
    """Write each file atomically.

    Args:
        folder: Output folder; created if it is missing.
        files: Contents by file name.

    Returns:
        The paths of the files.

    Raises:
        ExportFailed: A file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_atomically(folder / name, content, mode=None)
    except OSError as error:
        raise ExportFailed(path=folder, reason=error.strerror or error) from error
    return [folder / name for name in files]
