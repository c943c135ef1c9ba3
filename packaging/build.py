"""Builds what people install: the bundle, and of it what this system can make.

    python packaging/build.py

Linux gets the portable archive and the Debian package, Windows the installer, macOS the disk image. Makes a virtual
environment in `build/` that holds the program, as `constraints.txt` names it, and PyInstaller: nothing of what develops
it can get into the bundle. The results lie in `dist/`, with a bill of materials. Set SOURCE_DATE_EPOCH to date them
otherwise than the commit.
"""

import argparse
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import archive
import debian
import disk_image
import installer
from changes import current_version
from frozen import STRIPPED
from icons import write_icns, write_ico
from licences import collect_licences
from parts import Origins, Part, parts_of_files, parts_of_modules
from sbom import problems, write_sbom
from sizes import components

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
DIST = ROOT / "dist"
EXTRAS = "fleet,gpio,index,serial" if sys.platform == "linux" else "fleet,index,serial"


class NotWhole(Exception):
    """The bill of materials is not that of the bundle."""


def main() -> int:
    """Build all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--python", type=Path, help="an environment that is there already, in place of a fresh one")
    parser.add_argument("--bundle-only", action="store_true", help="make nothing of the bundle")
    parser.add_argument("--quick", action="store_true", help="compress little, to try what comes of it")
    options = parser.parse_args()
    build(options.python, bundle_only=options.bundle_only, quick=options.quick)
    return 0


def build(python: Path | None = None, *, bundle_only: bool = False, quick: bool = False) -> list[Path]:
    """Build all of it, and say how large it is.

    Args:
        python: Of an environment with the program and PyInstaller; by default a fresh one is made.
        bundle_only: Make nothing of the bundle.
        quick: Compress little.

    Returns:
        What was made in `dist/`.

    Raises:
        UnknownOrigin: A file is in the bundle, and nobody knows whose it is.
        NoLicence: A part is in the bundle without the text of its licence.
        NotWhole: The bill of materials is not that of the bundle.
    """
    python = python or make_environment(BUILD / "environment")
    epoch = source_date_epoch()
    version = current_version()
    bundle = make_bundle(python, version, epoch)
    owners, parts = take_stock(bundle, python)
    for line in report(bundle):
        sys.stdout.write(line + "\n")
    if bundle_only:
        return []
    DIST.mkdir(exist_ok=True)
    made = [*make_installers(bundle, version, epoch, quick=quick)]
    made.append(list_contents(bundle, version, owners, parts, epoch))
    for path in made:
        sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB\n")
    return made


def make_environment(directory: Path) -> Path:
    """A fresh environment with the program and PyInstaller.

    Returns:
        Its Python.
    """
    venv.create(directory, with_pip=True, clear=True)
    python = directory / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt"]
    subprocess.run([*pip, f"{ROOT}[{EXTRAS}]", "pyinstaller"], check=True)
    return python


def source_date_epoch() -> int:
    """The moment that files are dated with: of the commit, where nothing else is asked for.

    Returns:
        Seconds since 1970.
    """
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    git: list[str | Path] = ["git", "-C", ROOT, "log", "-1", "--format=%ct"]
    return int(subprocess.run(git, check=True, capture_output=True, text=True).stdout)


def make_bundle(python: Path, version: str, epoch: int) -> Path:
    """Run PyInstaller.

    Args:
        python: Of an environment with the program and PyInstaller.
        version: Of the program.
        epoch: What compiled modules are dated with.

    Returns:
        The bundle's directory.
    """
    write_ico(BUILD / "icons/facelatch.ico")
    write_icns(BUILD / "icons/facelatch.icns")
    (BUILD / "windows-version.txt").write_text(installer.version_resource(version), "utf-8")
    # Hashes that change from run to run would order sets, and so archives, differently each time.
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch), "PYTHONHASHSEED": "0", "FACELATCH_VERSION": version}
    places: list[str | Path] = ["--distpath", BUILD / "bundle", "--workpath", BUILD / "work"]
    command: list[str | Path] = [python, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    subprocess.run([*command, *places, ROOT / "packaging/facelatch.spec"], check=True, env=environment)
    bundle = BUILD / "bundle" / "facelatch"
    if sys.platform == "linux":
        for pattern in STRIPPED:
            for library in sorted((bundle / "_internal").glob(pattern)):
                subprocess.run(["strip", "--strip-debug", library], check=True)
    return bundle


def take_stock(bundle: Path, python: Path) -> tuple[dict[str, Part], set[Part]]:
    """Collect the licences of what is in the bundle.

    Returns:
        Whose each file is, and all parts.
    """
    origins = Origins(python)
    owners = parts_of_files(BUILD / "work/facelatch", origins)
    parts = {origins.ours, *owners.values(), *parts_of_modules(BUILD / "work/facelatch", origins)}
    owners |= collect_licences(bundle, parts)
    return owners, parts


def make_installers(bundle: Path, version: str, epoch: int, *, quick: bool) -> Iterator[Path]:
    """What people install on a system like this one."""
    if sys.platform == "win32":
        yield installer.write_installer(bundle, DIST, version)
    elif sys.platform == "darwin":
        yield disk_image.write_disk_image(BUILD / "bundle/Facelatch.app", bundle, DIST, version)
    else:
        yield archive.write_archive(bundle, DIST, version, epoch, level=5 if quick else 19)
        yield debian.write_package(bundle, BUILD / "deb", DIST, version, epoch, level=1 if quick else 6)


def list_contents(bundle: Path, version: str, owners: dict[str, Part], parts: set[Part], epoch: int) -> Path:
    """Write the bill of materials, and hold it against the bundle."""
    path = DIST / f"facelatch-{version}-{archive.system()}.cdx.json"
    write_sbom(bundle, path, owners, parts, epoch)
    if found := problems(bundle, path):
        raise NotWhole("\n".join(found))
    return path


def report(bundle: Path) -> Iterator[str]:
    """How large the bundle is and what of, as lines to print."""
    sizes = components(bundle)
    yield f"{bundle.relative_to(ROOT)}: {sum(sizes.values()) / 1e6:.0f} MB"
    for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:15]:
        yield f"  {size / 1e6:7.1f} MB  {name}"


if __name__ == "__main__":
    sys.exit(main())
