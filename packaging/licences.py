"""Collects the licences of all components into the bundle."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from parts import Kind, Part

DIRECTORY = "licences"

_HEAD = """Third-party components of this program. The licence texts are in the folders of the same names.

Qt and PySide6 are used under the GNU Lesser General Public License, version 3. They are separate files (PySide6/,
shiboken6/) that the program loads dynamically: they can be replaced by other builds of the same version. The
same holds for psycopg.

"""


class NoLicence(Exception):
    """The licence text of a component is missing."""


def collect_licences(bundle: Path, parts: Iterable[Part]) -> dict[str, Part]:
    """Copy the licence texts into the bundle, one folder per component, and write a list of the components.

    Args:
        bundle: Directory made by PyInstaller.
        parts: Components of the bundle.

    Returns:
        The component of each new file, by path below `_internal`.

    Raises:
        NoLicence: A component has no licence text.
    """
    inside = bundle / "_internal"
    directory = inside / DIRECTORY
    if directory.exists():
        shutil.rmtree(directory)
    owners: dict[str, Part] = {}
    lines = []
    for part in sorted(parts, key=lambda part: (part.name.lower(), part.version)):
        if not part.texts:
            raise NoLicence(f"{part.name} {part.version} has no licence text; add it to packaging/licences/")
        for number, text in enumerate(part.texts):
            target = directory / part.name / (text.name if number == 0 else f"{number}-{text.name}")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(text, target)
            owners[target.relative_to(inside).as_posix()] = part
        if part.kind is not Kind.OURS:
            lines.append(f"{part.name} {part.version}: {part.licence or 'see its text'}\n")
    (directory / "PARTS.txt").write_text(_HEAD + "".join(lines), "utf-8", newline="\n")
    return owners
