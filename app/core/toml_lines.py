"""Line numbers of keys and values in a TOML text, which `tomllib` does not report."""

import re
from collections import defaultdict

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*(?:([A-Za-z0-9_-]+)|"((?:[^"\\]|\\.)*)"|'([^']*)')[ \t]*""")
_TEXT = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'", re.DOTALL)
_PLAIN = re.compile(r"[^,\]}\n#]+")


def toml_line_numbers(text: str) -> dict[Path, int]:
    """Return the line, from 1, on which each key, table and array element begins.

    Args:
        text: TOML that `tomllib` accepts.

    Returns:
        Line numbers by path, which consists of names of keys and indices of array elements.
    """
    return _Reader(text).read()


def nearest_line(lines: dict[Path, int], path: Path) -> int:
    """Return the line of a path, or of its closest ancestor that occurs in the text; 1 if none does.

    Args:
        lines: Result of `toml_line_numbers`.
        path: Path to look up; parts that do not occur in the text are skipped.
    """
    known: Path = ()
    for part in path:
        if (*known, part) in lines:
            known = (*known, part)
    return lines.get(known, 1)


class _Reader:
    """Scans a text that is known to be valid TOML."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        self._at = 0
        self._lines: dict[Path, int] = {}
        self._counts: defaultdict[Path, int] = defaultdict(int)

    def read(self) -> dict[Path, int]:
        table: Path = ()
        while not self._is_at_end():
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._lines

    def _is_at_end(self) -> bool:
        self._skip(_BLANK)
        return self._at >= len(self._text)

    def _header(self) -> Path:
        line = self._line()
        double = self._text.startswith("[[", self._at)
        self._at += 2 if double else 1
        names = self._names()
        self._at += 2 if double else 1
        around = self._inside(names[:-1])
        path: Path = (*around, names[-1])
        self._lines.setdefault(path, line)
        if double:
            self._counts[path] += 1
        path = self._inside(names)
        self._lines.setdefault(path, line)
        return path

    def _inside(self, names: list[str]) -> Path:
        """Path of a table; within an array of tables, with the index of the latest element."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table
        for name in self._names():
            path = (*path, name)
            self._lines.setdefault(path, line)
        self._at += 1  # the equals sign
        self._value(path)

    def _names(self) -> list[str]:
        names = [self._name()]
        while self._text[self._at] == ".":
            self._at += 1
            names.append(self._name())
        return names

    def _name(self) -> str:
        found = _KEY.match(self._text, self._at)
        assert found is not None
        self._at = found.end()
        return next(group for group in found.groups() if group is not None)

    def _value(self, path: Path) -> None:
        self._skip(_BLANK)
        self._lines.setdefault(path, self._line())
        match self._text[self._at]:
            case "[":
                self._elements(path)
            case "{":
                self._pairs(path)
            case '"' | "'":
                self._skip(_TEXT)
            case _:
                self._skip(_PLAIN)

    def _elements(self, path: Path) -> None:
        self._at += 1
        place = 0
        while self._next() != "]":
            self._value((*path, place))
            place += 1
            self._comma()
        self._at += 1

    def _pairs(self, path: Path) -> None:
        self._at += 1
        while self._next() != "}":
            self._pair(path)
            self._comma()
        self._at += 1

    def _next(self) -> str:
        self._skip(_BLANK)
        return self._text[self._at]

    def _comma(self) -> None:
        if self._next() == ",":
            self._at += 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1
