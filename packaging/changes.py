"""Changes of a release in the sources: version, changelog, and AppStream metadata."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VERSION_FILE = "app/__init__.py"
CHANGELOG = "CHANGELOG.md"
METADATA = "packaging/linux/facelatch.metainfo.xml"

_VERSION = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_NUMBER = re.compile(r"^\d+\.\d+\.\d+$")
_UNRELEASED = "## Unreleased\n"


class NotReady(Exception):
    """The sources are not ready for this release."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one file.

    Attributes:
        path: File, relative to the root.
        before: Current content.
        after: New content.
    """

    path: str
    before: str
    after: str


def current_version(root: Path = ROOT) -> str:
    """Return the version of the sources."""
    found = _VERSION.search((root / VERSION_FILE).read_text("utf-8"))
    assert found is not None
    return found[1]


def changes_for(version: str, day: date, root: Path = ROOT) -> list[Change]:
    """Return the changes for a release.

    Args:
        version: New version, three numbers.
        day: Date of the release.
        root: Root of the sources.

    Raises:
        NotReady: The version is invalid or not later than the current one, or the changelog has no entries.
    """
    if not _NUMBER.match(version):
        raise NotReady(f"{version} is not a version of three numbers, such as 1.2.3")
    before = current_version(root)
    if _key(version) <= _key(before):
        raise NotReady(f"{version} is not later than {before}")
    edits: dict[str, Callable[[str], str]] = {
        VERSION_FILE: lambda text: _VERSION.sub(f'__version__ = "{version}"', text),
        CHANGELOG: lambda text: _released(text, version, day),
        METADATA: lambda text: _announced(text, version, day),
    }
    changes = []
    for path, edit in edits.items():
        text = (root / path).read_text("utf-8")
        changes.append(Change(path, text, edit(text)))
    return changes


def apply(changes: list[Change], root: Path = ROOT) -> None:
    """Write the changes.

    Args:
        changes: Result of `changes_for`.
        root: Root of the sources.
    """
    for change in changes:
        (root / change.path).write_text(change.after, "utf-8", newline="\n")


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def _released(text: str, version: str, day: date) -> str:
    head, found, rest = text.partition(_UNRELEASED)
    entry = re.split(r"^## ", rest, maxsplit=1, flags=re.MULTILINE)[0]
    if not found or "- " not in entry:
        raise NotReady("the changelog has no entries below Unreleased")
    return f"{head}{_UNRELEASED}\n## {version} - {day.isoformat()}\n{rest}"


def _announced(text: str, version: str, day: date) -> str:
    line = f'    <release version="{version}" date="{day.isoformat()}" />\n'
    head, found, rest = text.partition("  <releases>\n")
    assert found
    return f"{head}{found}{line}{rest}"
