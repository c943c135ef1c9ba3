"""Candidates of a bulk enrolment: a folder with one folder per person, or a table."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from app.core import calendar
from app.core.errors import ImportUnreadable, InvalidRequest, UsageProblem
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import split_groups
from app.services.enrolment.enrolment_service import Applicant
from app.services.recognition.pictures import picture_files

COLUMNS = ("name", "pictures", "badge", "groups", "note", "valid_from", "valid_until", "consent")
"""Columns of a table, in any order; the first two are required."""

_REQUIRED = frozenset(COLUMNS[:2])
_YES = frozenset({"yes", "y", "true", "1", "x", "agreed", "是", "同意", "已同意"})
_SEPARATORS = re.compile(r"[;|；]")
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_LONGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class ImportCandidate:
    """A person in the folder or table.

    Attributes:
        where: Line of the table, counted from 1 with the headings, or name of the folder.
        name: As written; for the report.
        applicant: The person's data; None when the line cannot be read.
        pictures: Picture files of the person.
        agreed: Whether the table states consent; None without an entry.
        problem: Why the line cannot be read.
    """

    where: str
    name: str
    applicant: Applicant | None
    pictures: tuple[Path, ...] = ()
    agreed: bool | None = None
    problem: UsageProblem | None = None


def count_candidates(source: Path) -> int:
    """Estimate the number of candidates for a progress bar; a cell with line breaks counts as several.

    Raises:
        ImportUnreadable: The source cannot be read.
    """
    try:
        if source.is_dir():
            return sum(1 for _ in _folders(source))
        return max(source.read_bytes().rstrip().count(b"\n"), 0)
    except OSError as error:
        raise _unreadable(source, error) from error


def read_candidates(source: Path, encoding: str | None = None) -> Iterator[ImportCandidate]:
    """Iterate over the candidates in a folder of folders or in a table.

    Args:
        source: The folder or the file. Paths in a table are relative to the file's folder.
        encoding: Encoding of the table; None detects it.

    Yields:
        One candidate for each folder or line.

    Raises:
        ImportUnreadable: The source does not exist, or is not a table with the required columns.
    """
    try:
        if source.is_dir():
            yield from _from_folders(source)
        else:
            yield from _from_table(source, _decoded(source.read_bytes(), source, encoding))
    except (OSError, csv.Error) as error:
        raise _unreadable(source, error) from error


def _folders(source: Path) -> Iterator[Path]:
    return (path for path in sorted(source.iterdir()) if path.is_dir() and not path.name.startswith("."))


def _from_folders(source: Path) -> Iterator[ImportCandidate]:
    empty = True
    for folder in _folders(source):
        empty = False
        yield ImportCandidate(folder.name, folder.name, Applicant(folder.name), tuple(picture_files(folder)))
    if empty:
        raise ImportUnreadable(path=source, reason=QT_TRANSLATE_NOOP("errors", "it holds no folder for a person"))


def _from_table(source: Path, text: str) -> Iterator[ImportCandidate]:
    csv.field_size_limit(_LONGEST_CELL)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    headings = [heading.strip().casefold() for heading in next(lines, [])]
    _check_headings(headings, source)
    for cells in lines:
        if any(cell.strip() for cell in cells):
            yield _candidate(headings, cells, lines.line_num, source.parent)


def _check_headings(headings: list[str], source: Path) -> None:
    missing = _REQUIRED - set(headings)
    unknown = [heading for heading in headings if heading not in COLUMNS]
    doubled = {heading for heading in headings if headings.count(heading) > 1}
    if missing or unknown or doubled:
        found = ", ".join(heading or "–" for heading in headings) or "–"
        raise ImportUnreadable(
            QT_TRANSLATE_NOOP("errors", "The columns of {path} cannot be used: {found}"),
            QT_TRANSLATE_NOOP("errors", "The first line must name, each once: {needed}; and may name: {others}."),
            path=source,
            found=found[:500],
            needed=", ".join(sorted(_REQUIRED)),
            others=", ".join(name for name in COLUMNS if name not in _REQUIRED),
        )


def _candidate(headings: list[str], cells: list[str], line: int, base: Path) -> ImportCandidate:
    where = str(line)
    row = dict(zip(headings, (cell.strip() for cell in cells), strict=False))
    name = row.get("name", "")
    try:
        if len(cells) > len(headings):
            raise InvalidRequest(
                QT_TRANSLATE_NOOP("errors", "There are more cells than columns."),
                QT_TRANSLATE_NOOP("errors", "Put cells with a comma in them into quotes."),
            )
        applicant = Applicant(
            name,
            badge=row.get("badge") or None,
            groups=split_groups(row.get("groups", "")),
            note=row.get("note", ""),
            valid_from=_moment(row.get("valid_from", ""), last=False),
            valid_until=_moment(row.get("valid_until", ""), last=True),
        )
        pictures = tuple(_pictures(row.get("pictures", ""), base))
    except UsageProblem as problem:
        return ImportCandidate(where, name, None, problem=problem)
    agreed = row["consent"].casefold() in _YES if "consent" in row else None
    return ImportCandidate(where, name, applicant, pictures, agreed)


def _pictures(text: str, base: Path) -> Iterator[Path]:
    for part in _parts(text):
        path = base / part
        yield from picture_files(path) if path.is_dir() else [path]


def _parts(text: str) -> Iterator[str]:
    return (part.strip() for part in _SEPARATORS.split(text) if part.strip())


def _moment(text: str, *, last: bool) -> datetime | None:
    """Return the beginning of a day, or the end of the last day of a validity."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        return calendar.end_of_day(day) if last else calendar.start_of_day(day)
    except ValueError as error:
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "Not a date: {text}"),
            QT_TRANSLATE_NOOP("errors", "Write it like 2027-01-31."),
            text=text[:50],
        ) from error


def _delimiter(text: str) -> str:
    """Return the most frequent delimiter in the first line."""
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _decoded(content: bytes, source: Path, encoding: str | None) -> str:
    """Decode a table in the given encoding, or in the most likely one: UTF-8, UTF-16 with a mark, GB 18030, Latin-1."""
    try:
        if encoding is not None:
            return content.decode(encoding)
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except LookupError as error:
        raise _unreadable(source, error) from error
    except UnicodeDecodeError as error:
        if encoding is not None or content.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise _unreadable(source, error) from error
    return content.decode("gb18030" if _looks_chinese(content) else "latin-1")


def _looks_chinese(content: bytes) -> bool:
    """Whether bytes that are not UTF-8 are likely GB 18030, whose common characters are pairs of high bytes.

    In Latin-1, an accented letter is one high byte, mostly beside ASCII letters.
    """
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    runs = _HIGH_BYTES.findall(content)
    return sum(len(run) % 2 == 0 for run in runs) * 2 > len(runs)


def _unreadable(source: Path, error: Exception) -> ImportUnreadable:
    return ImportUnreadable(path=source, reason=getattr(error, "strerror", None) or str(error))
