"""Fails where a replaced word comes back in identifiers, docstrings, comments, texts or documents.

    python -m tests.prose    print every finding; fail if there is one

`WORDS` lists the words, each with its replacement. `EXCEPTIONS` lists the places where one is right, with the reason.
"""

import io
import re
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]

WORDS = {
    # pronouns in place of a named actor
    "somebody": "a person, the user, the operator",
    "anybody": "any person, another user",
    "nobody": "no person, no user, none",
    "everybody": "all people",
    "whoever|whomever": "the person who, users who",
    # adverbs and phrases
    "anew": "again, or the verb itself: re-encrypt, rebuild, recreate",
    "at once": "immediately, at the same time, in one step",
    "as it were|so to speak|at ease|no more than an?": "(omit)",
    "not to be had": "not available",
    "made[- ]up": "synthetic",
    "is told|are told|was told|were told": "receives, is notified, is configured",
    "says so|said so|told apart": "reports, displays, distinguishes",
    "lets? in|letting in": "grant access, accept",
    "not let in": "denied, rejected",
    "so-manieth|umpteenth": "n-th",
    "not ours|of ours": "name the owner",
    "written down|writes? down|wrote down": "recorded, stored, logged",
    "whosoever|wherever it may": "(omit)",
}
"""Regular expressions of whole words, by alternatives, and what to write instead."""

IDENTIFIERS = {
    "anew",
    "somebody",
    "nobody",
    "everybody",
    "anybody",
    "whoever",
    "doer",
    "doorkeeper",
    "rearm",
    "couriers",
    "courier",
    "outstanding",
    "roster",
    "madeup",
    "shortfall",
    "shortfalls",
    "founding",
}
"""Parts of snake_case and CamelCase names that do not come back."""

ALLOWED = re.compile(r"nobody[-_]enrolled|NOBODY_ENROLLED|NobodyEnrolled|nobody:|/nobody|user nobody|at once per")
"""Spellings that are right everywhere: the stored verdict `nobody-enrolled`, and the system account."""

EXCEPTIONS: dict[str, tuple[str, str]] = {
    "tests/prose.py": (".*", "the list itself"),
    "tests/unit/test_prose.py": (".*", "examples of findings"),
    "tests/unit/cli/test_calibration.py": ("anybody", "a key of the JSON output"),
    "tests/e2e/test_pam.py": ("nobody", "the system account"),
    "app/ui/calibration/strictness_card.py": ("anybody", "a field of the JSON output"),
    "docs/user-guide.md": ("anybody", "a field of the JSON output"),
    "app/flows/pacing.py": ("nobody", "a value of the JSON output"),
    "app/services/kiosk/policy*.py": ("rearm", "keys of the policy file"),
    "app/store/migrations/versions/*": (".*", "migrations that have run keep their names and texts"),
    "app/services/recognition/calibration.py": (r"anybody", "a key of `facelatch calibrate --json`"),
    "tests/unit/services/recognition/test_calibration.py": (r"anybody", "a key of `facelatch calibrate --json`"),
    "resources/consent/*": (".*", "the consent text has a version; a new wording would be a new version"),
}
"""By path: the words that are allowed there, and the reason."""

_PATTERNS = (
    *("app/**/*.py", "tests/**/*.py", "packaging/**/*.py", "packaging/**/*.spec"),
    *("docs/**/*.md", "*.md", "packaging/**/*.md", "models/*.md", "resources/**/*.md"),
    *("packaging/linux/*", "packaging/windows/*", ".github/workflows/*", "run", "pyproject.toml"),
)
_SKIPPED = {".venv", ".git", "build", "dist", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache"}
_WORD = re.compile("|".join(rf"\b(?:{words})\b" for words in WORDS).replace(" ", r"[\s#]+"), re.IGNORECASE)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class Finding:
    """A word in a file.

    Attributes:
        path: File, relative to the root of the project.
        line: Line, from 1.
        word: The word as it stands there.
    """

    path: str
    line: int
    word: str

    def __str__(self) -> str:
        instead = (better for words, better in WORDS.items() if re.fullmatch(words, self.word))
        return f"{self.path}:{self.line}: “{self.word}”; write: {next(instead, 'another name')}"


def findings(root: Path = ROOT) -> list[Finding]:
    """Return all findings in the project, exceptions left out."""
    found = [finding for path in sorted(_files(root)) for finding in _in_file(root, path)]
    return [finding for finding in found if not _is_exception(finding)]


def in_python(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, word) of replaced words in the identifiers, comments and strings of a Python source."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME:
            parts = {part.lower() for part in _PARTS.findall(ALLOWED.sub("", token.string))}
            if word := next(iter(parts & IDENTIFIERS), None):
                yield token.start[0], word
        elif token.type in {tokenize.STRING, tokenize.COMMENT}:
            yield from in_text(token.string, token.start[0])


def in_text(text: str, first_line: int = 1) -> Iterator[tuple[int, str]]:
    """Yield (line, word) of replaced words in a text.

    Args:
        text: Any text; a phrase is found across a line break.
        first_line: Line number of its beginning.
    """
    for found in _WORD.finditer(ALLOWED.sub(lambda allowed: "-" * len(allowed[0]), text)):
        yield first_line + text.count("\n", 0, found.start()), " ".join(found[0].replace("#", " ").split()).lower()


def _in_file(root: Path, path: Path) -> Iterator[Finding]:
    name = path.relative_to(root).as_posix()
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        found = in_python(text)
    elif path.suffix == ".ts":
        found = ((number, word) for number, source in _sources(path) for _, word in in_text(source))
    else:
        found = in_text(text)
    return (Finding(name, line, word) for line, word in found)


def _sources(path: Path) -> Iterator[tuple[int, str]]:
    """The English texts of a translation file, numbered, since the parser does not keep lines."""
    tree = ElementTree.parse(path)
    return ((number, source.text or "") for number, source in enumerate(tree.iter("source"), 1))


def _files(root: Path) -> Iterator[Path]:
    for pattern in _PATTERNS:
        yield from (path for path in root.glob(pattern) if path.is_file() and not _SKIPPED & set(path.parts))
    yield from (root / "resources" / "translations").glob("*_zh_CN.ts")


def _is_exception(finding: Finding) -> bool:
    return any(
        Path(finding.path).match(pattern) and re.fullmatch(words, finding.word)
        for pattern, (words, _) in EXCEPTIONS.items()
    )


def main() -> int:
    """Print all findings and return the exit code."""
    found = findings()
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
