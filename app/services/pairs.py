"""Lists of picture pairs, in LFW's own form and as tab-separated values."""

from dataclasses import dataclass
from pathlib import Path

from app.core.errors import InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures.

    Attributes:
        first: Path below the images' folder.
        second: Likewise.
        genuine: Whether both show one person.
    """

    first: str
    second: str
    genuine: bool


def read_pairs(path: Path) -> list[Pair]:
    """Read a list of pairs.

    Two forms are understood, line by line: `path⇥path⇥1` (or 0), and that of LFW's `pairs.txt`: `name⇥i⇥j` for two
    pictures of one person, `name⇥i⇥name⇥j` for two people, with an optional first line of counts.

    Raises:
        InvalidRequest: The file cannot be read, is empty, or has a line of neither form.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "The list of pairs cannot be read: {path} ({reason})"),
            path=path,
            reason=getattr(error, "strerror", None) or "not text",
        ) from error
    pairs = [
        _pair(line.split("\t") if "\t" in line else line.split(), number, path)
        for number, line in enumerate(lines, start=1)
        if line.strip() and not (number == 1 and _is_count(line))
    ]
    if not pairs:
        raise InvalidRequest(QT_TRANSLATE_NOOP("errors", "The list of pairs is empty: {path}"), path=path)
    return pairs


def read_aliases(path: Path) -> dict[str, str]:
    """Read lines of `name⇥name of the same person`; lines that start with # are remarks.

    Raises:
        InvalidRequest: The file cannot be read or has a line of another form.
    """
    try:
        rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
        return {other: name for other, name in rows}  # noqa: C416 - unpacking checks the number of columns
    except (OSError, ValueError) as error:
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "The list of aliases cannot be used: {path} ({reason})"),
            QT_TRANSLATE_NOOP("errors", "Each line needs two names with a tab between them."),
            path=path,
            reason=error,
        ) from error


def _is_count(line: str) -> bool:
    return all(part.isdigit() for part in line.split()) and len(line.split()) <= 2


def _pair(columns: list[str], number: int, path: Path) -> Pair:
    match columns:
        case [first, second, ("0" | "1") as same] if not second.isdigit():
            return Pair(first, second, same == "1")
        case [name, i, j] if i.isdigit() and j.isdigit():
            return Pair(_lfw_path(name, i), _lfw_path(name, j), genuine=True)
        case [name, i, other, j] if i.isdigit() and j.isdigit():
            return Pair(_lfw_path(name, i), _lfw_path(other, j), genuine=False)
        case _:
            raise InvalidRequest(
                QT_TRANSLATE_NOOP("errors", "Line {number} is not a pair: {path}"),
                QT_TRANSLATE_NOOP("errors", "Use lines like “a.jpg⇥b.jpg⇥1”, or those of LFW's pairs.txt."),
                number=number,
                path=path,
            )


def _lfw_path(name: str, number: str) -> str:
    return f"{name}/{name}_{int(number):04d}.jpg"
