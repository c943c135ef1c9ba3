"""What the studies' reports share: Markdown tables, and files that are written whole or not at all."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from app.core.errors import ExportFailed


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def points(share: float | None, *, signed: bool = False) -> str:
    """A share in percent, or a difference in points; a dash for what is not known."""
    return "–" if share is None else f"{share * 100:{'+' if signed else ''}.1f}"


def write_files(folder: Path, files: Mapping[str, str]) -> list[Path]:
    """Write each beside its place, then put all into their places.

    Raises:
        ExportFailed: One cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / f"{name}.part").write_text(content, "utf-8")
        return [(folder / f"{name}.part").replace(folder / name) for name in files]
    except OSError as error:
        raise ExportFailed(path=folder, reason=error.strerror or error) from error
