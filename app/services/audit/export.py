"""The audit trail as a file for other programs: a table (CSV) or objects (JSON), a page at a time."""

import csv
import json
import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from app.core.audit import Detail
from app.core.errors import ExportFailed
from app.services.audit.audit_service import AuditLine
from app.services.audit.export_signature import SignPort, write_signature
from app.services.spreadsheet import cell

_FIGURES = ("gate", "value", "limit", "similarity", "threshold", "runner_up", "fmr")
COLUMNS = ("id", "at", "kind", "person", "person_id", "actor", "role", *_FIGURES, "details")


class ExportFormat(StrEnum):
    """Of the file, by the ending of its name."""

    CSV = "csv"
    JSON = "json"


def format_of(path: Path) -> ExportFormat:
    """The format that a file's name asks for; CSV where it ends otherwise."""
    return ExportFormat.JSON if path.suffix.lower() == ".json" else ExportFormat.CSV


def write_events(
    pages: Iterable[list[AuditLine]], path: Path, signer: SignPort | None = None
) -> Generator[int, None, None]:
    """Write events into a file, a page at a time, and sign it; go on by asking for the next value.

    The file appears when all is written, and replaces one of that name. Whoever stops before, or is stopped by an
    error, leaves nothing behind, and the file that was there as it was.

    Args:
        pages: Of events.
        path: Ends in ".json" for JSON, in UTF-8; anything else is CSV, in UTF-8 with a mark at its beginning, as
            spreadsheets want it.
        signer: Signs the file, in another one beside it.

    Yields:
        How many events are written so far.

    Raises:
        ExportFailed: It cannot be written.
        StoreError: The events cannot be read.
    """
    written = 0
    with _replacing(path) as file:
        begin, add, end = _WRITERS[format_of(path)]
        begin(file)
        for page in pages:
            with _explaining(path):
                add(file, page, written)
            written += len(page)
            yield written
        end(file, written)
    if signer is not None:
        with _explaining(path):
            write_signature(path, written, signer)


def event_json(line: AuditLine) -> dict[str, object]:
    """An event as JSON has it."""
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
    partial = path.with_name(f"{path.name}.part")
    encoding = "utf-8" if format_of(path) is ExportFormat.JSON else "utf-8-sig"
    with _explaining(path):
        file = partial.open("w", encoding=encoding, newline="")
    try:
        with file:
            yield file
            with _explaining(path):
                file.flush()
                os.fsync(file.fileno())
        with _explaining(path):
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _explaining(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportFailed(path=path, reason=error.strerror or error) from error


def _begin_csv(file: TextIO) -> None:
    csv.writer(file).writerow(COLUMNS)


def _add_csv(file: TextIO, page: list[AuditLine], _written: int) -> None:
    csv.writer(file).writerows([cell(value) for value in _row(line)] for line in page)


def _end_csv(_file: TextIO, _written: int) -> None:
    """Nothing closes a table."""


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
