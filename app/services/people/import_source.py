"""Reading who is to be enrolled in bulk: a folder for each person, or a table."""

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
"""Of a table, in any order; the first two have to be there."""

_NEEDED = frozenset(COLUMNS[:2])
_YES = frozenset({"yes", "y", "true", "1", "x", "agreed", "是", "同意", "已同意"})
_SEPARATORS = re.compile(r"[;|；]")
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_LONGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody in the folder or table.

    Attributes:
        where: The line of the table, from 1 with the headings, or the folder's name.
        name: As written; for the report.
        applicant: With all that is known; None where something cannot be read.
        pictures: Files of the person.
        agreed: Whether the table says that they have agreed; None where it says nothing about consent.
        problem: Why the line cannot be read.
    """

    where: str
    name: str
    applicant: Applicant | None
    pictures: tuple[Path, ...] = ()
    agreed: bool | None = None
    problem: UsageProblem | None = None


def count_candidates(source: Path) -> int:
    """About how many there are, for showing how far one is: a cell with line breaks counts as several.

    Raises:
        ImportUnreadable: It cannot be read.
    """
    try:
        if source.is_dir():
            return sum(1 for _ in _folders(source))
        return max(source.read_bytes().rstrip().count(b"\n"), 0)
    except OSError as error:
        raise _unreadable(source, error) from error


def read_candidates(source: Path, encoding: str | None = None) -> Iterator[Candidate]:
    """Everybody in a folder of folders or a table, one by one.

    Args:
        source: The folder, or the file. Paths in a table are relative to where it lies.
        encoding: Of the table; by default it is found out.

    Raises:
        ImportUnreadable: There is nothing there, or it is no such table.
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


def _from_folders(source: Path) -> Iterator[Candidate]:
    empty = True
    for folder in _folders(source):
        empty = False
        yield Candidate(folder.name, folder.name, Applicant(folder.name), tuple(picture_files(folder)))
    if empty:
        raise ImportUnreadable(path=source, reason=QT_TRANSLATE_NOOP("errors", "it holds no folder for a person"))


def _from_table(source: Path, text: str) -> Iterator[Candidate]:
    csv.field_size_limit(_LONGEST_CELL)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    headings = [heading.strip().casefold() for heading in next(lines, [])]
    _check_headings(headings, source)
    for cells in lines:
        if any(cell.strip() for cell in cells):
            yield _candidate(headings, cells, lines.line_num, source.parent)


def _check_headings(headings: list[str], source: Path) -> None:
    missing = _NEEDED - set(headings)
    unknown = [heading for heading in headings if heading not in COLUMNS]
    doubled = {heading for heading in headings if headings.count(heading) > 1}
    if missing or unknown or doubled:
        found = ", ".join(heading or "–" for heading in headings) or "–"
        raise ImportUnreadable(
            QT_TRANSLATE_NOOP("errors", "The columns of {path} cannot be used: {found}"),
            QT_TRANSLATE_NOOP("errors", "The first line must name, each once: {needed}; and may name: {others}."),
            path=source,
            found=found[:500],
            needed=", ".join(sorted(_NEEDED)),
            others=", ".join(name for name in COLUMNS if name not in _NEEDED),
        )


def _candidate(headings: list[str], cells: list[str], line: int, base: Path) -> Candidate:
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
        return Candidate(where, name, None, problem=problem)
    agreed = row["consent"].casefold() in _YES if "consent" in row else None
    return Candidate(where, name, applicant, pictures, agreed)


def _pictures(text: str, base: Path) -> Iterator[Path]:
    for part in _parts(text):
        path = base / part
        yield from picture_files(path) if path.is_dir() else [path]


def _parts(text: str) -> Iterator[str]:
    return (part.strip() for part in _SEPARATORS.split(text) if part.strip())


def _moment(text: str, *, last: bool) -> datetime | None:
    """The beginning of a day; of the last day of something, its end."""
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
    """What stands most often in the first line."""
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _decoded(content: bytes, source: Path, encoding: str | None) -> str:
    """The text, in the encoding named, or in what it is most likely written in: UTF-8, GB 18030 or Latin-1."""
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
    """Whether bytes that are no UTF-8 are GB 18030: its common characters are pairs of high bytes.

    In Latin-1, a letter with an accent is one high byte, and mostly has plain letters beside it.
    """
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    runs = _HIGH_BYTES.findall(content)
    return sum(len(run) % 2 == 0 for run in runs) * 2 > len(runs)


def _unreadable(source: Path, error: Exception) -> ImportUnreadable:
    return ImportUnreadable(path=source, reason=getattr(error, "strerror", None) or str(error))
