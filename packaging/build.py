"""Builds the bundle and the installers that this system can make.

    python packaging/build.py

Linux makes the portable archive and the Debian package, Windows the installer, macOS the disk image. The build runs in
a virtual environment in `build/` with the program and PyInstaller in the versions of `constraints.txt`, so that no
development package enters the bundle. The results are in `dist/`, with a software bill of materials (SBOM).
SOURCE_DATE_EPOCH overrides the date of the files, which is that of the commit.
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


class SbomMismatch(Exception):
    """The SBOM does not match the bundle."""


def main() -> int:
    """Parse the arguments and build."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--python", type=Path, help="interpreter of an existing environment; by default a new one is created"
    )
    parser.add_argument("--bundle-only", action="store_true", help="make no installers")
    parser.add_argument("--quick", action="store_true", help="compress less, for a test build")
    options = parser.parse_args()
    build(options.python, bundle_only=options.bundle_only, quick=options.quick)
    return 0


def build(python: Path | None = None, *, bundle_only: bool = False, quick: bool = False) -> list[Path]:
    """Build the bundle and the installers, and print the sizes.

    Args:
        python: Interpreter of an environment with the program and PyInstaller; None creates one.
        bundle_only: Whether to skip the installers.
        quick: Whether to compress less.

    Returns:
        The files in `dist/`.

    Raises:
        UnknownOrigin: The component of a file in the bundle cannot be determined.
        NoLicence: The licence text of a component is missing.
        SbomMismatch: The SBOM does not match the bundle.
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
    """Create an environment with the program and PyInstaller.

    Returns:
        Its interpreter.
    """
    venv.create(directory, with_pip=True, clear=True)
    python = directory / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt"]
    subprocess.run([*pip, f"{ROOT}[{EXTRAS}]", "pyinstaller"], check=True)
    return python


def source_date_epoch() -> int:
    """Return the date of the files: SOURCE_DATE_EPOCH, or the date of the commit.

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
        python: Interpreter of an environment with the program and PyInstaller.
        version: Version of the program.
        epoch: Date of compiled modules, in seconds since 1970.

    Returns:
        The directory of the bundle.
    """
    write_ico(BUILD / "icons/facelatch.ico")
    write_icns(BUILD / "icons/facelatch.icns")
    (BUILD / "windows-version.txt").write_text(installer.version_resource(version), "utf-8")
    # Random hashes would change the order of sets, and so of archives.
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
    """Determine the components of the bundle, and collect their licences.

    Returns:
        The component of each file, and all components.
    """
    origins = Origins(python)
    owners = parts_of_files(BUILD / "work/facelatch", origins)
    parts = {origins.ours, *owners.values(), *parts_of_modules(BUILD / "work/facelatch", origins)}
    owners |= collect_licences(bundle, parts)
    return owners, parts


def make_installers(bundle: Path, version: str, epoch: int, *, quick: bool) -> Iterator[Path]:
    """Make the installers for this system."""
    if sys.platform == "win32":
        yield installer.write_installer(bundle, DIST, version)
    elif sys.platform == "darwin":
        yield disk_image.write_disk_image(BUILD / "bundle/Facelatch.app", bundle, DIST, version)
    else:
        yield archive.write_archive(bundle, DIST, version, epoch, level=5 if quick else 19)
        yield debian.write_package(bundle, BUILD / "deb", DIST, version, epoch, level=1 if quick else 6)


def list_contents(bundle: Path, version: str, owners: dict[str, Part], parts: set[Part], epoch: int) -> Path:
    """Write the SBOM and verify it against the bundle."""
    path = DIST / f"facelatch-{version}-{archive.system()}.cdx.json"
    write_sbom(bundle, path, owners, parts, epoch)
    if found := problems(bundle, path):
        raise SbomMismatch("\n".join(found))
    return path


def report(bundle: Path) -> Iterator[str]:
    """Yield the size of the bundle and of its largest components, as lines."""
    sizes = components(bundle)
    yield f"{bundle.relative_to(ROOT)}: {sum(sizes.values()) / 1e6:.0f} MB"
    for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:15]:
        yield f"  {size / 1e6:7.1f} MB  {name}"


if __name__ == "__main__":
    sys.exit(main())
