"""The licences of everything in a bundle, collected into it."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from parts import Kind, Part

DIRECTORY = "licences"

_HEAD = """What this program is made of besides itself. The texts of the licences are in the folders of the same names.

Qt and PySide6 are used under the GNU Lesser General Public License, version 3. They lie beside the program in files of
their own, under their own names (PySide6/, shiboken6/), and are loaded from there: other builds of the same version may
be put in their place. The same holds for psycopg.

"""


class NoLicence(Exception):
    """A part is in the bundle without a text that permits that."""


def collect_licences(bundle: Path, parts: Iterable[Part]) -> dict[str, Part]:
    """Copy the texts into the bundle, a folder a part, and write a list of the parts.

    Args:
        bundle: PyInstaller's directory.
        parts: What is in it.

    Returns:
        Whose each new file is, by where it lies below `_internal`; the list is the project's own.

    Raises:
        NoLicence: A part brings no text.
    """
    inside = bundle / "_internal"
    directory = inside / DIRECTORY
    if directory.exists():
        shutil.rmtree(directory)
    owners: dict[str, Part] = {}
    lines = []
    for part in sorted(parts, key=lambda part: (part.name.lower(), part.version)):
        if not part.texts:
            raise NoLicence(f"{part.name} {part.version} brings no licence; put it into packaging/licences/")
        for number, text in enumerate(part.texts):
            target = directory / part.name / (text.name if number == 0 else f"{number}-{text.name}")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(text, target)
            owners[target.relative_to(inside).as_posix()] = part
        if part.kind is not Kind.OURS:
            lines.append(f"{part.name} {part.version}: {part.licence or 'see its text'}\n")
    (directory / "PARTS.txt").write_text(_HEAD + "".join(lines), "utf-8", newline="\n")
    return owners
