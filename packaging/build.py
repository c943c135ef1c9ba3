"""Builds what people install: the bundle, and of it the portable archive and the Debian package.

    python packaging/build.py

Makes a virtual environment in `build/` that holds the program, as `constraints.txt` names it, and PyInstaller: nothing
of what develops it can get into the bundle. The results lie in `dist/`. Set SOURCE_DATE_EPOCH to date them otherwise
than the commit.
"""

import argparse
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

from archive import write_archive
from debian import write_package
from sizes import components

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
DIST = ROOT / "dist"
EXTRAS = "serial,gpio"
PYINSTALLER = "pyinstaller==6.22.3"


def main() -> int:
    """Build all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--python", type=Path, help="an environment that is there already, in place of a fresh one")
    parser.add_argument("--bundle-only", action="store_true", help="make neither archive nor package")
    options = parser.parse_args()

    python = options.python or make_environment(BUILD / "environment")
    epoch = source_date_epoch()
    bundle = make_bundle(python, epoch)
    for line in report(bundle):
        sys.stdout.write(line + "\n")
    if options.bundle_only:
        return 0
    version = read_version(python)
    for path in (
        write_archive(bundle, DIST, version, epoch),
        write_package(bundle, BUILD / "deb", DIST, version, epoch),
    ):
        sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB\n")
    return 0


def make_environment(directory: Path) -> Path:
    """A fresh environment with the program and PyInstaller.

    Returns:
        Its Python.
    """
    venv.create(directory, with_pip=True, clear=True)
    python = directory / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt"]
    subprocess.run([*pip, f"{ROOT}[{EXTRAS}]", PYINSTALLER], check=True)
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


def make_bundle(python: Path, epoch: int) -> Path:
    """Run PyInstaller.

    Args:
        python: Of an environment with the program and PyInstaller.
        epoch: What compiled modules are dated with.

    Returns:
        The bundle's directory.
    """
    # Hashes that change from run to run would order sets, and so archives, differently each time.
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch), "PYTHONHASHSEED": "0"}
    places: list[str | Path] = ["--distpath", BUILD / "bundle", "--workpath", BUILD / "work"]
    command: list[str | Path] = [
        python,
        "-m",
        "PyInstaller",
        "--noconfirm",
        "--log-level",
        "WARN",
        *places,
        ROOT / "packaging/facelatch.spec",
    ]
    subprocess.run(command, check=True, env=environment)
    return BUILD / "bundle" / "facelatch"


def read_version(python: Path) -> str:
    """The program's version, from its one source."""
    command: list[str | Path] = [python, "-c", "import app; print(app.__version__)"]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.strip()


def report(bundle: Path) -> Iterator[str]:
    """How large the bundle is and what of, as lines to print."""
    sizes = components(bundle)
    yield f"{bundle.relative_to(ROOT)}: {sum(sizes.values()) / 1e6:.0f} MB"
    for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:15]:
        yield f"  {size / 1e6:7.1f} MB  {name}"


if __name__ == "__main__":
    sys.exit(main())
