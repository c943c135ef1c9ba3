"""Lists of public protocols: pairs (LFW, AgeDB-30, CFP), MegaFace probes and distractors, IJB templates.

`docs/evaluation/protocols.md` describes the form of each list.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class PicturePair:
    """Two pictures to compare.

    Attributes:
        first: Path relative to the folder of images.
        second: Path of the other picture.
        genuine: True if both show one person (mated pair).
    """

    first: str
    second: str
    genuine: bool


def read_pairs(path: Path) -> list[PicturePair]:
    """Read a list of picture pairs.

    Two forms of lines are accepted: `path⇥path⇥1` (or 0), and that of LFW's `pairs.txt`: `name⇥i⇥j` for two pictures of
    one person, `name⇥i⇥name⇥j` for two people, with an optional first line of counts.

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
    """Read lines of `name⇥name of the same person`; lines that start with # are comments.

    Returns:
        The second name by the first.

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


def _pair(columns: list[str], number: int, path: Path) -> PicturePair:
    match columns:
        case [first, second, ("0" | "1") as same] if not second.isdigit():
            return PicturePair(first, second, same == "1")
        case [name, i, j] if i.isdigit() and j.isdigit():
            return PicturePair(_lfw_path(name, i), _lfw_path(name, j), genuine=True)
        case [name, i, other, j] if i.isdigit() and j.isdigit():
            return PicturePair(_lfw_path(name, i), _lfw_path(other, j), genuine=False)
        case _:
            raise InvalidRequest(
                QT_TRANSLATE_NOOP("errors", "Line {number} is not a pair: {path}"),
                QT_TRANSLATE_NOOP("errors", "Use lines like “a.jpg⇥b.jpg⇥1”, or those of LFW's pairs.txt."),
                number=number,
                path=path,
            )


def _lfw_path(name: str, number: str) -> str:
    return f"{name}/{name}_{int(number):04d}.jpg"


@dataclass(frozen=True, slots=True)
class TemplateMember:
    """A picture of an IJB template.

    Attributes:
        picture: Path relative to the folder of images.
        template: Template that it belongs to.
        medium: Photograph or video that it comes from.
    """

    picture: str
    template: str
    medium: str


@dataclass(frozen=True, slots=True)
class TemplatePair:
    """Two templates to compare.

    Attributes:
        first: A template.
        second: Another template.
        genuine: True if both are of one person (mated pair).
    """

    first: str
    second: str
    genuine: bool


def read_cfp(protocol: Path, kind: str) -> tuple[list[PicturePair], int]:
    """Read the splits of Celebrities in Frontal-Profile (Sengupta et al. 2016).

    Args:
        protocol: Folder `Protocol` with `Pair_list_F.txt`, `Pair_list_P.txt` and `Split`.
        kind: "FF" for frontal with frontal pictures, "FP" for frontal with profile pictures.

    Returns:
        Pairs in the order of their folds, and the number of pairs in a fold. Paths are relative to the folder beside
        `Protocol` that holds `Images`.

    Raises:
        InvalidRequest: A file is missing, has a line of another form, or names a picture that is not listed.
    """
    frontal = _numbered(protocol / "Pair_list_F.txt")
    second = frontal if kind == "FF" else _numbered(protocol / "Pair_list_P.txt")
    folds = sorted(path for path in (protocol / "Split" / kind).glob("*") if path.is_dir())
    if not folds:
        raise _unusable_list(protocol / "Split" / kind, "there are no splits")
    splits = [_split(fold, frontal, second) for fold in folds]
    if len({len(split) for split in splits}) > 1:
        raise _unusable_list(protocol / "Split" / kind, "its folds have different lengths")
    return [pair for split in splits for pair in split], len(splits[0])


def _split(fold: Path, frontal: dict[int, str], second: dict[int, str]) -> list[PicturePair]:
    """Return the pairs of a fold."""
    return [
        PicturePair(_listed_picture(frontal, i, path), _listed_picture(second, j, path), genuine=genuine)
        for path, genuine in ((fold / "same.txt", True), (fold / "diff.txt", False))
        for i, j in (_columns(line.replace(",", " "), 2, number, path) for number, line in _lines(path))
    ]


def read_agedb(path: Path) -> list[PicturePair]:
    """Read a list of AgeDB-30: lines of two pictures and 1 or 0, the number last or first.

    Raises:
        InvalidRequest: The file cannot be read, is empty, or has a line of another form.
    """
    pairs = []
    for number, line in _lines(path):
        columns = _columns(line.replace(",", " "), 3, number, path)
        if columns[0] in {"0", "1"}:
            columns = [*columns[1:], columns[0]]
        if columns[2] not in {"0", "1"}:
            raise _malformed_line(path, number)
        pairs.append(PicturePair(columns[0], columns[1], genuine=columns[2] == "1"))
    return pairs


def read_probe_list(path: Path) -> list[tuple[str, str]]:
    """Read MegaFace's list of probes: JSON with `path` and `id`, or lines of a picture and a person.

    Returns:
        Pictures, each with its person.

    Raises:
        InvalidRequest: The file cannot be read or has another form.
    """
    if path.suffix == ".json":
        content = _json(path)
        paths, people = content.get("path"), content.get("id")
        if not isinstance(paths, list) or not isinstance(people, list) or len(paths) != len(people):
            raise _unusable_list(path, "it needs “path” and “id”, of equal length")
        return [(str(a), str(b)) for a, b in zip(paths, people, strict=True)]
    return [(a, b) for a, b in (_columns(line, 2, number, path) for number, line in _lines(path))]


def read_distractor_list(path: Path) -> list[str]:
    """Read MegaFace's list of distractors: JSON with `path`, or one picture a line.

    Raises:
        InvalidRequest: The file cannot be read, is empty, or has another form.
    """
    if path.suffix != ".json":
        return [line for _, line in _lines(path)]
    paths = _json(path).get("path")
    if not isinstance(paths, list) or not paths:
        raise _unusable_list(path, "it needs “path”")
    return [str(name) for name in paths]


def read_templates(path: Path) -> list[TemplateMember]:
    """Read an IJB list of templates: lines of picture, template, medium.

    Raises:
        InvalidRequest: The file cannot be read, is empty, or has a line of another form.
    """
    return [TemplateMember(*_columns(line, 3, number, path)) for number, line in _lines(path)]


def read_template_pairs(path: Path) -> list[TemplatePair]:
    """Read an IJB list of template pairs: lines of template, template, 1 or 0.

    Raises:
        InvalidRequest: The file cannot be read, is empty, or has a line of another form.
    """
    pairs = []
    for number, line in _lines(path):
        first, second, same = _columns(line, 3, number, path)
        if same not in {"0", "1"}:
            raise _malformed_line(path, number)
        pairs.append(TemplatePair(first, second, genuine=same == "1"))
    return pairs


def _numbered(path: Path) -> dict[int, str]:
    """Return pictures by number, from lines of both. Paths are relative to the folder of the splits."""
    found = {}
    for number, line in _lines(path):
        key, picture = _columns(line, 2, number, path)
        if not key.isdigit():
            raise _malformed_line(path, number)
        found[int(key)] = picture.replace("\\", "/").removeprefix("../Data/")
    return found


def _listed_picture(pictures: dict[int, str], key: str, path: Path) -> str:
    if not key.isdigit() or int(key) not in pictures:
        raise _unusable_list(path, f"it names picture {key}, which is not listed")
    return pictures[int(key)]


def _columns(line: str, count: int, number: int, path: Path) -> list[str]:
    columns = line.split("\t") if line.count("\t") == count - 1 else line.split()
    if len(columns) != count:
        raise _malformed_line(path, number)
    return [column.strip() for column in columns]


def _lines(path: Path) -> list[tuple[int, str]]:
    """Return the lines that are not empty, with their numbers."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable_list(path, getattr(error, "strerror", None) or "not text") from error
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise _unusable_list(path, "it is empty")
    return lines


def _json(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _unusable_list(path, getattr(error, "strerror", None) or "not JSON") from error
    if not isinstance(content, dict):
        raise _unusable_list(path, "it needs “path”")
    return content


def _malformed_line(path: Path, number: int) -> InvalidRequest:
    return _unusable_list(path, f"line {number} has another form")


def _unusable_list(path: Path, reason: str) -> InvalidRequest:
    return InvalidRequest(
        QT_TRANSLATE_NOOP("errors", "The list cannot be used: {path} ({reason})"),
        QT_TRANSLATE_NOOP("errors", "See docs/evaluation/protocols.md for the form of each list."),
        path=path,
        reason=reason,
    )
