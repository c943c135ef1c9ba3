"""Export the audit log as CSV or JSON, one page at a time, with a signature."""

import csv
import json
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TextIO, TypeVar

from app.core.atomic_file import atomic_path
from app.core.audit import Detail
from app.core.errors import ExportFailed
from app.services.audit.audit_service import AuditLine
from app.services.audit.export_signature import write_signature
from app.store.audit.signature import Signer

_T = TypeVar("_T")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters that make a spreadsheet treat a cell as a formula (OWASP, "CSV Injection")."""

_FIGURES = ("gate", "value", "limit", "similarity", "threshold", "runner_up", "fmr")
COLUMNS = ("id", "at", "kind", "person", "person_id", "actor", "role", *_FIGURES, "details")


class ExportFormat(StrEnum):
    """Format of the exported file."""

    CSV = "csv"
    JSON = "json"


def format_of(path: Path) -> ExportFormat:
    """Return JSON for a file name that ends in ".json", CSV for any other."""
    return ExportFormat.JSON if path.suffix.lower() == ".json" else ExportFormat.CSV


def write_events(
    pages: Iterable[list[AuditLine]], path: Path, signer: Signer | None = None
) -> Generator[int, None, None]:
    """Write events to a file, one page for each step of the generator, and sign the file.

    The file replaces an existing one only when it is complete. If the generator is closed early or an error occurs, the
    existing file stays and the partial one is removed.

    Args:
        pages: Pages of events.
        path: The file. A name that ends in ".json" gives JSON in UTF-8; any other gives CSV in UTF-8 with a byte order
            mark, which spreadsheets need.
        signer: Signs the file into a second one beside it; None for no signature.

    Yields:
        The number of events written so far.

    Raises:
        ExportFailed: The file cannot be written.
        StoreError: The events cannot be read.
    """
    written = 0
    with _replacing(path) as file:
        begin, add, end = _WRITERS[format_of(path)]
        begin(file)
        for page in pages:
            add(file, page, written)
            written += len(page)
            yield written
        end(file, written)
    if signer is not None:
        with _export_errors(path):
            write_signature(path, written, signer)


def spreadsheet_cell(value: _T) -> _T | str:
    """Return a value for CSV: text that a spreadsheet would treat as a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def event_json(line: AuditLine) -> dict[str, object]:
    """Return an event as a JSON object."""
    entry = line.event.entry
    return {
        "id": line.event.id,
        "at": line.event.at.isoformat(),
        "kind": entry.kind.value,
        "person": line.name or None,
        "person_id": entry.subject or None,
        "actor": entry.actor,
        "role": entry.role,
        "details": dict(entry.details),
    }


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    encoding = "utf-8" if format_of(path) is ExportFormat.JSON else "utf-8-sig"
    with (
        _export_errors(path),
        atomic_path(path, mode=None) as partial,
        partial.open("w", encoding=encoding, newline="") as file,
    ):
        yield file


@contextmanager
def _export_errors(path: Path) -> Iterator[None]:
    """Raise ExportFailed in place of OSError."""
    try:
        yield
    except OSError as error:
        raise ExportFailed(path=path, reason=error.strerror or error) from error


def _begin_csv(file: TextIO) -> None:
    csv.writer(file).writerow(COLUMNS)


def _add_csv(file: TextIO, page: list[AuditLine], _written: int) -> None:
    csv.writer(file).writerows([spreadsheet_cell(value) for value in _row(line)] for line in page)


def _end_csv(_file: TextIO, _written: int) -> None:
    """Write nothing: a table has no closing line."""


def _begin_json(file: TextIO) -> None:
    file.write('{"events": [')


def _add_json(file: TextIO, page: list[AuditLine], written: int) -> None:
    for number, line in enumerate(page, written):
        file.write(",\n" if number else "\n")
        json.dump(event_json(line), file, ensure_ascii=False)


def _end_json(file: TextIO, _written: int) -> None:
    file.write("\n]}\n")


_WRITERS = {
    ExportFormat.CSV: (_begin_csv, _add_csv, _end_csv),
    ExportFormat.JSON: (_begin_json, _add_json, _end_json),
}


def _row(line: AuditLine) -> list[Detail]:
    entry = line.event.entry
    details = json.dumps(dict(entry.details), ensure_ascii=False, sort_keys=True)
    figures = [entry.details.get(name) for name in _FIGURES]
    at = line.event.at.isoformat()
    return [line.event.id, at, entry.kind.value, line.name, entry.subject, entry.actor, entry.role, *figures, details]
