"""Determines the component of each file and module in the bundle.

PyInstaller records the source of each file. The source path determines the component: a distribution in the
environment, the Python interpreter, a package of the system, or the project itself.
"""

import ast
import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SUPPLIED = ROOT / "packaging/licences"

_TEXTS_OF_OURS = {
    "pyserial": ("pyserial.txt",),
    "pyside6_essentials": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "flatbuffers": ("../../LICENSE",),
}
"""Licence texts in `licences/` of distributions that do not include theirs."""

_LICENCE = re.compile(r"licen[cs]e|copying|notice|third.?party|authors", re.IGNORECASE)
_ASKS = "import json, sys, sysconfig as s; print(json.dumps([s.get_path('purelib'), s.get_path('platlib'), \
s.get_path('stdlib'), sys.base_prefix, s.get_python_version(), sys.version.split()[0]]))"


class Kind(StrEnum):
    """Origin of a component."""

    OURS = "ours"
    PYPI = "pypi"
    PYTHON = "python"
    DEBIAN = "deb"


@dataclass(frozen=True, slots=True)
class Part:
    """A component of the bundle.

    Attributes:
        name: Name at its origin.
        version: Version.
        kind: Origin.
        licence: Licence expression; empty if only the text is known.
        texts: Files with the licence text.
    """

    name: str
    version: str
    kind: Kind
    licence: str
    texts: tuple[Path, ...]


class UnknownOrigin(Exception):
    """The component of a file cannot be determined."""


class Origins:
    """Determines the component of a file by its path on this machine.

    Args:
        python: Interpreter of the build environment.
    """

    def __init__(self, python: Path) -> None:
        answer = subprocess.run([python, "-c", _ASKS], check=True, capture_output=True, text=True).stdout
        pure, platform, library, prefix, _, version = json.loads(answer)
        self._library, self._prefix = Path(library).resolve(), Path(prefix).resolve()
        texts = tuple(path for path in (self._library / "LICENSE.txt", self._prefix / "LICENSE.txt") if path.is_file())
        self._python = Part("CPython", version, Kind.PYTHON, "PSF-2.0", texts)
        self._environment = Path(pure).resolve()
        self._owners: dict[str, Part] = {}
        for directory in {Path(pure).resolve(), Path(platform).resolve()}:
            for distribution in distributions(path=[str(directory)]):
                part = _part(distribution)
                # Compared as text: resolving tens of thousands of paths would be slow.
                self._owners |= {os.path.normpath(f"{directory}/{file}"): part for file in distribution.files or ()}
        self.ours = next(part for part in self._owners.values() if part.kind is Kind.OURS)

    def of(self, source: Path) -> Part:
        """Return the component of a file.

        Raises:
            UnknownOrigin: The component cannot be determined.
        """
        found = source.resolve()
        if part := self._owners.get(str(found)):
            return part
        if self._is_pythons(found):
            return self._python
        if found.is_relative_to(ROOT) and not found.is_relative_to(self._environment):
            return self.ours
        if package := _debian_package(source) or _debian_package(found):
            return _debian_part(package)
        raise UnknownOrigin(f"the component of {source} is unknown")

    def _is_pythons(self, path: Path) -> bool:
        if path.name == "base_library.zip" or path.name.startswith("libpython3"):
            return True
        # On Linux, the prefix of the system Python, `/usr`, contains other files as well.
        return path.is_relative_to(self._library) or (
            path.is_relative_to(self._prefix) and self._prefix not in (Path("/usr"), Path("/usr/local"))
        )


def parts_of_files(work: Path, origins: Origins) -> dict[str, Part]:
    """Return the component of each file.

    Args:
        work: Working directory of PyInstaller.
        origins: Origins of the build environment.

    Returns:
        Components by path below `_internal`, without links and the programs themselves.
    """
    table = ast.literal_eval((work / "COLLECT-00.toc").read_text("utf-8"))[0]
    return {place: origins.of(Path(source)) for place, source, kind in table if kind not in ("SYMLINK", "EXECUTABLE")}


def parts_of_modules(work: Path, origins: Origins) -> set[Part]:
    """Return the components of the modules inside the programs.

    Args:
        work: Working directory of PyInstaller.
        origins: Origins of the build environment.
    """
    _, table = ast.literal_eval((work / "PYZ-00.toc").read_text("utf-8"))[:2]
    return {origins.of(Path(source)) for _, source, _ in table if source not in ("", "-")}


def _part(distribution: Distribution) -> Part:
    fields = distribution.metadata
    name = fields["Name"]
    ours = name == "facelatch"
    texts = [ROOT / "LICENSE"] if ours else list(_texts(distribution))
    return Part(name, fields["Version"], Kind.OURS if ours else Kind.PYPI, _licence(distribution), tuple(texts))


def _licence(distribution: Distribution) -> str:
    fields = distribution.metadata
    for name in ("License-Expression", "License"):
        stated = str(fields[name]).strip() if name in fields else ""
        if stated and "\n" not in stated:
            return stated
    classifiers = [str(value) for value in fields.get_all("Classifier") or []]
    return " OR ".join(value.rpartition(" :: ")[2] for value in classifiers if value.startswith("License ::"))


def _texts(distribution: Distribution) -> Iterator[Path]:
    found = False
    for file in distribution.files or ():
        if _LICENCE.search(file.name) and file.suffix not in (".py", ".pyc", ".pyi", ".json"):
            yield Path(str(distribution.locate_file(file))).resolve()
            found = True
    if not found:
        key = re.sub(r"[-_.]+", "_", distribution.metadata["Name"]).lower()
        for name in _TEXTS_OF_OURS.get(key, ()):
            yield (SUPPLIED / name).resolve()


@cache
def _debian_package(path: Path) -> str:
    """Return the Debian package of a file; empty if there is none."""
    # With a merged /usr, dpkg may know a file by either path.
    names = {str(path), f"/usr{path}", str(path).removeprefix("/usr")}
    try:
        found = subprocess.run(["dpkg", "--search", *sorted(names)], check=False, capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return found.stdout.partition(": ")[0].partition(",")[0]


@cache
def _debian_part(package: str) -> Part:
    asked = ["dpkg-query", "--show", "--showformat=${Version}", package]
    version = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    name = package.partition(":")[0]
    texts = Path("/usr/share/doc") / name / "copyright"
    return Part(name, version, Kind.DEBIAN, "", (texts,) if texts.is_file() else ())
